import { expect, test } from 'vitest'
import { DetectorConfig } from '../detectors/catalog.ts'
import { TriggerConfig } from '../triggers/catalog.ts'
import { detectorsFor } from './needs.ts'

const rolling = { strategy: 'rolling' } as const
const trigger = (options: Record<string, unknown>) => TriggerConfig.parse(options)
const detector = (options: Record<string, unknown>) => DetectorConfig.parse(options)

test('each trigger gets the detector it reads, with the options it asks for', () => {
  const triggers = [
    trigger({ trigger: 'avoidable-loss' }),
    trigger({ trigger: 'psi-drift', threshold: 0.3 }),
    trigger({ trigger: 'performance-floor', metric: 'f1', floor: 0.5 }),
  ]
  expect(detectorsFor([], { triggers, data: rolling })).toEqual([
    detector({ detector: 'avoidable-loss' }),
    detector({ detector: 'psi', threshold: 0.3 }),
    detector({ detector: 'performance', metrics: ['f1'] }),
  ])
})

test('one that two triggers need alike runs once; one that they need otherwise runs for each', () => {
  const psi = (threshold: number) => trigger({ trigger: 'psi-drift', threshold })
  const thresholds = (...given: number[]) =>
    detectorsFor([], { triggers: given.map(psi), data: rolling }).map(
      (config) => 'threshold' in config && config.threshold,
    )
  expect(thresholds(0.2, 0.2)).toEqual([0.2])
  expect(thresholds(0.2, 0.4)).toEqual([0.2, 0.4])
})

test('what a trigger inside another needs runs as well', () => {
  const when = [{ trigger: 'avoidable-loss' }, { trigger: 'psi-drift' }]
  const triggers = [trigger({ trigger: 'soft-or-schedule', when, fallback: { everyWindows: 9 } })]
  expect(detectorsFor([], { triggers, data: rolling }).map((config) => config.detector)).toEqual([
    'avoidable-loss',
    'psi',
  ])
})

test('what the user wants besides runs too, but never beside the same one of a trigger', () => {
  const wanted = [detector({ detector: 'psi', threshold: 9 }), detector({ detector: 'ks' })]
  const triggers = [trigger({ trigger: 'psi-drift', threshold: 0.3 })]
  expect(detectorsFor(wanted, { triggers, data: rolling })).toEqual([
    detector({ detector: 'psi', threshold: 0.3 }),
    wanted[1],
  ])
  expect(detectorsFor(wanted, { triggers: [], data: rolling })).toEqual(wanted)
})

test('learning since the change needs somebody who locates it, once', () => {
  const data = { strategy: 'since-change', minWindows: 2 } as const
  const locator = detector({ detector: 'change-point' })
  const own = detector({ detector: 'change-point', minRows: 99 })
  expect(detectorsFor([], { triggers: [], data })).toEqual([locator])
  expect(detectorsFor([own], { triggers: [], data })).toEqual([own])
  expect(detectorsFor([], { triggers: [], data: rolling })).toEqual([])
})

test('what a trigger needs in no particular way runs as another needs it, else as the user wants it, else with its defaults', () => {
  const share = trigger({ trigger: 'drifting-share', detector: 'psi' })
  const drift = trigger({ trigger: 'psi-drift', threshold: 0.3 })
  const own = detector({ detector: 'psi', threshold: 9 })
  for (const triggers of [
    [share, drift],
    [drift, share],
  ])
    expect(detectorsFor([own], { triggers, data: rolling })).toEqual([detector({ detector: 'psi', threshold: 0.3 })])
  expect(detectorsFor([own], { triggers: [share], data: rolling })).toEqual([own])
  expect(detectorsFor([], { triggers: [share], data: rolling })).toEqual([detector({ detector: 'psi' })])
})
