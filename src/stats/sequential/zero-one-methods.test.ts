import { expect, test } from 'vitest'
import { seededRng } from '../../base/rng.ts'
import { cusum } from './cusum.ts'
import { ddm } from './ddm.ts'
import { eddm } from './eddm.ts'
import { allDetections } from './error-stream.ts'
import { ewma, ewmaLimit } from './ewma.ts'
import { hddmA } from './hddm-a.ts'
import { hddmW } from './hddm-w.ts'
import { kswin } from './kswin.ts'
import { stepd } from './stepd.ts'

const zerosThenOnes = (zeros: number, ones: number) =>
  Float64Array.from({ length: zeros + ones }, (_, i) => (i < zeros ? 0 : 1))

/** Errors at these positions of `rows`. */
const errorsAt = (rows: number, ...at: number[]) => {
  const losses = new Float64Array(rows)
  for (const i of at) losses[i] = 1
  return losses
}

test('the first error after a long time without any is an alarm of DDM and STEPD, and none of CUSUM, HDDM-A and ECDD', () => {
  const losses = errorsAt(3000, 2500)
  expect(allDetections(ddm, ddm.start({ warmUpRows: 30, deviations: 3 }), losses)).toEqual([
    { at: 2500, alarm: 'rise' },
  ])
  expect(allDetections(stepd, stepd.start({ recentRows: 30, alpha: 0.003 }), losses)[0]?.at).toBe(2500)
  const summed = cusum.start({ warmUpRows: 30, tolerance: 0.15, threshold: 25, cap: 5, isTwoSided: false })
  expect(allDetections(cusum, summed, losses)).toEqual([])
  expect(allDetections(hddmA, hddmA.start({ confidence: 0.001, isTwoSided: false }), losses)).toEqual([])
  expect(allDetections(ewma, ewma.start({ warmUpRows: 30, alarmsEvery: '1000 rows' }), losses)).toEqual([])
})

test('without the cap three rare errors would be an alarm of CUSUM', () => {
  const losses = errorsAt(3000, 500, 1500, 2500)
  const alarms = (cap: number) =>
    allDetections(
      cusum,
      cusum.start({ warmUpRows: 30, tolerance: 0.15, threshold: 25, cap, isTwoSided: false }),
      losses,
    )
  expect(alarms(5)).toEqual([])
  expect(alarms(1000).length).toBeGreaterThan(0)
})

test('CUSUM hears the same in any unit of loss', () => {
  const options = { warmUpRows: 30, tolerance: 0.15, threshold: 8, cap: 5, isTwoSided: true }
  const losses = Float64Array.from({ length: 600 }, (_, i) => ((i * 7919) % 101) / 101 + (i < 400 ? 0 : 0.4))
  const heard = allDetections(cusum, cusum.start(options), losses)
  expect(heard[0]?.at).toBeGreaterThanOrEqual(400)
  for (const [a, b] of [
    [1024, 0],
    [0.125, -3],
  ] as const) {
    const moved = losses.map((x) => a * x + b)
    expect(allDetections(cusum, cusum.start(options), moved)).toEqual(heard)
  }
})

test('HDDM-A and HDDM-W speak at the first row at which their bounds can be met', () => {
  const a = { confidence: 0.001, isTwoSided: false }
  const first = hddmA.warmUpLeft(hddmA.start(a)) + 1
  expect(first).toBe(16)
  expect(allDetections(hddmA, hddmA.start(a), zerosThenOnes(first / 2, first)).map((x) => x.at)).toEqual([first - 1])
  for (const weight of [0.05, 0.01]) {
    const w = { confidence: 0.001, weight, isTwoSided: false }
    const least = hddmW.warmUpLeft(hddmW.start(w)) + 1
    const at = allDetections(hddmW, hddmW.start(w), zerosThenOnes(Math.floor(least / 2), least)).map((x) => x.at)
    expect(at).toEqual([least - 1])
  }
})

test('HDDM-W with a weight that can never meet its bound says that it warms up for ever', () => {
  expect(hddmW.warmUpLeft(hddmW.start({ confidence: 0.001, weight: 0.3, isTwoSided: false }))).toBe(
    Number.POSITIVE_INFINITY,
  )
})

test('EDDM counts a loss of exactly 1 as an error, and nothing else', () => {
  const options = { warmUpErrors: 10, share: 0.9 }
  const slow = Array.from({ length: 400 }, (_, i) => (i % 20 === 19 ? 1 : 0))
  const fast = Array.from({ length: 100 }, (_, i) => (i % 2 ? 1 : 0))
  expect(allDetections(eddm, eddm.start(options), [...slow, ...fast]).length).toBe(1)
  const halves = [...slow, ...fast].map((x) => x / 2)
  expect(allDetections(eddm, eddm.start(options), halves)).toEqual([])
})

test('the chart has a limit for every error rate, never below an error alone, and never lower for a higher rate', () => {
  for (const every of ['1000 rows', '10000 rows', '100000 rows'] as const) {
    const limits = Array.from({ length: 701 }, (_, i) => ewmaLimit(i / 1000, every))
    expect(limits[0]).toBeGreaterThan(0.2)
    for (const [i, limit] of limits.entries()) expect(limit).toBeGreaterThanOrEqual(limits[i - 1] ?? 0)
    expect(limits.at(-1)).toBeLessThan(1)
    expect(ewmaLimit(0.71, every)).toBe(1)
    expect(ewmaLimit(1, every)).toBe(1)
  }
  expect(ewmaLimit(0.125, '1000 rows')).toBeCloseTo((0.51 + 0.5958) / 2, 12)
  expect(ewmaLimit(0.1, '10000 rows')).toBeLessThan(ewmaLimit(0.1, '100000 rows'))
})

test('ECDD speaks at the last row of its warm-up at the earliest', () => {
  const from = (zeros: number) =>
    allDetections(ewma, ewma.start({ warmUpRows: 30, alarmsEvery: '1000 rows' }), zerosThenOnes(zeros, 8))[0]?.at
  expect(from(24)).toBe(29)
  // Five errors in a row after 25 right answers: Z = 1 − .8⁵ = .67 at a rate of 1/6.
  expect(from(25)).toBe(29)
})

test('KSWIN does not speak of a distance of a tenth, however sure it is', () => {
  const half = (ones: number) => Array.from({ length: 500 }, (_, i) => (i < ones ? 1 : 0))
  const heard = (ones: number) =>
    allDetections(kswin, kswin.start({ alpha: 0.1, recentRows: 500, windowRows: 1000, seed: 1 }), [
      ...half(250),
      ...half(ones),
    ])
  expect(heard(290)).toEqual([])
  expect(heard(310)).toEqual([{ at: 999, alarm: 'rise' }])
})

test('KSWIN draws on where it left off when its state is taken up again', () => {
  const options = { alpha: 0.1, recentRows: 20, windowRows: 60, seed: 2 }
  const rng = seededRng(3)
  const losses = Float64Array.from({ length: 2000 }, () => rng())
  const whole = allDetections(kswin, kswin.start(options), losses)
  expect(whole.length).toBeGreaterThan(5)
  const state = kswin.start(options)
  const parts = [...losses].flatMap((x, i) => allDetections(kswin, state, [x]).map(({ alarm }) => ({ at: i, alarm })))
  expect(parts).toEqual(whole)
})
