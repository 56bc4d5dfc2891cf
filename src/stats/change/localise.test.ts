import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normal, seededRng } from '../../base/rng.ts'
import { localise } from './localise.ts'

/** Wrong in every tenth row, from row `at` on in every second one: no luck in it. */
function regular(rows: number, at: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => (i % (i < at ? 10 : 2) === 0 ? 1 : 0))
}

test('a clear rise is dated to its row, with what the loss was before and after', () => {
  const found = localise(regular(1000, 600), 'bernoulli')
  expect(found).toMatchObject({ at: 600, isLocalised: true, dispersion: 1 })
  expect(found?.before).toEqual({ rows: 600, mean: 0.1 })
  expect(found?.after).toEqual({ rows: 400, mean: 0.5 })
  expect(found?.pValue).toBeLessThan(1e-6)
  expect(found?.low).toBeGreaterThan(580)
  expect(found?.low).toBeLessThanOrEqual(600)
  expect(found?.high).toBeLessThan(620)
  expect(found?.high).toBeGreaterThanOrEqual(600)
})

test('the set ends where the log-likelihood has dropped by half of 7.35', () => {
  const losses = regular(1000, 600)
  const entropy = (from: number, to: number) => {
    const wrong = losses.subarray(from, to).reduce((a, b) => a + b, 0)
    const share = wrong / (to - from)
    return wrong * Math.log(share) + (to - from - wrong) * Math.log(1 - share)
  }
  const at = (k: number) => entropy(0, k) + entropy(k, 1000)
  const found = localise(losses, 'bernoulli')
  const inSet = Array.from({ length: 961 }, (_, i) => i + 20).filter((k) => 2 * (at(600) - at(k)) <= 7.35)
  expect(found).toMatchObject({ low: inSet[0], high: inSet.at(-1) })
})

test('a loss that falls did not rise', () => {
  const falling = regular(1000, 600).reverse()
  expect(localise(falling, 'bernoulli')?.pValue).toBeGreaterThan(0.05)
})

test('a rise is looked for even where a fall is the greater change', () => {
  const losses = Float64Array.from({ length: 1500 }, (_, i) => (i % (i < 300 ? 2 : i < 900 ? 10 : 3) === 0 ? 1 : 0))
  const found = localise(losses, 'bernoulli')
  expect(Math.abs((found?.at ?? 0) - 900)).toBeLessThan(10)
  expect(found?.after.mean).toBeGreaterThan(found?.before.mean ?? 1)
})

test('a rise in the newest rows alone is found, but not in fewer than twenty', () => {
  const all = regular(2000, 1940)
  expect(localise(all, 'bernoulli')).toMatchObject({ at: 1940 })
  expect(localise(all.subarray(0, 1950), 'bernoulli')?.at).not.toBe(1940)
})

test('days of their own widen the set', () => {
  const width = (day: number) => {
    const rng = seededRng(4)
    let sum = 0
    for (let stream = 0; stream < 40; stream++) {
      let today = 0
      const losses = Float64Array.from({ length: 2000 }, (_, i) => {
        if (i % 100 === 0) today = day * normal(rng)
        return rng() < (i < 1200 ? 0.15 : 0.3) + today ? 1 : 0
      })
      const found = localise(losses, 'bernoulli')
      sum += found === null ? 0 : found.high - found.low + 1
    }
    return sum / 40
  }
  expect(width(0.08)).toBeGreaterThan(1.5 * width(0))
})

test('a small rise among many rows is seen but tells no moment', () => {
  const rng = seededRng(6)
  const sets = Array.from({ length: 60 }, () =>
    localise(
      Float64Array.from({ length: 1000 }, (_, i) => (rng() < (i < 500 ? 0.2 : 0.26) ? 1 : 0)),
      'bernoulli',
    ),
  )
  const wide = sets.filter((one) => one !== null && one.high - one.low + 1 > 500)
  expect(wide.length).toBeGreaterThan(5)
  for (const one of sets) expect(one?.isLocalised).toBe(one !== null && one.high - one.low + 1 <= 500)
})

