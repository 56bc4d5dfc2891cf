import { describe, expect, test } from 'vitest'
import { historyRequestOf } from './history-request.ts'
import { modelNamed, parseConfig } from './load.ts'
import { configuredPolicy, loopConfigOf, policyOf, sourceOf } from './policy.ts'

function model(keys: string, file = 'keepfit.yaml') {
  const config = parseConfig(`version: 1\nmodels: { churn: { time: t, ${keys} } }`, file)
  return { config, settings: modelNamed(config)[1] }
}

test.each([
  ['delay: 3d', '1d', 3],
  ['delay: 25h', '1d', 2],
  ['delay: 1h', '1d', 1],
  ['delay: 2w', '7d', 2],
  ['delay: 0.3d', '0.1d', 3],
  ['delayWindows: 5', '1d', 5],
])('labels with %s over windows of %s are %i windows late', (delay, every, windows) => {
  const { settings } = model(`label: { column: y, ${delay} }, windows: { every: ${every} }`)
  expect(configuredPolicy('churn', settings).extras.labelDelayWindows).toBe(windows)
  expect(loopConfigOf(settings).labelDelayWindows).toBe(windows)
})

describe('a policy', () => {
  test('is named after its model and runs what its triggers read and what is listed', () => {
    const { settings } = model(
      'label: { column: y }, detectors: [{ detector: ks }, { detector: psi, threshold: 3 }], triggers: [{ trigger: psi-drift, threshold: 0.5 }]',
    )
    const policy = policyOf('churn', settings)
    expect(policy.id).toBe('churn')
    expect(policy.detectors).toMatchObject([{ detector: 'psi', threshold: 0.5 }, { detector: 'ks' }])
  })

  test('is played without a person, whatever the mode; live, the mode holds', () => {
    const { settings } = model('label: { column: y }, mode: approve')
    expect(policyOf('churn', settings).loop.mode).toBe('auto')
    expect(loopConfigOf(settings).mode).toBe('approve')
    expect(configuredPolicy('churn', settings).extras.mode).toBe('approve')
  })

  test('that learns since the change locates the change', () => {
    const { settings } = model('label: { column: y }, data: { strategy: since-change }, triggers: []')
    expect(policyOf('churn', settings).detectors).toMatchObject([{ detector: 'change-point' }])
  })

  test.each([
    ['[]', false],
    ['[{ trigger: schedule, everyWindows: 3 }]', false],
    ['[{ trigger: psi-drift }, { trigger: avoidable-loss }]', true],
    ['[{ trigger: soft-or-schedule, when: [{ trigger: avoidable-loss }], fallback: { everyWindows: 9 } }]', true],
    ['[{ trigger: soft-or-schedule, when: [{ trigger: psi-drift }], fallback: { everyWindows: 9 } }]', false],
    ['[{ trigger: any-of, of: [{ trigger: psi-drift }, { trigger: ks-drift }] }]', false],
    [
      '[{ trigger: all-of, of: [{ trigger: psi-drift }, { trigger: any-of, of: [{ trigger: ks-drift }, { trigger: avoidable-loss }] }] }]',
      true,
    ],
  ])('with triggers %s depends on the cost: %s', (triggers, readsCost) => {
    const { settings } = model(`label: { column: y }, triggers: ${triggers}`)
    expect(policyOf('churn', settings).readsCost).toBe(readsCost)
  })

  test('is called by what its combinations are made of', () => {
    const { settings } = model(
      'label: { column: y }, triggers: [{ trigger: all-of, of: [{ trigger: psi-drift }, { trigger: new-labels, rows: 9 }] }, { trigger: schedule, everyWindows: 9 }]',
    )
    expect(policyOf('churn', settings).title).toBe('as configured: all-of (psi-drift, new-labels) or schedule')
  })

  test('knows its trainer by a fingerprint that changes with the options and with the revision, and with nothing else', () => {
    const fingerprint = (keys: string) => loopConfigOf(model(`label: { column: y }, ${keys}`).settings).trainer
    const plain = fingerprint('trainer: { trainer: ydf-gradient-boosting, minRows: 30, maxRows: 900 }')
    expect(fingerprint('trainer: { maxRows: 900, trainer: ydf-gradient-boosting }, cost: 9')).toBe(plain)
    const others = [
      fingerprint('trainer: { trainer: ydf-gradient-boosting, maxRows: 901 }'),
      fingerprint('trainer: { trainer: ydf-random-forest, maxRows: 900 }'),
      fingerprint('trainer: { trainer: ydf-gradient-boosting, maxRows: 900 }, trainerRevision: abc'),
    ]
    expect(new Set([plain, ...others]).size).toBe(4)
  })

  test('has the limits that the file gives', () => {
    const { settings } = model(
      'label: { column: y }, minLabelledRows: 700, cooldown: 12h, budget: { trainings: 2, per: 30d }',
    )
    expect(policyOf('churn', settings).loop).toMatchObject({
      minLabelledRows: 700,
      cooldown: '12h',
      budget: { trainings: 2, per: '30d' },
    })
  })

  test('has no contract and no breaker where they are off', () => {
    const { settings } = model('label: { column: y }, contract: off, breaker: off')
    const { policy, extras } = configuredPolicy('churn', settings)
    expect(policy.loop).toMatchObject({ breaker: null, budget: null })
    expect(extras.contract).toEqual([])
    expect(extras.gates.length).toBeGreaterThan(0)
  })
})

describe('the history of a model', () => {
  test('is looked for beside the configuration file', () => {
    const { config, settings } = model('label: { column: y }, source: data/*.csv', 'team/keepfit.yaml')
    expect(sourceOf(config, settings)).toBe('team/data/*.csv')
    const elsewhere = model('label: { column: y }, source: /data/a.csv', 'team/keepfit.yaml')
    expect(sourceOf(elsewhere.config, elsewhere.settings)).toBe('/data/a.csv')
  })

  test('is read as its keys say', () => {
    const { config, settings } = model(
      'label: { column: y, positive: 1 }, source: a.csv, windows: { every: 12h }, task: binary, kinds: { zip: categorical }',
    )
    expect(historyRequestOf(config, settings)).toMatchObject({
      source: 'a.csv',
      label: 'y',
      positive: '1',
      kind: 'binary',
      time: 't',
      kinds: { zip: 'categorical' },
      cut: { everyMs: 43_200_000 },
      warmup: 0.15,
    })
  })

  test('must be named somewhere', () => {
    const { config, settings } = model('label: { column: y }, windows: { count: 30 }')
    expect(() => historyRequestOf(config, settings)).toThrow('keepfit.yaml names no source')
    expect(historyRequestOf(config, settings, 'b.csv')).toMatchObject({ source: 'b.csv', cut: { count: 30 } })
  })
})
