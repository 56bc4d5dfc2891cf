import { describe, expect, test } from 'vitest'
import { normal, seededRng } from '../base/rng.ts'
import { delongPair } from '../stats/interval/delong.ts'
import { type GateInput, NOTHING_GATHERED } from './gate.ts'
import { metricRatioGate } from './metric-ratio.ts'

const REST = {
  scale: 1,
  training: { champion: [], challenger: [] },
  heldOut: [],
  equalContentRows: null,
  ...NOTHING_GATHERED,
}

/** Scores of two models that see a common signal through noise of their own. */
function binary(rows: number, seed: number, noise: { champion: number; challenger: number }): GateInput {
  const rng = seededRng(seed)
  const labels = Float64Array.from({ length: rows }, () => (rng() < 0.4 ? 1 : 0))
  const seen = (sd: number) => Float32Array.from(labels, (y) => 1 / (1 + Math.exp(-(2 * y - 1 + sd * normal(rng)))))
  const task = { kind: 'binary', classes: ['no', 'yes'] } as const
  return { ...REST, task, labels, champion: seen(noise.champion), challenger: seen(noise.challenger) }
}

function values(rows: number, seed: number, noise: { champion: number; challenger: number }): GateInput {
  const rng = seededRng(seed)
  const labels = Float64Array.from({ length: rows }, () => normal(rng))
  const seen = (sd: number) => Float32Array.from(labels, (y) => y + sd * normal(rng))
  return {
    ...REST,
    task: { kind: 'regression' },
    labels,
    champion: seen(noise.champion),
    challenger: seen(noise.challenger),
  }
}

function judge(input: GateInput, options: object = {}) {
  return metricRatioGate.judge(input, metricRatioGate.config.parse({ gate: 'metric-ratio', ...options }))
}

describe('an AUC', () => {
  test('is held against its share of the champion’s by DeLong on the same rows', () => {
    const input = binary(1000, 1, { champion: 1, challenger: 1 })
    const { aucA, aucB, varA, varB, cov } = delongPair(input.labels, input.champion, input.challenger)
    const verdict = judge(input)
    expect(verdict.observed).toBe(aucB)
    expect(verdict.limit).toBeCloseTo(0.99 * aucA, 12)
    const reach = 1.6448536 * Math.sqrt(varB + 0.99 ** 2 * varA - 2 * 0.99 * cov)
    expect(verdict.interval?.low).toBeCloseTo(aucB - reach, 6)
    expect(verdict.interval?.level).toBeCloseTo(0.9, 12)
  })

  test('of the very same model passes at .99, and is inconclusive at 1', () => {
    const input = binary(1000, 2, { champion: 1, challenger: 1 })
    expect(judge({ ...input, challenger: input.champion })).toMatchObject({ outcome: 'pass' })
    expect(judge(binary(1000, 3, { champion: 1, challenger: 1 }), { ratio: 1 })).toMatchObject({
      outcome: 'inconclusive',
      needs: expect.any(String),
    })
  })

  test('much worse fails', () => {
    expect(judge(binary(1000, 4, { champion: 0.5, challenger: 3 }))).toMatchObject({ outcome: 'fail' })
  })

  test('of a handful of positives is inconclusive', () => {
    const input = binary(1000, 5, { champion: 0.5, challenger: 3 })
    const labels = input.labels.map((_, row) => (row < 19 ? 1 : 0))
    expect(judge({ ...input, labels })).toMatchObject({ outcome: 'inconclusive', observed: null })
  })
})

describe('a metric where lower is better', () => {
  test('has a limit above the champion’s value', () => {
    const input = values(2000, 6, { champion: 1, challenger: 1 })
    const verdict = judge({ ...input, challenger: input.champion }, { ratio: 0.8 })
    expect(verdict.outcome).toBe('pass')
    expect(verdict.limit).toBeCloseTo((verdict.observed ?? 0) / 0.8, 12)
  })

  test('passes when clearly lower and fails when clearly higher', () => {
    expect(judge(values(1000, 7, { champion: 1, challenger: 0.5 }))).toMatchObject({ outcome: 'pass' })
    expect(judge(values(1000, 8, { champion: 0.5, challenger: 1 }))).toMatchObject({ outcome: 'fail' })
  })
})

test('a champion below zero does not make the limit easier than the champion', () => {
  const input = values(1000, 9, { champion: 2, challenger: 2 })
  const same = judge({ ...input, challenger: input.champion }, { metric: 'r2', ratio: 0.9 })
  expect(same.observed).toBeLessThan(0)
  expect(same.limit).toBeLessThan(same.observed ?? 0)
})

test('a metric that does not fit the task is an error that says which it is for', () => {
  expect(judge(values(500, 10, { champion: 1, challenger: 1 }), { metric: 'auc' })).toMatchObject({
    outcome: 'error',
    because: "metric 'auc' does not fit a regression task; it is for binary, multiclass",
  })
})
