import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { distinctValues } from '../two-samples.ts'
import { cramerVonMises, cramerVonMisesFromCounts } from './cramer-von-mises.ts'
import { cramerVonMisesTail } from './cramer-von-mises-tail.ts'
import { kuiper, kuiperFromCounts } from './kuiper.ts'
import { brownForsytheFromCounts, levene } from './levene.ts'
import { mannWhitney, mannWhitneyFromCounts } from './mann-whitney.ts'

/** The tests that see the order of values: Cramér–von Mises, Kuiper, Mann–Whitney, Levene. */

const runs = { seed: 22, numRuns: 200 }
const sample = fc
  .array(fc.integer({ min: -6, max: 6 }), { minLength: 2, maxLength: 30 })
  .map((xs) => Float64Array.from(xs))

const distribution = [
  ['Cramér–von Mises', cramerVonMises, cramerVonMisesFromCounts],
  ['Kuiper', kuiper, kuiperFromCounts],
] as const
const all = [...distribution, ['Mann–Whitney', mannWhitney, mannWhitneyFromCounts] as const] as const

function valuesOf(a: Float64Array, change: (x: number) => number): Float64Array {
  return a.map(change)
}

describe.each(all)('%s', (_, ofValues, ofCounts) => {
  test('is the same on values and on bins when every value has its own, also with empty bins between', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const bins = Array.from({ length: 15 }, (_bin, i) => i - 7)
        const [ofA, ofB] = [a, b].map((xs) => bins.map((x) => xs.filter((y) => y === x).length))
        expect(ofCounts(ofA!, ofB!)).toEqual(ofValues(a, b))
      }),
      runs,
    )
  })

  test('gives a probability, the same both ways', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const { statistic, pValue } = ofValues(a, b)
        expect(statistic).toBeGreaterThanOrEqual(0)
        expect(pValue).toBeGreaterThanOrEqual(0)
        expect(pValue).toBeLessThanOrEqual(1)
        expect(ofValues(b, a).pValue).toBeCloseTo(pValue, 12)
      }),
      runs,
    )
  })

  test('sees only the order: an increasing transform changes nothing, and turning it round no p-value', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const stretch = (x: number) => x ** 3 * 1e9 + 5
        expect(ofValues(valuesOf(a, stretch), valuesOf(b, stretch))).toEqual(ofValues(a, b))
        const turned = ofValues(
          valuesOf(a, (x) => -x),
          valuesOf(b, (x) => -x),
        )
        expect(turned.pValue).toBeCloseTo(ofValues(a, b).pValue, 10)
      }),
      runs,
    )
  })

  test('becomes surer as two samples move apart, down to p-values of 1e-30', () => {
    const a = Float64Array.from({ length: 300 }, (_row, i) => i)
    let last = 1.1
    for (const shift of [0.5, 25.5, 50.5, 100.5, 299.5]) {
      const { pValue } = ofValues(
        a,
        valuesOf(a, (x) => x + shift),
      )
      expect(pValue).toBeLessThan(last)
      last = pValue
    }
    expect(last).toBeLessThan(1e-30)
    expect(last).toBeGreaterThan(0)
  })

  test('finds nothing in the same values, a constant, or a single bin', () => {
    fc.assert(
      fc.property(sample, (a) => {
        expect(ofValues(a, a.toReversed()).pValue).toBe(1)
      }),
      runs,
    )
    expect(ofValues(new Float64Array(50), new Float64Array(9)).pValue).toBe(1)
    expect(ofCounts([10], [99]).pValue).toBe(1)
    expect(ofCounts([0, 10, 0], [0, 99, 0]).pValue).toBe(1)
  })

  test('of one row against one never alarms', () => {
    expect(ofValues(Float64Array.of(1), Float64Array.of(2)).pValue).toBeGreaterThan(0.2)
  })

  test('takes infinite values as the ends of the order', () => {
    const finite = [Float64Array.of(-9, 1, 2, 9), Float64Array.of(0, 3, 9, 9)] as const
    const infinite = finite.map((xs) => xs.map((x) => (Math.abs(x) === 9 ? x * Infinity : x)))
    expect(ofValues(infinite[0]!, infinite[1]!)).toEqual(ofValues(...finite))
  })

  test('counts 10⁹ rows: hears a thousandth of a shift, not a millionth', () => {
    const even = [25e7, 25e7, 25e7, 25e7]
    expect(ofCounts(even, [25e7 + 1e6, 25e7, 25e7, 25e7 - 1e6]).pValue).toBeLessThan(1e-100)
    expect(ofCounts(even, [25e7 + 250, 25e7, 25e7, 25e7 - 250]).pValue).toBeGreaterThan(0.9)
  })

  test('leaves its samples in their order', () => {
    const [a, b] = [Float64Array.of(3, 1, 2), Float64Array.of(9, 8)]
    ofValues(a, b)
    expect([...a, ...b]).toEqual([3, 1, 2, 9, 8])
  })

  test('refuses an empty sample, missing values, and counts that are no counts', () => {
    expect(() => ofValues(new Float64Array(0), Float64Array.of(1))).toThrow('at least one value')
    expect(() => ofValues(Float64Array.of(1), Float64Array.of(1, Number.NaN))).toThrow('NaN')
    expect(() => ofCounts([], [])).toThrow('share their bins')
    expect(() => ofCounts([1], [1, 2])).toThrow('got 1 and 2 counts')
    expect(() => ofCounts([1, 2.5], [1, 2])).toThrow('got 2.5')
    expect(() => ofCounts([1, 2], [1, -2])).toThrow('got -2')
    expect(() => ofCounts([0, 0], [1, 2])).toThrow('must not be empty')
  })
})

