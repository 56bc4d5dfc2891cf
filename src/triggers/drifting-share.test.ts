import { expect, test } from 'vitest'
import { triggerContext } from '../../test/support/trigger-context.ts'
import type { Evidence } from '../base/evidence.ts'
import { driftingShareTrigger } from './drifting-share.ts'

function psi(subject: string, alarm: boolean, detector = 'psi'): Evidence {
  const value = alarm ? 0.5 : 0.1
  return { kind: 'distance', detector, subject, rows: 500, value, unit: 'nats', threshold: 0.2, alarm }
}

function features(drifting: number, of: number, detector = 'psi'): Evidence[] {
  return Array.from({ length: of }, (_, i) => psi(`x${i}`, i < drifting, detector))
}

function decide(evidence: readonly Evidence[], options: object = {}) {
  const config = driftingShareTrigger.config.parse({ trigger: 'drifting-share', ...options })
  return driftingShareTrigger.decide(triggerContext({ evidence }), config)
}

test('fires at the share, not below it', () => {
  expect(decide(features(4, 10)).kind).toBe('wait')
  expect(decide(features(5, 10))).toMatchObject({
    kind: 'retrain',
    because: [{ value: 0.5, limit: 0.5, rows: 500, text: "5 of 10 features drift ('x0', 'x1', 'x2', …)" }],
  })
})

test('three that drift are all named, without more', () => {
  expect(decide(features(3, 3)).because[0]?.text).toBe("3 of 3 features drift ('x0', 'x1', 'x2')")
})

test('a feature that could not be measured is neither drifting nor one of them', () => {
  const unknown: Evidence = { kind: 'insufficient', detector: 'psi', subject: 'y', rows: 3, needRows: 100 }
  expect(decide([...features(1, 2), unknown, { ...unknown, subject: 'z' }])).toMatchObject({
    kind: 'retrain',
    because: [{ value: 0.5 }],
  })
  expect(decide([unknown])).toMatchObject({ kind: 'undecided', missing: ['rows'] })
})

test('reads only the detector it names, of any kind that alarms', () => {
  const pValue = (subject: string): Evidence => ({
    kind: 'p-value',
    detector: 'ks',
    subject,
    rows: 400,
    statistic: 0.4,
    pValue: 1e-9,
    alpha: 0.001,
    alarm: true,
  })
  const evidence = [...features(0, 8), pValue('x0'), pValue('x1')]
  expect(decide(evidence, { detector: 'ks' })).toMatchObject({ kind: 'retrain', because: [{ value: 1 }] })
  expect(decide(evidence).kind).toBe('wait')
  expect(decide(evidence, { detector: 'feature-drift' }).kind).toBe('undecided')
})

test('a feature measured with several options counts once, and drifts where any of them alarms', () => {
  const twice = [psi('x0', true), psi('x0', false), psi('x1', false), psi('x1', false), psi('x2', false)]
  expect(decide(twice, { share: 0.3 })).toMatchObject({ kind: 'retrain', because: [{ value: 1 / 3 }] })
})

test('needs its detector, in no particular way', () => {
  const config = driftingShareTrigger.config.parse({ trigger: 'drifting-share', detector: 'ks' })
  expect(driftingShareTrigger.needs(config)).toEqual([{ detector: 'ks' }])
})
