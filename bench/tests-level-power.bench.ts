import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import { normal, type Rng, seededRng } from '../src/base/rng.ts'
import { histogram } from '../src/stats/histogram.ts'
import { chiSquared } from '../src/stats/hypothesis/chi-squared.ts'
import { cramerVonMisesFromCounts } from '../src/stats/hypothesis/cramer-von-mises.ts'
import { cramerVonMisesTail } from '../src/stats/hypothesis/cramer-von-mises-tail.ts'
import { gTest } from '../src/stats/hypothesis/g-test.ts'
import { ksFromCounts } from '../src/stats/hypothesis/ks.ts'
import { kuiperFromCounts } from '../src/stats/hypothesis/kuiper.ts'
import { brownForsytheFromCounts, levene } from '../src/stats/hypothesis/levene.ts'
import { mannWhitneyFromCounts } from '../src/stats/hypothesis/mann-whitney.ts'
import { twoProportion } from '../src/stats/hypothesis/two-proportion.ts'
import { welch } from '../src/stats/hypothesis/welch.ts'
import { type DistinctValues, distinctValues } from '../src/stats/two-samples.ts'

/** How often each two-sample test alarms on equal and on different distributions. Prints Markdown; progress on stderr. */

interface Size {
  readonly rowsA: number
  readonly rowsB: number
  /** Pairs of samples for a level, and for a power. */
  readonly draws: number
  readonly powerDraws: number
}

interface Pair {
  readonly a: Float64Array
  readonly b: Float64Array
  readonly values: DistinctValues
  readonly counts: readonly [number[], number[]]
}

type PValue = (pair: Pair) => number
type Draw = (rows: number, rng: Rng) => Float64Array

const SIZES: readonly Size[] = [
  { rowsA: 5, rowsB: 95, draws: 4000, powerDraws: 1000 },
  { rowsA: 20, rowsB: 20, draws: 4000, powerDraws: 1000 },
  { rowsA: 50, rowsB: 50, draws: 4000, powerDraws: 1000 },
  { rowsA: 200, rowsB: 1000, draws: 2000, powerDraws: 500 },
  { rowsA: 1000, rowsB: 1000, draws: 2000, powerDraws: 500 },
  { rowsA: 5000, rowsB: 50_000, draws: 300, powerDraws: 100 },
]
const ALPHAS = [0.05, 0.01]
/** z(.975) + z(.8): a difference of so many standard errors is found 80 % of the time by the best test for it. */
const DEVIATES = 2.8
const DECILES = Array.from({ length: 9 }, (_, i) => normalQuantile((i + 1) / 10, 0, 1))
const POSITIONS = Array.from({ length: 10 }, (_, i) => normalQuantile((i + 0.5) / 10, 0, 1))
const CATEGORIES = 10
const RARE_CATEGORIES = 50

function onCounts(measure: (a: ArrayLike<number>, b: ArrayLike<number>) => { pValue: number }, isRaw: boolean): PValue {
  return isRaw
    ? ({ values }) => measure(values.reference, values.current).pValue
    : ({ counts }) => measure(...counts).pValue
}

function moments(values: Float64Array): { count: number; mean: number; m2: number } {
  let [mean, m2] = [0, 0]
  for (const x of values) mean += x / values.length
  for (const x of values) m2 += (x - mean) ** 2
  return { count: values.length, mean, m2 }
}

/** SciPy's statistic on ties, which ours is not: here to show why. */
function midRankCramerVonMises({ values, a, b }: Pair): number {
  const [n, m] = [a.length, b.length]
  const [pairs, rows] = [n * m, n + m]
  let [belowA, belowB, u] = [0, 0, 0]
  for (let i = 0; i < values.positions.length; i++) {
    const [x, y] = [values.reference[i] as number, values.current[i] as number]
    u += n * (x * (belowB + y / 2) ** 2 + (x ** 3 - x) / 12) + m * (y * (belowA + x / 2) ** 2 + (y ** 3 - y) / 12)
    belowA += x
    belowB += y
  }
  const statistic = u / (pairs * rows) - (4 * pairs - 1) / (6 * rows)
  const variance = ((rows + 1) * (4 * pairs * rows - 3 * (n * n + m * m) - 2 * pairs)) / (180 * rows * rows * pairs)
  return cramerVonMisesTail(1 / 6 + (statistic - (1 + 1 / rows) / 6) / Math.sqrt(45 * variance))
}

/** Neither pooled nor corrected, as SciPy has it. */
function plainG(a: ArrayLike<number>, b: ArrayLike<number>): { pValue: number } {
  return gTest(a, b, { minExpected: 0, isCorrected: false })
}

