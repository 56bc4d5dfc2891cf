import { expect, test } from 'vitest'
import { seededRng } from '../../src/base/rng.ts'
import type { Verdict } from '../../src/base/verdict.ts'
import { frame } from '../../src/data/frame.ts'
import { calibrationGate } from '../../src/gates/calibration.ts'
import { fairnessGate } from '../../src/gates/fairness.ts'
import { type GateInput, NOTHING_GATHERED } from '../../src/gates/gate.ts'
import { distance, golden } from './golden.ts'
import { type InputCase, metricInput } from './streams.ts'

interface Fixture {
  readonly confidence: number
  readonly cases: readonly {
    readonly input: InputCase
    readonly groups?: number
    /** By measure: what is observed, and the ends of its interval. */
    readonly expected: Readonly<Record<string, readonly [number, number, number]>>
  }[]
}

/** The same rows as the reference has, with their group as a protected feature. */
function rowsOf(input: InputCase, groups = 1): GateInput {
  const { kind, labels, scores } = metricInput(input)
  const rng = seededRng(labels.length * 31 + groups)
  const values = Int32Array.from(labels, () => Math.floor(rng() * groups))
  const categories = Array.from({ length: groups }, (_, group) => `g${group}`)
  const column = {
    kind: 'categorical',
    name: 'group',
    values,
    missing: new Uint8Array(labels.length),
    categories,
  } as const
  return {
    ...NOTHING_GATHERED,
    task: kind === 'regression' ? { kind } : { kind: 'binary', classes: ['no', 'yes'] },
    labels,
    champion: scores,
    challenger: scores,
    scale: 1,
    training: { champion: [], challenger: [] },
    heldOut: Array.from(labels.keys()),
    equalContentRows: null,
    features: frame([column]),
  }
}

function crossed({ cases }: Fixture) {
  return cases.flatMap(({ input, groups, expected }) =>
    Object.entries(expected).map(
      ([measure, wanted]) => [measure, input.kind, input.rows, { input, groups, wanted }] as const,
    ),
  )
}

function expectAt(
  { observed, interval }: Verdict,
  [value, low, high]: readonly [number, number, number],
  within: number,
) {
  expect(distance(observed ?? Number.NaN, value)).toBeLessThan(within)
  expect(distance(interval?.low ?? Number.NaN, low)).toBeLessThan(within)
  expect(distance(interval?.high ?? Number.NaN, high)).toBeLessThan(within)
}

const fairness = golden<Fixture>('gate-fairness')

test.each(crossed(fairness))('fairness: %s of %s, %d rows, is as the reference has it', (measure, _, __, one) => {
  const config = fairnessGate.config.parse({ gate: 'fairness', feature: 'group', measure, minGroupRows: 10 })
  expectAt(fairnessGate.judge(rowsOf(one.input, one.groups), config), one.wanted, 1e-9)
})

const calibration = golden<Fixture>('gate-calibration')

test.each(crossed(calibration))('calibration: %s of %s, %d rows, is as the reference has it', (measure, _, __, one) => {
  const config = calibrationGate.config.parse({ gate: 'calibration', measure, minRows: 100 })
  expectAt(calibrationGate.judge(rowsOf(one.input), config), one.wanted, 1e-8)
})