test.each(distribution)('%s has statistic zero only when all shares agree', (_, ofValues) => {
  fc.assert(
    fc.property(sample, sample, (a, b) => {
      const { positions, reference, current } = distinctValues(a, b)
      const isSame = positions.every((_x, i) => reference[i]! * b.length === current[i]! * a.length)
      expect(ofValues(a, b).statistic < 1e-12).toBe(isSame)
    }),
    runs,
  )
})

test("Kuiper's statistic does not depend on where a circle is cut open", () => {
  fc.assert(
    fc.property(sample, sample, fc.integer({ min: 1, max: 12 }), (a, b, cut) => {
      const turn = (x: number) => (x + 6 + cut) % 13
      const { statistic } = kuiper(valuesOf(a, turn), valuesOf(b, turn))
      expect(statistic).toBeCloseTo(kuiper(a, b).statistic, 12)
    }),
    runs,
  )
})

test("the tail of Cramér and von Mises' limit has its published 5 and 1 % points, and never grows", () => {
  expect(cramerVonMisesTail(0.46136)).toBeCloseTo(0.05, 5)
  expect(cramerVonMisesTail(0.74346)).toBeCloseTo(0.01, 6)
  let last = 1
  for (let x = 0; x < 140; x = x * 1.05 + 0.001) {
    const tail = cramerVonMisesTail(x)
    expect(tail).toBeLessThanOrEqual(last)
    expect(tail).toBeGreaterThan(0)
    last = tail
  }
  expect(cramerVonMisesTail(Infinity)).toBe(0)
})

test('Mann–Whitney counts the pairs in which the current value is the larger', () => {
  fc.assert(
    fc.property(sample, sample, (a, b) => {
      let pairs = 0
      for (const x of a) for (const y of b) pairs += y > x ? 1 : y === x ? 0.5 : 0
      const { statistic, superiority } = mannWhitney(a, b)
      expect(statistic).toBe(pairs)
      expect(superiority).toBeCloseTo(pairs / (a.length * b.length), 14)
    }),
    runs,
  )
})

describe('Levene', () => {
  test('sees the spread alone: shifting a sample changes nothing, nor does another unit', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        for (const center of ['mean', 'median'] as const) {
          const before = levene(a, b, { center }).pValue
          const after = levene(
            valuesOf(a, (x) => 8 * x + 1000),
            valuesOf(b, (x) => 8 * x),
            { center },
          ).pValue
          // Equal spreads are told from rounding by no one: those only have to be no alarm.
          if (before < 0.999) expect(after).toBeCloseTo(before, 8)
          else expect(after).toBeGreaterThan(0.99)
        }
      }),
      runs,
    )
  })

  test('is the same both ways, and the same on bins when every value has its own', () => {
    const positions = Array.from({ length: 13 }, (_, i) => i - 6)
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const [ofA, ofB] = [a, b].map((xs) => positions.map((x) => xs.filter((y) => y === x).length))
        const { statistic, pValue } = levene(a, b)
        if (statistic === Infinity) return
        expect(brownForsytheFromCounts(ofA!, ofB!, positions).pValue).toBeCloseTo(pValue, 8)
        expect(levene(b, a).pValue).toBeCloseTo(pValue, 8)
      }),
      runs,
    )
  })

  test('around the medians is the default, and is not the one around the means', () => {
    const [a, b] = [Float64Array.of(0, 1, 2, 30), Float64Array.of(0, 2, 4, 5, 9)]
    expect(levene(a, b)).toEqual(levene(a, b, { center: 'median' }))
    expect(levene(a, b).pValue).not.toBeCloseTo(levene(a, b, { center: 'mean' }).pValue, 2)
  })

  test('of equal deviations finds nothing, of different constant ones everything', () => {
    expect(levene(Float64Array.of(1, 1), Float64Array.of(7))).toEqual({ statistic: 0, pValue: 1, degreesOfFreedom: 1 })
    expect(levene(Float64Array.of(-1, 1), Float64Array.of(-5, 5)).statistic).toBe(Infinity)
    expect(levene(Float64Array.of(-1, 1), Float64Array.of(-5, 5)).pValue).toBe(0)
  })

  test('refuses what has no spread', () => {
    expect(() => levene(Float64Array.of(1), Float64Array.of(2))).toThrow('got 1 and 1')
    expect(() => levene(Float64Array.of(1, Infinity), Float64Array.of(2))).toThrow('got Infinity')
    expect(() => levene(new Float64Array(0), Float64Array.of(2))).toThrow('at least one value')
    expect(() => brownForsytheFromCounts([1, 2], [3, 4], [0])).toThrow('got 1 for 2 bins')
    expect(() => brownForsytheFromCounts([1, 2.5], [3, 4], [0, 1])).toThrow('got 2.5')
    expect(() => brownForsytheFromCounts([1], [3, 4], [0, 1])).toThrow('share their bins')
  })
})
