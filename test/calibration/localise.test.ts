import { describe, expect, test } from 'vitest'
import { normal, type Rng, seededRng } from '../../src/base/rng.ts'
import { type Localised, localise } from '../../src/stats/change/localise.ts'
import type { LossShape } from '../../src/stats/change/segments.ts'

const STREAMS = 300
const ROWS_A_DAY = 100

interface World {
  readonly rows: number
  readonly at: number
  readonly rates: readonly [before: number, after: number]
  /** Standard deviation of a day's own rate. */
  readonly day?: number
}

function zeroOne({ rows, at, rates, day = 0 }: World, rng: Rng): Float64Array {
  let today = 0
  return Float64Array.from({ length: rows }, (_, i) => {
    if (i % ROWS_A_DAY === 0) today = day * normal(rng)
    return rng() < rates[i < at ? 0 : 1] + today ? 1 : 0
  })
}

/** Absolute errors that depend on the error before (autocorrelation .6 of the errors). */
function dependent({ rows, at, rates }: World, rng: Rng): Float64Array {
  let error = normal(rng)
  return Float64Array.from({ length: rows }, (_, i) => {
    error = 0.6 * error + 0.8 * normal(rng)
    return Math.abs(error) * rates[i < at ? 0 : 1]
  })
}

function measure(world: World, draw = zeroOne, shape: LossShape = 'bernoulli') {
  const rng = seededRng(17)
  const seen = Array.from({ length: STREAMS }, () => localise(draw(world, rng), shape) as Localised)
  const found = seen.filter((one) => one.pValue <= 0.05)
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] as number
  return {
    covered: seen.filter((one) => one.low <= world.at && world.at <= one.high).length,
    found: found.length,
    miss: median(found.map((one) => Math.abs(one.at - world.at))),
    width: median(found.map((one) => one.high - one.low + 1)),
  }
}

// 276 of 300 is the lower 99 % bound of .95.
describe('the 95 % set holds the row of the change', () => {
  test('error .15 → .25 in 2000 rows: median miss 24, width about 300', () => {
    const seen = measure({ rows: 2000, at: 1200, rates: [0.15, 0.25] })
    expect(seen.covered).toBeGreaterThanOrEqual(276)
    expect(seen.found).toBeGreaterThanOrEqual(285)
    expect(seen.miss).toBeLessThan(35)
    expect(seen.width).toBeLessThan(360)
  })

  test('a change of the newest 300 of 4000 rows', () => {
    const seen = measure({ rows: 4000, at: 3700, rates: [0.15, 0.25] })
    expect(seen.covered).toBeGreaterThanOrEqual(276)
    expect(seen.found).toBeGreaterThanOrEqual(230)
  })

  test('days that differ by 5 points', () => {
    const seen = measure({ rows: 4000, at: 2400, rates: [0.15, 0.25], day: 0.05 })
    expect(seen.covered).toBeGreaterThanOrEqual(276)
    expect(seen.found).toBeGreaterThanOrEqual(240)
  })

  test('absolute errors that depend on each other', () => {
    const seen = measure({ rows: 2000, at: 1200, rates: [1, 1.6] }, dependent, 'gaussian')
    expect(seen.covered).toBeGreaterThanOrEqual(276)
    expect(seen.found).toBeGreaterThanOrEqual(285)
  })
})

// 28 of 300 is the 99.9 % bound of a rate of .05.
describe('a steady loss is called a rise in at most 5 % of streams', () => {
  test.each([
    ['500 rows', { rows: 500, at: 0, rates: [0.2, 0.2] }],
    ['5000 rows', { rows: 5000, at: 0, rates: [0.2, 0.2] }],
    ['rare errors', { rows: 3000, at: 0, rates: [0.01, 0.01] }],
    ['days that differ by 5 points', { rows: 4000, at: 0, rates: [0.2, 0.2], day: 0.05 }],
  ] as const)('%s', (_, world) => {
    expect(measure(world).found).toBeLessThanOrEqual(28)
  })

  test('absolute errors in a row', () => {
    expect(measure({ rows: 2000, at: 0, rates: [1, 1] }, dependent, 'gaussian').found).toBeLessThanOrEqual(28)
  })
})
