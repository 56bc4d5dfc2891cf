import { describe, expect, test } from 'vitest'
import { normal, type Rng, seededRng } from '../../base/rng.ts'
import { histogram } from '../histogram.ts'
import { chiSquared } from './chi-squared.ts'
import { cramerVonMises, cramerVonMisesFromCounts } from './cramer-von-mises.ts'
import { gTest } from './g-test.ts'
import { kuiper, kuiperFromCounts } from './kuiper.ts'
import { brownForsytheFromCounts, levene } from './levene.ts'
import { mannWhitney, mannWhitneyFromCounts } from './mann-whitney.ts'
import { twoProportion } from './two-proportion.ts'
import { welch } from './welch.ts'

/** Measured levels and powers; the wide table is made by the bench tests-level-power. */

const EDGES = [-1.28, -0.84, -0.52, -0.25, 0, 0.25, 0.52, 0.84, 1.28]
const POSITIONS = [-1.64, -1.04, -0.67, -0.39, -0.13, 0.13, 0.39, 0.67, 1.04, 1.64]
const PAIRS = 600

interface Pair {
  readonly a: Float64Array
  readonly b: Float64Array
  readonly counts: readonly [number[], number[]]
}

/** The most alarms that 99.9 % of runs stay within, when each of `trials` alarms with probability p (normal, half up). */
function mostAlarms(trials: number, p: number): number {
  return trials * p + 3.1 * Math.sqrt(trials * p * (1 - p)) + 1
}

function moments(values: Float64Array) {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  return { count: values.length, mean, m2: values.reduce((sum, x) => sum + (x - mean) ** 2, 0) }
}

function positives([a, b]: Pair['counts']): readonly [number, number, number, number] {
  const sum = (counts: number[]) => counts.reduce((rows, x) => rows + x, 0)
  return [sum(a.slice(7)), sum(a), sum(b.slice(7)), sum(b)]
}

/** Each test with the largest level it has been seen to have, as a multiple of .05 and of .01, where it is above 1. */
const TESTS: readonly (readonly [string, (pair: Pair) => number, number, number])[] = [
  ['Cramér–von Mises', ({ a, b }) => cramerVonMises(a, b).pValue, 1.1, 1.15],
  ['Cramér–von Mises on bins', ({ counts }) => cramerVonMisesFromCounts(...counts).pValue, 1.1, 1.15],
  ['Kuiper', ({ a, b }) => kuiper(a, b).pValue, 1.2, 1.2],
  ['Kuiper on bins', ({ counts }) => kuiperFromCounts(...counts).pValue, 1, 1],
  ['Mann–Whitney', ({ a, b }) => mannWhitney(a, b).pValue, 1, 1.1],
  ['Mann–Whitney on bins', ({ counts }) => mannWhitneyFromCounts(...counts).pValue, 1, 1.1],
  ['Welch', ({ a, b }) => welch(moments(a), moments(b)).pValue, 1.25, 1.8],
  ['Brown–Forsythe', ({ a, b }) => levene(a, b).pValue, 1.1, 1.1],
  ['Brown–Forsythe on bins', ({ counts }) => brownForsytheFromCounts(...counts, POSITIONS).pValue, 1.2, 1.2],
  ['χ²', ({ counts }) => chiSquared(...counts).pValue, 1.05, 1],
  ['G', ({ counts }) => gTest(...counts).pValue, 1.1, 1.3],
  ['two proportions', ({ counts }) => twoProportion(...positives(counts)).pValue, 1.15, 1.8],
]

function draw(rowsA: number, rowsB: number, step: number, rng: Rng, change = (x: number) => x): Pair {
  const round = (x: number) => (step > 0 ? Math.round(x / step) * step : x)
  const a = Float64Array.from({ length: rowsA }, () => round(normal(rng)))
  const b = Float64Array.from({ length: rowsB }, () => round(change(normal(rng))))
  return { a, b, counts: [histogram(a, EDGES), histogram(b, EDGES)] }
}

