import { expect, test } from 'vitest'
import { askGate, gateRows } from '../../test/support/gate-rows.ts'
import { wilson } from '../stats/interval/wilson.ts'

const timed = (latencies: Float64Array | null, limit = 95) =>
  askGate(gateRows(0, { latencies }), { gate: 'latency', limit })
/** 1, 2, … milliseconds, in an order that is none. */
const times = (count: number) => Float64Array.from({ length: count }, (_, i) => ((i * 7919) % count) + 1)

test('without timed answers, as in a backtest, it cannot apply; with none yet it waits', () => {
  expect(timed(null)).toMatchObject({ outcome: 'skipped', observed: null })
  expect(timed(new Float64Array(0))).toMatchObject({ outcome: 'inconclusive', needs: '200 more timed answers' })
})

test('the 95th percentile is the time within which 95 of 100 answers came', () => {
  expect(timed(times(1000)).observed).toBe(950)
  expect(timed(times(200)).observed).toBe(190)
})

test('the whole interval must be within the limit', () => {
  const { interval } = timed(times(1000))
  // 95 % of 1,000 ± 1.64 √(1000 · .95 · .05), and a rank more on the upper side.
  expect(interval?.low).toBeGreaterThan(930)
  expect(interval?.low).toBeLessThan(940)
  expect(interval?.high).toBeGreaterThan(959)
  expect(interval?.high).toBeLessThan(965)
  const { high } = wilson(950, 1000, 0.9)
  expect(interval?.high).toBe(Math.ceil(1000 * high) + 1)
  expect(timed(times(1000), interval!.high)).toMatchObject({ outcome: 'pass' })
  expect(timed(times(1000), interval!.high - 1)).toMatchObject({ outcome: 'inconclusive' })
  expect(timed(times(1000), interval!.low)).toMatchObject({ outcome: 'inconclusive' })
  expect(timed(times(1000), interval!.low - 1)).toMatchObject({ outcome: 'fail' })
})

test('another quantile is another time', () => {
  const input = gateRows(0, { latencies: times(1000) })
  expect(askGate(input, { gate: 'latency', quantile: 0.5 }).observed).toBe(500)
})

test('a time that is none is an error', () => {
  const wrong = times(300)
  wrong[3] = -1
  expect(timed(wrong)).toMatchObject({ outcome: 'error', because: expect.stringContaining('answer 3 took -1 ms') })
  wrong[3] = Number.NaN
  expect(timed(wrong)).toMatchObject({ outcome: 'error' })
})
