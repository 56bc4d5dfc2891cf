import { expect, test } from 'vitest'
import { normal, seededRng } from '../../base/rng.ts'
import { jackknifed, sizeOf } from './jackknife.ts'

const rng = seededRng(8)
const values = Float64Array.from({ length: 400 }, () => normal(rng))
const meanOf = (index: Int32Array) => index.reduce((sum, row) => sum + values[row]!, 0) / index.length

test('of a mean it is the t interval over the means of twenty blocks', () => {
  const seen = jackknifed(400, meanOf, 0.9)
  const blocks = Array.from(
    { length: 20 },
    (_, k) => values.subarray(20 * k, 20 * k + 20).reduce((s, x) => s + x, 0) / 20,
  )
  const centre = blocks.reduce((s, x) => s + x, 0) / 20
  const error = Math.sqrt(blocks.reduce((s, x) => s + (x - centre) ** 2, 0) / 19 / 20)
  expect(seen?.observed).toBeCloseTo(centre, 12)
  expect((seen!.interval.high - seen!.interval.low) / 2).toBeCloseTo(1.7291 * error, 4)
})

test('each block is left out once, in consecutive rows', () => {
  const left: number[][] = []
  jackknifed(
    45,
    (index) => {
      const kept = new Set(index)
      left.push(Array.from({ length: 45 }, (_, row) => row).filter((row) => !kept.has(row)))
      return index.length
    },
    0.9,
  )
  expect(left).toHaveLength(21)
  expect(left[0]).toEqual([])
  expect(left.slice(1).flat()).toEqual(Array.from({ length: 45 }, (_, row) => row))
})

test('there is none of fewer than twenty rows, nor where some block cannot be left out', () => {
  expect(jackknifed(19, meanOf, 0.9)).toBeNull()
  expect(jackknifed(400, (index) => (index.length < 400 ? null : 1), 0.9)).toBeNull()
  expect(jackknifed(400, () => null, 0.9)).toBeNull()
})

test('the size of an estimate reaches down to zero only where its interval does', () => {
  const of = (observed: number, low: number, high: number) => {
    const { observed: size, interval } = sizeOf({ observed, interval: { low, high, level: 0.9 } })
    return [size, interval.low, interval.high]
  }
  expect(of(-2, -3, -1)).toEqual([2, 1, 3])
  expect(of(2, 1, 3)).toEqual([2, 1, 3])
  expect(of(-0.5, -2, 1)).toEqual([0.5, 0, 2])
})
