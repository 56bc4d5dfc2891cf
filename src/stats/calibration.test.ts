import { describe, expect, test } from 'vitest'
import { normal, type Rng, seededRng } from '../base/rng.ts'
import { histogram, quantileEdges } from './histogram.ts'
import { ksFromCounts, ksTwoSample } from './hypothesis/ks.ts'
import { delong, delongInterval, delongPair } from './interval/delong.ts'
import { normalDeviate } from './interval/level.ts'
import { normalMean } from './interval/normal-mean.ts'
import { studentBlocks } from './interval/student-blocks.ts'
import { wilson } from './interval/wilson.ts'
import { metrics } from './metrics/catalog.ts'
import type { MetricInput } from './metrics/metric.ts'

/** The fewest and the most events that 99.9 % of runs each stay within, when each of `trials` has probability p < .1. */
function binomialBounds(trials: number, p: number): { least: number; most: number } {
  let mass = (1 - p) ** trials
  let below = mass
  let least = 0
  let most = 0
  for (; below < 0.999; most++) {
    if (below < 0.001) least = most + 1
    mass *= ((trials - most) / (most + 1)) * (p / (1 - p))
    below += mass
  }
  return { least, most }
}

/** Share of `trials` runs in which the interval that `once` draws holds the true value. */
function coverage(trials: number, seed: number, once: (rng: Rng) => boolean): number {
  const rng = seededRng(seed)
  let held = 0
  for (let i = 0; i < trials; i++) if (once(rng)) held += 1
  return held / trials
}

function holds({ low, high }: { low: number; high: number }, truth: number): boolean {
  return low <= truth && truth <= high
}

function normals(rows: number, rng: Rng): Float64Array {
  return Float64Array.from({ length: rows }, () => normal(rng))
}

describe('95 % intervals hold the true value about that often', () => {
  test("Wilson's, averaged over shares, by the exact binomial distribution", () => {
    for (const n of [10, 50, 400]) {
      let sum = 0
      let worst = 1
      // Shares above a half mirror those below; their first binomial term would underflow.
      for (let k = 1; k <= 50; k++) {
        const held = wilsonCoverage(n, k / 100)
        sum += held / 50
        worst = Math.min(worst, held)
      }
      expect(Math.abs(sum - 0.95), `n = ${n}`).toBeLessThan(0.01)
      expect(worst, `n = ${n}`).toBeGreaterThan(0.83)
    }
  })

  // The spread of a share counted in 2,000 runs is .005.
  test.each([2, 6, 20])("Student's, of %d normal block means, and its one-sided bound", (blocks) => {
    const both = coverage(2000, 41, (rng) => holds(studentBlocks(normals(blocks, rng)).interval, 0))
    const lower = coverage(2000, 42, (rng) => studentBlocks(normals(blocks, rng), 0.9).interval.low <= 0)
    expect(Math.abs(both - 0.95)).toBeLessThan(0.016)
    expect(Math.abs(lower - 0.95)).toBeLessThan(0.016)
  })

  test('the normal one, of 200 skewed losses', () => {
    const held = coverage(2000, 43, (rng) => {
      const losses = Float64Array.from({ length: 200 }, () => -Math.log(1 - rng()))
      return holds(normalMean(losses).interval, 1)
    })
    expect(Math.abs(held - 0.95)).toBeLessThan(0.02)
  })

  // Normal scores d standard deviations apart: AUC = Φ(d/√2). The spread of a share counted in 1,000 runs is .007.
  test.each([
    [40, 40, 1, 0.7602499389065233, 0.93, 0.97],
    [10, 190, 1, 0.7602499389065233, 0.92, 0.97],
    [40, 40, 1.8123876, 0.9, 0.93, 0.97],
    // Ten positives near the top say little about how far from it they are: about 92 %, not 95 %.
    [10, 190, 1.8123876, 0.9, 0.9, 0.97],
  ])("DeLong's, of %d positives and %d negatives %d apart", (positives, negatives, apart, truth, least, most) => {
    const labels = Array.from({ length: positives + negatives }, (_, i) => (i < positives ? 1 : 0))
    const held = coverage(1000, 44, (rng) => {
      const scores = labels.map((label) => apart * label + normal(rng))
      return holds(delongInterval(delong(labels, scores)), truth)
    })
    expect(held).toBeGreaterThan(least)
    expect(held).toBeLessThan(most)
  })

  test('the difference of two equally good AUCs on the same rows', () => {
    const labels = Array.from({ length: 150 }, (_, i) => (i < 50 ? 1 : 0))
    const held = coverage(1000, 45, (rng) => {
      const signal = labels.map((label) => label + normal(rng))
      const [a, b] = [signal.map((s) => s + normal(rng)), signal.map((s) => s + normal(rng))]
      const { aucA, aucB, varA, varB, cov } = delongPair(labels, a, b)
      return Math.abs(aucA - aucB) <= normalDeviate(0.95) * Math.sqrt(varA + varB - 2 * cov)
    })
    expect(Math.abs(held - 0.95)).toBeLessThan(0.025)
  })
})

function wilsonCoverage(n: number, p: number): number {
  let mass = (1 - p) ** n
  let held = 0
  for (let successes = 0; successes <= n; successes++) {
    if (holds(wilson(successes, n), p)) held += mass
    mass *= ((n - successes) / (successes + 1)) * (p / (1 - p))
  }
  return held
}

