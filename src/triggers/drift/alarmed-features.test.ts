import { expect, test } from 'vitest'
import { triggerContext } from '../../../test/support/trigger-context.ts'
import type { Evidence } from '../../base/evidence.ts'
import { ksDriftTrigger } from '../ks-drift.ts'
import { psiDriftTrigger } from '../psi-drift.ts'

function psi(subject: string, value: number, threshold = 0.2): Evidence {
  const alarm = value >= threshold
  return { kind: 'distance', detector: 'psi', subject, rows: 500, value, unit: 'nats', threshold, alarm }
}

function ks(subject: string, pValue: number, alpha: number): Evidence {
  return { kind: 'p-value', detector: 'ks', subject, rows: 500, statistic: 0.1, pValue, alpha, alarm: pValue <= alpha }
}

function byPsi(evidence: readonly Evidence[], options: object = {}) {
  const context = triggerContext({ evidence })
  return psiDriftTrigger.decide(context, psiDriftTrigger.config.parse({ trigger: 'psi-drift', ...options }))
}

function byKs(evidence: readonly Evidence[], options: object = {}) {
  const context = triggerContext({ evidence })
  return ksDriftTrigger.decide(context, ksDriftTrigger.config.parse({ trigger: 'ks-drift', ...options }))
}

test('one drifted feature retrains, and is named with its value', () => {
  const decision = byPsi([psi('age', 0.05), psi('income', 0.31)])
  expect(decision.kind).toBe('retrain')
  expect(decision.because).toEqual([
    {
      by: 'psi-drift',
      text: "the distribution of 'income' moved (PSI 0.310)",
      value: 0.31,
      limit: 0.2,
      rows: 500,
    },
  ])
})

test('minFeatures asks for several', () => {
  const evidence = [psi('a', 0.3), psi('b', 0.3), psi('c', 0.1)]
  expect(byPsi(evidence, { minFeatures: 3 }).kind).toBe('wait')
  expect(byPsi(evidence, { minFeatures: 2 }).kind).toBe('retrain')
})

test('many drifted features are counted, not all named', () => {
  const decision = byPsi(['a', 'b', 'c', 'd', 'e'].map((name) => psi(name, 0.5)))
  expect(decision.because).toHaveLength(4)
  expect(decision.because.at(-1)?.text).toBe('5 of 5 features drifted')
  const oneTooMany = byPsi(['a', 'b', 'c', 'd'].map((name) => psi(name, 0.5)))
  expect(oneTooMany.because.at(-1)?.text).toBe('4 of 4 features drifted')
})

test('what the detector measured for another trigger’s threshold is not read', () => {
  const forAnother = psi('a', 0.15, 0.1)
  expect(forAnother).toMatchObject({ alarm: true })
  expect(byPsi([forAnother, psi('a', 0.15)]).kind).toBe('wait')
  expect(byPsi([forAnother]).kind).toBe('undecided')
})

test('features with too few rows are passed over while others are known', () => {
  const few: Evidence = { kind: 'insufficient', detector: 'psi', subject: 'rare', rows: 9, needRows: 200 }
  expect(byPsi([few, psi('a', 0.01)]).kind).toBe('wait')
  expect(byPsi([few])).toMatchObject({ kind: 'undecided', missing: ['rows'] })
})

test('ks reads the level that Bonferroni leaves each feature', () => {
  const level = 0.001 / 2
  expect(byKs([ks('a', 0.0004, level), ks('b', 0.5, level)]).kind).toBe('retrain')
  expect(byKs([ks('a', 0.0006, level), ks('b', 0.5, level)]).kind).toBe('wait')
  expect(byKs([ks('a', 0.0006, 0.001), ks('b', 0.5, 0.001)], { bonferroni: false }).kind).toBe('retrain')
})

test('each asks its detector for its own limit', () => {
  const ofPsi = psiDriftTrigger.config.parse({ trigger: 'psi-drift', threshold: 0.3 })
  expect(psiDriftTrigger.needs(ofPsi)).toEqual([{ detector: 'psi', options: { threshold: 0.3 } }])
  const ofKs = ksDriftTrigger.config.parse({ trigger: 'ks-drift', alpha: 0.01, bonferroni: false })
  expect(ksDriftTrigger.needs(ofKs)).toEqual([{ detector: 'ks', options: { alpha: 0.01, bonferroni: false } }])
})
