import { describe, expect, test } from 'vitest'
import { recordedRows } from '../../../test/support/recorded-rows.ts'
import { normal, seededRng } from '../../base/rng.ts'
import { answersOf, differenceOf, figureOf, phaseOf, type SaidOfDay } from './quality.ts'
import type { FlightStream } from './stream.ts'

const DAY = 86_400_000
const ROWS = 200
const rng = seededRng(9)

const recorded = recordedRows([ROWS, ROWS, ROWS, ROWS])
const windows = recorded.windows.map((window, day) => ({
  ...window,
  start: Date.UTC(2001, 0, 1 + day),
  end: Date.UTC(2001, 0, 1 + day) + DAY,
}))
const outcomes = Float64Array.from({ length: 4 * ROWS }, () => (rng() < 0.4 ? 1 : 0))
/** What is recorded is not what happened: quality must not be measured on it. */
const labels = outcomes.map((late) => 1 - late)
const flights: FlightStream = {
  stream: { ...recorded, windows, labels },
  rowIds: Float64Array.from(outcomes, (_, row) => row),
  times: Float64Array.from(outcomes, (_, row) => row),
  outcomes,
  misjoined: labels,
}

/** A model that knows the outcome up to so much noise. */
const noisy = (noise: number) =>
  Float32Array.from(outcomes, (late) => 1 / (1 + Math.exp(-(late - 0.4) * 2 - noise * normal(rng))))
const SCORES: Readonly<Record<string, Float32Array>> = { good: noisy(0.8), bad: noisy(3) }
/** The first day is the warm-up's: nobody asks for it. */
const served =
  (...keys: string[]): SaidOfDay =>
  (window) =>
    (SCORES[keys[window - 1] as string] as Float32Array).subarray(window * ROWS, (window + 1) * ROWS)
const good = answersOf(flights, served('good', 'good', 'good'), 1)
const bad = answersOf(flights, served('bad', 'bad', 'bad'), 1)

describe('the answers of a policy', () => {
  test('are those of the version of each day, beside what really happened', () => {
    const mixed = answersOf(flights, served('good', 'bad', 'good'), 1)
    expect(mixed.scores).toHaveLength(3 * ROWS)
    expect([...mixed.scores.subarray(ROWS, 2 * ROWS)]).toEqual([...bad.scores.subarray(ROWS, 2 * ROWS)])
    expect([...mixed.outcomes]).toEqual([...outcomes.subarray(ROWS)])
  })

  test('can be those of some days only', () => {
    const days = answersOf(flights, served('good', 'good', 'good'), 1, { from: '2001-01-03', to: '2001-01-03' })
    expect([...days.scores]).toEqual([...good.scores.subarray(ROWS, 2 * ROWS)])
    expect([...days.outcomes]).toEqual([...outcomes.subarray(2 * ROWS, 3 * ROWS)])
  })
})

test('a figure has its rows and an interval around it, and is missing where there is nothing to rank', () => {
  const auc = figureOf(flights, 'auc', good)
  expect(auc?.rows).toBe(3 * ROWS)
  expect(auc?.interval.low).toBeLessThan(auc?.value ?? 0)
  expect(auc?.interval.high).toBeGreaterThan(auc?.value ?? 1)
  const none = { scores: new Float32Array(), outcomes: new Float64Array() }
  expect(phaseOf(flights, 'control', none)).toEqual({ id: 'control', auc: null, logLoss: null })
})

describe('the difference between two policies', () => {
  test('is ours less theirs: a better one has more AUC and less log loss', () => {
    const { auc, logLoss } = differenceOf(flights, 'weekly', good, bad)
    const value = (metric: 'auc' | 'log-loss', answers: typeof good) => figureOf(flights, metric, answers)?.value ?? 0
    expect(auc.value).toBeCloseTo(value('auc', good) - value('auc', bad), 8)
    expect(logLoss.value).toBeCloseTo(value('log-loss', good) - value('log-loss', bad), 8)
    expect(auc.interval.low).toBeGreaterThan(0)
    expect(logLoss.interval.high).toBeLessThan(0)
  })

  test('is paired: equal answers differ by nothing, with certainty', () => {
    const { auc, logLoss, against } = differenceOf(flights, 'alone', good, good)
    expect(against).toBe('alone')
    expect([auc.value, logLoss.value]).toEqual([0, 0])
    expect(auc.interval.high - auc.interval.low).toBeCloseTo(0, 9)
    expect(logLoss.interval.high - logLoss.interval.low).toBeCloseTo(0, 9)
  })
})
