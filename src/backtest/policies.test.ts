import { describe, expect, test } from 'vitest'
import { Fault } from '../base/fault.ts'
import { DetectorConfig } from '../detectors/catalog.ts'
import { DataStrategyConfig, MODES } from '../loop/config.ts'
import { TriggerConfig, triggers } from '../triggers/catalog.ts'
import { defaultPolicies, PERIODS, selectPolicies } from './policies.ts'

const POLICIES = defaultPolicies()

test('the ids and the titles of the default policies are unique', () => {
  expect(new Set(POLICIES.map(({ id }) => id)).size).toBe(POLICIES.length)
  expect(new Set(POLICIES.map(({ title }) => title)).size).toBe(POLICIES.length)
})

test('each period is played, beside never, always, the classical rules and avoidable loss', () => {
  const ids = POLICIES.map(({ id }) => id)
  for (const period of PERIODS) expect(ids).toContain(`periodic-${period}`)
  expect(ids).toEqual(expect.arrayContaining(['never', 'every-window', 'decay-3', 'psi', 'avoidable-loss']))
})

describe.each(POLICIES)('policy $id', ({ loop, detectors, readsCost }) => {
  test('is a valid configuration that acts alone and at once', () => {
    expect(loop.triggers.map((trigger) => TriggerConfig.parse(trigger))).toEqual(loop.triggers)
    expect(detectors.map((detector) => DetectorConfig.parse(detector))).toEqual(detectors)
    expect(DataStrategyConfig.parse(loop.data)).toEqual(loop.data)
    expect(MODES).toContain(loop.mode)
    expect(loop).toMatchObject({ mode: 'auto', deploy: 'at-once', holdOutWindows: 0 })
    for (const count of [loop.probationWindows, loop.reusePool, loop.cooldownWindows])
      expect(Number.isInteger(count) && count >= 0).toBe(true)
  })

  test('runs the detectors that its triggers read', () => {
    const running = detectors.map(({ detector }) => detector)
    for (const config of loop.triggers) {
      const plugin = triggers.get(config.trigger)
      for (const need of plugin.needs(config as never)) expect(running).toContain(need.detector)
    }
    if (loop.data.strategy === 'since-change') expect(running).toContain('change-point')
  })

  test('is played once for all costs only where no trigger reads the cost', () => {
    expect(readsCost).toBe(loop.triggers.some(({ trigger }) => trigger === 'avoidable-loss'))
  })
})

test('policies are chosen by id, in the order asked for, and an unknown one lists what there is', () => {
  expect(selectPolicies(POLICIES, ['psi', 'never']).map(({ id }) => id)).toEqual(['psi', 'never'])
  expect(() => selectPolicies(POLICIES, ['allways'])).toThrow(Fault)
  expect(() => selectPolicies(POLICIES, ['allways'])).toThrow(
    /no policy is called 'allways'; there are: never, every-window/,
  )
})
