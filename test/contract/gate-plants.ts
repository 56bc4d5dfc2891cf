import type { Verdict } from '../../src/base/verdict.ts'
import { type AnyGate, gates } from '../../src/gates/catalog.ts'
import { configPlants } from './config-plants.ts'
import type { GateSubject } from './gate-laws.ts'
import { GATE_TRIALS } from './gate-trials.ts'

const paired: AnyGate = gates.get('paired-blocks')

function plant(change: Partial<AnyGate>): GateSubject {
  return { plugin: { ...paired, ...change }, key: 'gate', least: {}, trial: GATE_TRIALS['paired-blocks'] }
}

/** A gate that judges as the good one does and then changes its verdict. */
function retold(retell: (verdict: Verdict) => Verdict): GateSubject {
  return plant({ judge: (input, config) => retell(paired.judge(input, config)) })
}

/** A gate that waves everything through, a gate without any data among it. */
const LENIENT = retold((verdict) => ({ ...verdict, outcome: 'pass' }))

let calls = 0

export const GATE_PLANTS: Readonly<Record<string, GateSubject>> = {
  ...configPlants(plant({}), (change) => plant(change as Partial<AnyGate>)),
  'no rows are inconclusive, and it says what it needs': LENIENT,
  'three rows are inconclusive, and it says what it needs': LENIENT,
  'rows without a label do not count': plant({
    judge(input, config) {
      const labels = input.labels.map((label) => (Number.isNaN(label) ? 0 : label))
      return paired.judge({ ...input, labels }, config)
    },
  }),
  'a verdict is signed, in words and finite numbers, and its interval holds what was observed': retold((verdict) => ({
    ...verdict,
    observed: Number.NaN,
  })),
  'says the same twice, and leaves rows as they were': retold((verdict) => ({ ...verdict, rows: calls++ })),
  'a challenger with a score that is no number never passes': plant({
    judge(input, config) {
      const challenger = input.challenger.map((score) => (Number.isFinite(score) ? score : 0))
      return paired.judge({ ...input, challenger }, config)
    },
  }),
  'on 200 pairs on the line it passes and fails no oftener than it claims': plant({
    judge: (input, config) => paired.judge(input, { ...config, confidence: 0.6 } as typeof config),
  }),
  'passes a clearly good challenger, and fails a clearly bad one, in 19 of 20 pairs': LENIENT,
  'what nobody gathered never passes nor fails': plant({ needs: ['features'], judge: LENIENT.plugin.judge }),
  'declares what must be gathered for it: it reads nothing else': plant({
    judge: (input, config) => ({ ...paired.judge(input, config), rows: input.features?.rows ?? 0 }),
  }),
}