const NUMERIC: readonly (readonly [string, PValue])[] = [
  ['KS', onCounts(ksFromCounts, true)],
  ['KS, bins', onCounts(ksFromCounts, false)],
  ['Kuiper', onCounts(kuiperFromCounts, true)],
  ['Kuiper, bins', onCounts(kuiperFromCounts, false)],
  ['Cramér–von Mises', onCounts(cramerVonMisesFromCounts, true)],
  ['Cramér–von Mises, bins', onCounts(cramerVonMisesFromCounts, false)],
  ["Cramér–von Mises by SciPy's mid-ranks", midRankCramerVonMises],
  ['Mann–Whitney', onCounts(mannWhitneyFromCounts, true)],
  ['Mann–Whitney, bins', onCounts(mannWhitneyFromCounts, false)],
  ['Welch', ({ a, b }) => welch(moments(a), moments(b)).pValue],
  ['Levene (mean)', ({ a, b }) => levene(a, b, { center: 'mean' }).pValue],
  [
    'Brown–Forsythe',
    ({ values }) => brownForsytheFromCounts(values.reference, values.current, values.positions).pValue,
  ],
  ['Brown–Forsythe, bins', ({ counts }) => brownForsytheFromCounts(...counts, POSITIONS).pValue],
  ['χ², bins', onCounts((a, b) => chiSquared(a, b), false)],
  ['χ², bins, not pooled', onCounts((a, b) => chiSquared(a, b, { minExpected: 0 }), false)],
  ['G, bins', onCounts((a, b) => gTest(a, b), false)],
  ['G, bins, plain', onCounts(plainG, false)],
]

const same = (x: number) => x

type Counted = readonly [number[], number[]]
const CATEGORICAL: readonly (readonly [string, (counts: Counted) => number])[] = [
  ['χ²', (counts) => chiSquared(...counts).pValue],
  ['χ², not pooled', (counts) => chiSquared(...counts, { minExpected: 0 }).pValue],
  ['χ², pooled below 1', (counts) => chiSquared(...counts, { minExpected: 1 }).pValue],
  ['G', (counts) => gTest(...counts).pValue],
  ['G, plain', (counts) => plainG(...counts).pValue],
  [
    'two proportions, of the first category',
    ([a, b]) => twoProportion(a[0] as number, sum(a), b[0] as number, sum(b)).pValue,
  ],
]

function sum(counts: readonly number[]): number {
  return counts.reduce((rows, count) => rows + count, 0)
}

const standard: Draw = (rows, rng) => Float64Array.from({ length: rows }, () => normal(rng))
/** Exponential with mean 0 and variance 1. */
const skewed: Draw = (rows, rng) => Float64Array.from({ length: rows }, () => -Math.log(1 - rng()) - 1)

function rounded(values: Float64Array): Float64Array {
  return values.map((x) => Math.round(2 * x) / 2)
}

/** Alarms at each α, by test. */
function tally<T>(
  draws: number,
  tests: readonly (readonly [string, (drawn: T) => number])[],
  draw: () => T,
): number[][] {
  const alarms = tests.map(() => ALPHAS.map(() => 0))
  for (let i = 0; i < draws; i++) {
    const drawn = draw()
    for (const [test, [, pValue]] of tests.entries()) {
      const p = pValue(drawn)
      const row = alarms[test] as number[]
      for (const [at, alpha] of ALPHAS.entries()) if (p <= alpha) row[at] = (row[at] as number) + 1
    }
  }
  return alarms.map((row) => row.map((count) => count / draws))
}

function table<T>(
  title: string,
  tests: readonly (readonly [string, (drawn: T) => number])[],
  isNull: boolean,
  drawFor: (size: Size, rng: Rng) => () => T,
): void {
  const columns = SIZES.map((size, at) => {
    process.stderr.write(`${title}: ${size.rowsA} v ${size.rowsB}\n`)
    return tally(isNull ? size.draws : size.powerDraws, tests, drawFor(size, seededRng(1000 + at)))
  })
  console.log(`\n**${title}**\n\n| test | ${SIZES.map(({ rowsA, rowsB }) => `${rowsA} v ${rowsB}`).join(' | ')} |`)
  console.log(`|---|${SIZES.map(() => '---').join('|')}|`)
  for (const [test, [name]] of tests.entries()) {
    const cells = columns.map((column) => (column[test] as number[]).map(percent).join(' · '))
    console.log(`| ${name} | ${cells.join(' | ')} |`)
  }
}

function percent(share: number): string {
  return (100 * share).toFixed(share < 0.1 ? 1 : 0)
}