describe('nothing is said of', () => {
  test.each([
    ['no losses', new Float64Array(0)],
    ['99 losses', regular(99, 50)],
    ['losses that never vary', new Float64Array(500).fill(1)],
  ])('%s', (_, losses) => {
    expect(localise(losses, 'bernoulli')).toBeNull()
  })
})

test('the unit of a Gaussian loss and its distance from 0 change nothing', () => {
  const rng = seededRng(9)
  const losses = Float64Array.from({ length: 800 }, (_, i) => (i < 500 ? 1 : 2) + 0.5 * normal(rng))
  const plain = localise(losses, 'gaussian')
  const large = localise(
    losses.map((loss) => 1e9 + 1000 * loss),
    'gaussian',
  )
  expect(large).toMatchObject({ at: plain?.at, low: plain?.low, high: plain?.high })
  expect(large?.pValue).toBeCloseTo(plain?.pValue ?? 1, 6)
})

test('whatever the losses, the cut lies in its set and the p-value in [0, 1]', () => {
  const losses = fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: 100, maxLength: 300 })
  fc.assert(
    fc.property(losses, (values) => {
      for (const shape of ['bernoulli', 'gaussian'] as const) {
        const found = localise(Float64Array.from(values), shape)
        if (found === null) continue
        expect(found.low).toBeLessThanOrEqual(found.at)
        expect(found.high).toBeGreaterThanOrEqual(found.at)
        expect(found.low).toBeGreaterThanOrEqual(20)
        expect(found.high).toBeLessThanOrEqual(values.length - 20)
        expect(found.pValue).toBeGreaterThanOrEqual(0)
        expect(found.pValue).toBeLessThanOrEqual(1)
        expect(found.before.rows + found.after.rows).toBe(values.length)
      }
    }),
    { numRuns: 60 },
  )
})

test('the p-value is that of the largest standardised cut, with the dispersion taken for an estimate', () => {
  const losses = Float64Array.from({ length: 400 }, (_, i) => (i % (i < 200 ? 5 : 3) === 0 ? 1 : 0))
  const found = localise(losses, 'bernoulli')
  if (found === null) throw new Error('nothing found')
  const entropy = (from: number, to: number) => {
    const wrong = losses.subarray(from, to).reduce((a, b) => a + b, 0)
    const share = wrong / (to - from)
    return wrong * Math.log(share) + (to - from - wrong) * Math.log(1 - share)
  }
  expect(found.dispersion).toBe(1)
  // 40 blocks less two means: 38 degrees of freedom.
  const gain = 2 * (entropy(0, found.at) + entropy(found.at, 400) - entropy(0, 400))
  const square = 38 * Math.log(1 + gain / 38) * ((8 * 38 + 1) / (8 * 38 + 3)) ** 2
  const t = 2 * Math.log(400 / 20 - 1)
  const density = (Math.sqrt(square) * Math.exp(-square / 2)) / Math.sqrt(2 * Math.PI)
  expect(square).toBeGreaterThan(2)
  expect(found.pValue).toBeCloseTo(Math.min(1, 0.5 * density * (t - t / square + 4 / square)), 12)
})

test('days much longer than a fortieth of the stream are heard in their full weight', () => {
  let sum = 0
  for (let stream = 0; stream < 30; stream++) {
    const rng = seededRng(50 + stream)
    let today = 0
    const losses = Float64Array.from({ length: 3000 }, (_, i) => {
      if (i % 200 === 0) today = 0.08 * normal(rng)
      return rng() < 0.25 + today ? 1 : 0
    })
    sum += localise(losses, 'bernoulli')?.dispersion ?? 0
  }
  expect(sum / 30).toBeGreaterThan(5)
})
