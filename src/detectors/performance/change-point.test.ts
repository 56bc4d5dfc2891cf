import { expect, test } from 'vitest'
import { seededRng } from '../../base/rng.ts'
import type { WatchedVersion, WindowView } from '../detector.ts'
import { changePointDetector } from './change-point.ts'

/** Evidence after each window; `rates` of error, the first window has index `from`. */
function live(rates: readonly number[], rows = 200, from = 0, seed = 1) {
  const rng = seededRng(seed)
  const version = { task: { kind: 'binary', classes: ['no', 'yes'] }, scale: 1 } as unknown as WatchedVersion
  const config = changePointDetector.config.parse({ detector: 'change-point' })
  let state = changePointDetector.start(version, config)
  return rates.map((rate, i) => {
    const labels = new Float64Array(rows)
    const scores = Float32Array.from({ length: rows }, () => (rng() < rate ? 0.9 : 0.1))
    const view = { window: from + i, labels, scores } as unknown as WindowView
    const seen = changePointDetector.measure(state, version, view, config)
    state = seen.state
    return { ...seen, evidence: seen.evidence[0] }
  })
}

const rates = (before: number, windowsBefore: number, after: number, windowsAfter: number) => [
  ...Array<number>(windowsBefore).fill(before),
  ...Array<number>(windowsAfter).fill(after),
]

test('names the first window after the change by its index in the stream', () => {
  const seen = live(rates(0.1, 6, 0.3, 5), 200, 40).at(-1)?.evidence
  expect(seen).toMatchObject({ kind: 'estimate', subject: 'loss', unit: 'window', value: 46, rows: 11 * 200 })
  expect(seen?.kind === 'estimate' ? seen.interval : null).toMatchObject({ low: 46, high: 46, level: 0.95 })
})

test('with three windows it is insufficient', () => {
  const seen = live(rates(0.1, 2, 0.9, 1)).at(-1)?.evidence
  expect(seen).toMatchObject({
    kind: 'insufficient',
    rows: 600,
    needRows: 800,
    because: expect.stringContaining('3 windows'),
  })
})

test('a steady loss, and one that falls, have no moment of decay', () => {
  expect(live(rates(0.2, 12, 0.2, 0)).at(-1)?.evidence).toMatchObject({
    kind: 'insufficient',
    because: expect.stringContaining('no change'),
  })
  expect(live(rates(0.4, 6, 0.1, 6)).at(-1)?.evidence).toMatchObject({
    kind: 'insufficient',
    because: expect.stringContaining('fell'),
  })
})

test('a set wider than half of the windows is not localisable', () => {
  const spread = Array.from({ length: 200 }, (_, seed) => live(rates(0.2, 6, 0.26, 6), 150, 0, seed).at(-1)?.evidence)
  for (const seen of spread) {
    if (seen?.kind !== 'estimate') continue
    expect(seen.interval.high - seen.interval.low + 1).toBeLessThanOrEqual(6)
  }
  const reasons = spread.map((seen) => (seen?.kind === 'insufficient' ? seen.because : ''))
  expect(reasons.some((reason) => reason?.startsWith('not localisable'))).toBe(true)
})

test('after 60 windows the two oldest become one, and a change is still found', () => {
  const last = live(rates(0.1, 70, 0.3, 10)).at(-1)
  expect(last?.state.windows).toHaveLength(60)
  expect(last?.state.windows[0]).toMatchObject({ window: 0, rows: 21 * 200 })
  expect(last?.evidence).toMatchObject({ kind: 'estimate', value: 70 })
})

test('windows with hardly any labels are passed over', () => {
  expect(live([0.1, 0.1], 19).at(-1)?.state.windows).toEqual([])
})