/** Three classes with claims that are right 70 % of the time, or y = 3x + noise told by 3x. */
function draw(kind: 'multiclass' | 'regression' | 'binary', rows: number, rng: Rng): MetricInput {
  const width = kind === 'multiclass' ? 3 : 1
  const [labels, scores] = [new Float64Array(rows), new Float32Array(rows * width)]
  for (let row = 0; row < rows; row++) {
    if (kind === 'multiclass') {
      const claimed = Math.floor(rng() * 2.4)
      labels[row] = rng() < 0.7 ? claimed : Math.floor(rng() * 3)
      const others = 0.3 * rng()
      scores.fill(others / 2, row * 3, row * 3 + 3)
      scores[row * 3 + claimed] = 1 - others
    } else if (kind === 'binary') {
      const claimed = rng()
      scores[row] = claimed
      labels[row] = rng() < 0.1 + 0.6 * claimed ? 1 : 0
    } else {
      const explained = 3 * normal(rng)
      scores[row] = 12 + explained
      labels[row] = 12 + explained + normal(rng)
    }
  }
  return { kind, classes: kind === 'multiclass' ? 3 : kind === 'binary' ? 2 : 0, labels, scores }
}

const DERIVED = [
  ['balanced-accuracy', 'binary'],
  ['balanced-accuracy', 'multiclass'],
  ['precision', 'multiclass'],
  ['recall', 'multiclass'],
  ['f1', 'binary'],
  ['f1', 'multiclass'],
  ['auc', 'multiclass'],
  ['calibration-error', 'binary'],
  ['brier', 'multiclass'],
  ['log-loss', 'binary'],
  ['rmse', 'regression'],
  ['r2', 'regression'],
  ['mape', 'regression'],
] as const

// 400 windows of 300 rows; the truth is the metric of 60,000 rows. The spread of the counted share is .011.
test.each(DERIVED)('the interval of %s for %s holds the value of the whole population', (id, kind) => {
  const metric = metrics.get(id)
  const whole = metric.measure(draw(kind, 60_000, seededRng(46)))
  if (whole.kind !== 'measured') throw new Error('not measured')
  const held = coverage(400, 47, (rng) => {
    const seen = metric.measure(draw(kind, 300, rng))
    return seen.kind === 'measured' && holds(seen.interval, whole.value)
  })
  expect(held).toBeGreaterThan(0.91)
  expect(held).toBeLessThan(0.985)
})

/**
 * How often p ≤ alpha for samples of one continuous distribution, counted over all orders of the rows: each order is a
 * path of steps (i, j) from (0, 0) to (rowsA, rowsB), and D its largest |i/rowsA − j/rowsB| (Hodges 1958).
 */
function exactKsLevel(rowsA: number, rowsB: number, alpha: number): number {
  const alarmsAt = (i: number, j: number) => ksFromCounts([i, rowsA - i], [j, rowsB - j]).pValue <= alpha
  let quiet = new Float64Array(rowsB + 1)
  for (let i = 0; i <= rowsA; i++) {
    const next = new Float64Array(rowsB + 1)
    for (let j = 0; j <= rowsB; j++) {
      if (alarmsAt(i, j)) continue
      const left = rowsA + rowsB - i - j + 1
      const fromA = i > 0 ? (quiet[j]! * (rowsA - i + 1)) / left : 0
      const fromB = j > 0 ? (next[j - 1]! * (rowsB - j + 1)) / left : 0
      next[j] = i + j === 0 ? 1 : fromA + fromB
    }
    quiet = next
  }
  return 1 - quiet[rowsB]!
}

// SciPy's asymptotic p-value does not hold its level everywhere; these are the levels it has.
describe.each([
  [50, 50, 0.05, 0.03919],
  [50, 50, 0.01, 0.01151],
  [5, 95, 0.05, 0.05919],
  [5, 95, 0.01, 0.01311],
  [200, 20, 0.05, 0.04984],
  [200, 20, 0.01, 0.00892],
])('KS on %d v %d rows of one distribution at alpha %d', (rowsA, rowsB, alpha, level) => {
  test('has this exact level, at most a third above alpha', () => {
    expect(exactKsLevel(rowsA, rowsB, alpha)).toBeCloseTo(level, 5)
    expect(level / alpha).toBeLessThan(4 / 3)
  })

  test('alarms as often as that level says, and no more often with ties or on bins', () => {
    const PAIRS = 2000
    const rng = seededRng(48)
    const alarms = { raw: 0, tied: 0, binned: 0 }
    for (let pair = 0; pair < PAIRS; pair++) {
      const [a, b] = [normals(rowsA, rng), normals(rowsB, rng)]
      if (ksTwoSample(a, b).pValue <= alpha) alarms.raw += 1
      if (ksTwoSample(a.map(Math.round), b.map(Math.round)).pValue <= alpha) alarms.tied += 1
      const edges = quantileEdges(a, 10)
      if (ksFromCounts(histogram(a, edges), histogram(b, edges)).pValue <= alpha) alarms.binned += 1
    }
    const { least, most } = binomialBounds(PAIRS, level)
    expect(alarms.raw).toBeGreaterThanOrEqual(least)
    expect(alarms.raw).toBeLessThanOrEqual(most)
    expect(alarms.tied).toBeLessThanOrEqual(alarms.raw)
    expect(alarms.binned).toBeLessThanOrEqual(alarms.raw)
  })
})

test.each([
  [50, 50],
  [5, 95],
  [200, 20],
])('KS on %d v %d rows hears a shift of two standard deviations', (rowsA, rowsB) => {
  const rng = seededRng(49)
  let heard = 0
  for (let pair = 0; pair < 200; pair++) {
    const shifted = normals(rowsB, rng).map((x) => x + 2)
    if (ksTwoSample(normals(rowsA, rng), shifted).pValue <= 0.05) heard += 1
  }
  expect(heard).toBeGreaterThan(170)
})