describe.each([
  [5, 95, 0],
  [20, 20, 0],
  [50, 50, 0.5],
  [40, 200, 0.5],
])('on %d v %d values of one distribution, in steps of %d', (rowsA, rowsB, step) => {
  const rng = seededRng(61)
  const pairs = Array.from({ length: PAIRS }, () => draw(rowsA, rowsB, step, rng))

  test.each(TESTS)('%s alarms no more often than it says', (_, pValue, timesFive, timesOne) => {
    const seen = pairs.map(pValue)
    const alarms = (alpha: number) => seen.filter((p) => p <= alpha).length
    expect(alarms(0.05)).toBeLessThanOrEqual(mostAlarms(PAIRS, 0.05 * timesFive))
    expect(alarms(0.01)).toBeLessThanOrEqual(mostAlarms(PAIRS, 0.01 * timesOne))
  })
})

// A test that is silent holds every level: these have the level of their α, not only a smaller one.
test.each(TESTS.filter(([name]) => !name.startsWith('Kuiper')))(
  '%s of 50 v 50 also alarms nearly so often',
  (_, pValue) => {
    const rng = seededRng(62)
    let alarms = 0
    for (let pair = 0; pair < PAIRS; pair++) if (pValue(draw(50, 50, 0, rng)) <= 0.05) alarms += 1
    expect(alarms / PAIRS).toBeGreaterThan(0.03)
  },
)

test('the ties that make mid-ranks reject everything leave Cramér–von Mises its level', () => {
  const rng = seededRng(63)
  let alarms = 0
  for (let pair = 0; pair < 400; pair++) {
    const { a, b } = draw(100, 500, 1, rng)
    if (cramerVonMises(a, b).pValue <= 0.05) alarms += 1
  }
  expect(alarms).toBeLessThanOrEqual(mostAlarms(400, 0.05))
  expect(alarms).toBeGreaterThan(6)
})

test('pooled, χ² and G keep their level on fifty rare categories; plain G does not', () => {
  const rng = seededRng(64)
  const category = () => Math.floor(50 * rng() ** 3)
  const counted = (rows: number) => {
    const counts = new Array<number>(50).fill(0)
    for (let row = 0; row < rows; row++) counts[category()]! += 1
    return counts
  }
  const alarms = { chiSquared: 0, g: 0, plain: 0 }
  for (let pair = 0; pair < PAIRS; pair++) {
    const counts = [counted(50), counted(50)] as const
    if (chiSquared(...counts).pValue <= 0.05) alarms.chiSquared += 1
    if (gTest(...counts).pValue <= 0.05) alarms.g += 1
    if (gTest(...counts, { minExpected: 0, isCorrected: false }).pValue <= 0.05) alarms.plain += 1
  }
  expect(alarms.chiSquared).toBeLessThanOrEqual(mostAlarms(PAIRS, 0.05))
  expect(alarms.g).toBeLessThanOrEqual(mostAlarms(PAIRS, 0.055))
  expect(alarms.plain).toBeGreaterThan(0.1 * PAIRS)
})

// What the best test for the change would find about 98 % of the time, at 60 v 240 rows.
test.each([
  ['Cramér–von Mises', 0.9, 0],
  ['Cramér–von Mises on bins', 0.9, 0],
  ['Kuiper', 0.7, 0.7],
  ['Kuiper on bins', 0.4, 0.3],
  ['Mann–Whitney', 0.9, 0],
  ['Mann–Whitney on bins', 0.9, 0],
  ['Welch', 0.93, 0],
  ['Brown–Forsythe', 0, 0.9],
  ['Brown–Forsythe on bins', 0, 0.7],
  ['χ²', 0.7, 0.5],
  ['G', 0.7, 0.5],
  ['two proportions', 0.6, 0.1],
] as const)('%s of 60 v 240 values hears at least %d of shifts, %d of larger spreads', (name, ofShifts, ofSpreads) => {
  const pValue = TESTS.find(([test]) => test === name)![1]
  const rng = seededRng(65)
  const heard = (change: (x: number) => number) => {
    let alarms = 0
    for (let pair = 0; pair < 150; pair++) if (pValue(draw(60, 240, 0, rng, change)) <= 0.05) alarms += 1
    return alarms / 150
  }
  expect(heard((x) => x + 0.58)).toBeGreaterThanOrEqual(ofShifts)
  expect(heard((x) => x * 1.5)).toBeGreaterThanOrEqual(ofSpreads)
})
