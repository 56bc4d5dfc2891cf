import { describe, expect, test } from 'vitest'
import { normal, seededRng } from '../base/rng.ts'
import { type GateInput, NOTHING_GATHERED } from './gate.ts'
import { pairedBlocksGate } from './paired-blocks.ts'

/** Two models that err at given rates, independently; `day` moves both models' rates on each 200 rows. */
function pair(rows: number, seed: number, errors: { champion: number; challenger: number; day?: number }): GateInput {
  const rng = seededRng(seed)
  let today = 0
  const said = (rate: number) => (rng() < rate + today ? 0.9 : 0.1)
  const champion = new Float32Array(rows)
  const challenger = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    if (row % 200 === 0) today = (errors.day ?? 0) * normal(rng)
    champion[row] = said(errors.champion)
    challenger[row] = said(errors.challenger)
  }
  return {
    task: { kind: 'binary', classes: ['no', 'yes'] },
    labels: new Float64Array(rows),
    champion,
    challenger,
    scale: 1,
    training: { champion: [], challenger: [] },
    heldOut: [],
    equalContentRows: null,
    ...NOTHING_GATHERED,
  }
}

function judge(input: GateInput, options: object = {}) {
  return pairedBlocksGate.judge(input, pairedBlocksGate.config.parse({ gate: 'paired-blocks', ...options }))
}

const clone = (input: GateInput): GateInput => ({ ...input, challenger: input.champion })

test('a clearly better challenger passes, a clearly worse one fails', () => {
  expect(judge(pair(2000, 1, { champion: 0.3, challenger: 0.2 }))).toMatchObject({ outcome: 'pass', rows: 2000 })
  expect(judge(pair(2000, 2, { champion: 0.2, challenger: 0.3 }))).toMatchObject({ outcome: 'fail' })
})

describe('the very same model', () => {
  const same = clone(pair(1000, 3, { champion: 0.2, challenger: 0.2 }))

  test('is not worse', () => {
    const verdict = judge(same)
    expect(verdict).toMatchObject({ outcome: 'pass', observed: 0 })
    // 1 % of an accuracy of about .8.
    expect(verdict.limit).toBeCloseTo(-0.008, 3)
  })

  test('is never better', () => {
    expect(judge(same, { accept: 'better' })).toMatchObject({ outcome: 'inconclusive', needs: expect.any(String) })
  })
})

test('the margin of a Brier or squared loss is a share of the champion’s loss', () => {
  const same = clone(pair(1000, 4, { champion: 0.2, challenger: 0.2 }))
  // Scores .1 and .9 at label 0: mean (.01 · .8 + .81 · .2), about .17.
  expect(judge(same, { classLoss: 'brier' }).limit).toBeCloseTo(-0.0017, 3)
})

test('inconclusive names how many more blocks it would take', () => {
  const verdict = judge(pair(600, 5, { champion: 0.3, challenger: 0.27 }))
  expect(verdict.outcome).toBe('inconclusive')
  expect(verdict.needs).toMatch(/^about \d+ more blocks of \d+ rows$/)
})

test('fewer rows than five blocks are inconclusive, however clear the difference', () => {
  const verdict = judge(pair(249, 6, { champion: 0.9, challenger: 0.1 }))
  expect(verdict).toMatchObject({ outcome: 'inconclusive', needs: '1 more labelled rows', observed: null })
})

test('days that move both models do not make equal ones differ more often than 5 % each way', () => {
  let better = 0
  for (let seed = 0; seed < 200; seed++) {
    const input = pair(2400, 100 + seed, { champion: 0.2, challenger: 0.2, day: 0.05 })
    if (judge(input, { accept: 'better' }).outcome !== 'inconclusive') better++
  }
  // 36 of 200 is the 99.9 % bound of a rate of .1.
  expect(better).toBeLessThanOrEqual(36)
})

test('errors of values are compared in the warm-up target’s unit', () => {
  const rows = 500
  const labels = new Float64Array(rows)
  const constant = (value: number) => new Float32Array(rows).fill(value)
  const input = {
    ...pair(rows, 7, { champion: 0, challenger: 0 }),
    task: { kind: 'regression' } as const,
    labels,
    scale: 4,
  }
  const absolute = judge({ ...input, champion: constant(8), challenger: constant(4) })
  expect(absolute).toMatchObject({ outcome: 'pass', observed: 1 })
  const squared = judge({ ...input, champion: constant(8), challenger: constant(4) }, { valueLoss: 'squared' })
  expect(squared).toMatchObject({ outcome: 'pass', observed: 3 })
})

test('a score that is no number is an error, not a loss of 0', () => {
  const input = pair(500, 8, { champion: 0.2, challenger: 0.2 })
  const champion = input.champion.map((score, row) => (row === 7 ? Number.NaN : score))
  expect(judge({ ...input, champion })).toMatchObject({
    outcome: 'error',
    because: "the champion's score of held-out row 7 must be a probability in [0, 1]; got NaN",
  })
})