function numericTable(
  title: string,
  draw: Draw,
  change: (x: number, deviates: number) => number,
  isRounded: boolean,
): void {
  table(title, NUMERIC, change === same, ({ rowsA, rowsB }, rng) => {
    const error = Math.sqrt(1 / rowsA + 1 / rowsB)
    return () => {
      const drawnB = draw(rowsB, rng).map((x) => change(x, DEVIATES * error))
      const drawnA = draw(rowsA, rng)
      const [a, b] = isRounded ? [rounded(drawnA), rounded(drawnB)] : [drawnA, drawnB]
      return { a, b, values: distinctValues(a, b), counts: [histogram(a, DECILES), histogram(b, DECILES)] as const }
    }
  })
}

/** One row's category; the first `weights` are the likelier. */
function categories(rows: number, cumulative: readonly number[], rng: Rng): number[] {
  const counts = new Array<number>(cumulative.length).fill(0)
  for (let row = 0; row < rows; row++) {
    const at = rng()
    let category = 0
    while (at >= (cumulative[category] as number) && category < cumulative.length - 1) category++
    counts[category] = (counts[category] as number) + 1
  }
  return counts
}

function cumulated(weights: readonly number[]): number[] {
  const total = sum(weights)
  let below = 0
  return weights.map((weight) => {
    below += weight / total
    return below
  })
}

function categoryTable(title: string, weights: readonly number[], isChanged: boolean): void {
  const before = cumulated(weights)
  table(title, CATEGORICAL, !isChanged, ({ rowsA, rowsB }, rng) => {
    const share = before[0] as number
    const error = Math.sqrt(share * (1 - share) * (1 / rowsA + 1 / rowsB))
    const moved = Math.min(0.99, share + DEVIATES * error)
    const after = isChanged
      ? before.map((below, i) => (i === 0 ? moved : moved + ((below - share) * (1 - moved)) / (1 - share)))
      : before
    return () => [categories(rowsA, before, rng), categories(rowsB, after, rng)] as const
  })
}

const shifted = (x: number, deviates: number) => x + deviates
const wider = (x: number, deviates: number) => x * Math.exp(deviates / Math.SQRT2)
const even = new Array<number>(CATEGORIES).fill(1)
const rare = Array.from({ length: RARE_CATEGORIES }, (_, i) => 1 / (i + 1))

const started = process.cpuUsage()
console.log('# Level and power of the two-sample tests\n')
console.log(
  '`node bench/run.mjs tests-level-power` printed this. Each cell: share of draws with p ≤ .05 · p ≤ .01, in %.',
)
const drawn = (of: 'draws' | 'powerDraws') => SIZES.map((size) => size[of]).join(', ')
console.log(`Draws per cell, by column: ${drawn('draws')} for a level, ${drawn('powerDraws')} for a power.`)
console.log(`The spread of a true 5 · 1 % is .34 · .16 at 4000 draws, .49 · .22 at 2000, 1.3 · .57 at 300; that of a power is at most
1.6 at 1000 draws, 2.2 at 500, 5 at 100.

"bins" is the test on ten bins fixed beforehand at the deciles of a standard normal; without the word it sees the values.
"rounded" values are multiples of half a standard deviation. χ² and G pool bins that expect fewer than 5 rows, G is
corrected by Williams' factor; at 5 v 95 pooling leaves nothing to compare. "not pooled" and "plain" are SciPy's. Changes
are as large as the best test for them would find 80 % of the time at .05 with many rows: a mean ${DEVIATES} standard errors higher, a standard deviation, or a category's share, likewise.

Left out: dependent rows (time series, several rows of one customer), for which no level here holds; bins learned from the
reference itself; other shapes of change; fewer than 5 rows; multiplicity over features.`)
console.log('\n## Level: both samples from one distribution')
numericTable('Normal values', standard, same, false)
numericTable('Normal values, rounded', standard, same, true)
numericTable('Exponential values', skewed, same, false)
categoryTable(`${CATEGORIES} equally likely categories`, even, false)
categoryTable(`${RARE_CATEGORIES} categories, the k-th 1/k as likely as the first`, rare, false)
console.log('\n## Power: the second sample is different')
numericTable('A higher mean, normal values', standard, shifted, false)
numericTable('A higher mean, normal values, rounded', standard, shifted, true)
numericTable('A larger spread, normal values', standard, wider, false)
numericTable('A larger spread, normal values, rounded', standard, wider, true)
categoryTable(`The first of ${CATEGORIES} categories is more frequent`, even, true)
categoryTable(`The first of ${RARE_CATEGORIES} categories is more frequent`, rare, true)
const { user, system } = process.cpuUsage(started)
console.log(`\nProcessor time on this machine: ${Math.round((user + system) / 1e6)} s.`)
