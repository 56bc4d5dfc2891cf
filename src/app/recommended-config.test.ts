import { describe, expect, test } from 'vitest'
import { churn } from '../../test/support/config-text.ts'
import { defaultPolicies } from '../backtest/policies.ts'
import type { BacktestReport } from '../backtest/report.ts'
import type { BacktestRequest } from './backtest-request.ts'
import { parseConfig } from './config/load.ts'
import { configuredPolicy } from './config/policy.ts'
import { recommendedConfig, recommendedSettings } from './recommended-config.ts'

const PLAIN: BacktestRequest = {
  source: 'data/Sales 2024.csv',
  label: 'y',
  cut: {},
  warmup: 0.15,
  labelDelayWindows: 0,
  costs: [0.1],
  policies: [],
  trainer: { trainer: 'ydf-gradient-boosting', minRows: 30, maxRows: 200_000 },
  seed: 7,
  configured: null,
}

function withModel(...lines: string[]): BacktestRequest {
  const [name, settings] = [...parseConfig(churn(...lines), 'keepfit.yaml').models][0]!
  return { ...PLAIN, configured: { name, settings, played: configuredPolicy(name, settings), folder: 'conf' } }
}

const settingsOf = (request: BacktestRequest, policy: string, cost = 0.1) =>
  recommendedSettings(request, defaultPolicies(), { policy, cost })

/** The only model of the file that would be saved, read back. */
function saved(request: BacktestRequest, policy: string) {
  const recommendation = { policy, because: 'It is cheapest.', cost: 0.1, config: {}, atOtherCosts: [] }
  const report = { recommendation } as unknown as BacktestReport
  const text = recommendedConfig(request, report, (id, cost) => settingsOf(request, id, cost))
  const [name, model] = [...parseConfig(text, 'saved.yaml').models][0]!
  return { text, name, model }
}

describe('the settings of a recommended policy', () => {
  test('hold the policy, its cost, and what is known of the history', () => {
    const request: BacktestRequest = {
      ...PLAIN,
      kind: 'binary',
      positive: 'yes',
      time: 'day',
      id: 'customer',
      features: ['a', 'b'],
      kinds: { a: 'categorical' },
      cut: { everyMs: 90 * 60_000 },
      warmup: 0.2,
      labelDelayWindows: 3,
      trainer: { trainer: 'ydf-random-forest', minRows: 40, maxRows: 5000 },
    }
    expect(settingsOf(request, 'periodic-4', 0.5)).toMatchObject({
      task: 'binary',
      label: { column: 'y', positive: 'yes', delayWindows: 3 },
      time: 'day',
      id: 'customer',
      features: ['a', 'b'],
      kinds: { a: 'categorical' },
      source: 'data/Sales 2024.csv',
      windows: { every: '90m' },
      warmup: 0.2,
      trainer: { trainer: 'ydf-random-forest', minRows: 40, maxRows: 5000 },
      triggers: [{ trigger: 'schedule', everyWindows: 4 }],
      deploy: 'at-once',
      breaker: 'off',
      cost: 0.5,
    })
  })

  test('leave out what nobody said', () => {
    const settings = settingsOf(PLAIN, 'never')
    for (const key of ['task', 'time', 'id', 'features', 'ignore', 'kinds', 'windows'] as const)
      expect(settings[key], key).toBeUndefined()
    expect(settings.label).toEqual({ column: 'y' })
    expect(settingsOf({ ...PLAIN, cut: { count: 40 } }, 'never').windows).toEqual({ count: 40 })
    expect(settingsOf({ ...PLAIN, ignore: ['b'] }, 'never').ignore).toEqual(['b'])
  })

  test('are those of the configured model where that is recommended', () => {
    const request = withModel('time: day', 'cost: 0.3', 'deploy: gated')
    expect(settingsOf(request, 'churn')).toMatchObject({ cost: 0.3, deploy: 'gated', source: PLAIN.source })
  })

  test('keep the gates, the contract and the mode of the configured model where another policy is recommended', () => {
    const request = withModel('contract: off', 'gates: [{ gate: convergence }]', 'mode: approve')
    expect(settingsOf(request, 'every-window')).toMatchObject({
      triggers: [{ trigger: 'schedule', everyWindows: 1 }],
      contract: 'off',
      gates: [{ gate: 'convergence' }],
      mode: 'approve',
    })
  })

  test('of a policy that was not played are asked for by mistake', () => {
    expect(() => settingsOf(PLAIN, 'nothing')).toThrow("'nothing' was recommended, but not played")
  })
})

describe('the recommendation as a file', () => {
  test('is named after the history, says why, and loads again', () => {
    const { text, name, model } = saved(PLAIN, 'never')
    expect(name).toBe('sales-2024')
    expect(model).toEqual(settingsOf(PLAIN, 'never'))
    expect(text).toContain('# Recommended by keepfit backtest: never. It is cheapest.')
  })

  test('is named like the configured model', () => {
    expect(saved(withModel(), 'churn').name).toBe('churn')
  })

  test('names the file of a gate from where it is saved, not from where it was configured', () => {
    const request = withModel('source: elsewhere.csv', 'gates: [{ gate: must-pass, file: frozen.csv }]')
    const fileFrom = (saveTo: string, policy: string) => saved({ ...request, saveTo }, policy).model.gates[0]
    for (const policy of ['churn', 'never']) {
      expect(fileFrom('conf/k.yaml', policy)).toMatchObject({ file: 'frozen.csv' })
      expect(fileFrom('other/k.yaml', policy)).toMatchObject({ file: '../conf/frozen.csv' })
    }
  })

  test('finds its source from the folder in which it is saved', () => {
    const sourceFrom = (saveTo: string, request = PLAIN) => saved({ ...request, saveTo }, 'never').model.source
    expect(sourceFrom('keepfit.yaml')).toBe('data/Sales 2024.csv')
    expect(sourceFrom('data/keepfit.yaml')).toBe('Sales 2024.csv')
    expect(sourceFrom('conf/keepfit.yaml')).toBe('../data/Sales 2024.csv')
    expect(sourceFrom('conf/keepfit.yaml', { ...PLAIN, source: '/srv/a.csv' })).toBe('/srv/a.csv')
    expect(saved({ ...withModel('source: elsewhere.csv'), saveTo: 'conf/k.yaml' }, 'churn').model.source).toBe(
      '../data/Sales 2024.csv',
    )
  })
})
