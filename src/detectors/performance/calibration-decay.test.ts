import { expect, test } from 'vitest'
import { numbersColumn, watchedOn } from '../../../test/support/watched-columns.ts'
import { normal, type Rng, seededRng } from '../../base/rng.ts'
import type { Task } from '../../data/schema.ts'
import { calibrationDecayDetector } from './calibration-decay.ts'

const BINARY: Task = { kind: 'binary', classes: ['no', 'yes'] }

/** One row: what is said, and what comes true. */
type Row = (rng: Rng) => { readonly scores: readonly number[]; readonly label: number }

function live(task: Task, windows: readonly { readonly row: Row; readonly rows: number }[], scale = 1) {
  const { version, view } = watchedOn([numbersColumn('x', [0, 1, 2])], { task })
  const watched = { ...version, scale }
  const config = calibrationDecayDetector.config.parse({ detector: 'calibration-decay' })
  let state = calibrationDecayDetector.start(watched, config)
  return windows.map(({ row, rows }, window) => {
    const rng = seededRng(window + 1)
    const drawn = Array.from({ length: rows }, () => row(rng))
    const outcomes = {
      labels: Float64Array.from(drawn, ({ label }) => label),
      scores: Float32Array.from(drawn.flatMap(({ scores }) => scores)),
    }
    const seen = calibrationDecayDetector.measure(
      state,
      watched,
      view([numbersColumn('x', new Float64Array(rows))], outcomes),
      config,
    )
    state = seen.state
    const [bias, slope] = seen.evidence
    return { bias, slope }
  })
}

/** P(yes) is claimed with log odds z; true are the log odds slope · z + shift. */
const logistic = (slope: number, shift: number): Row => {
  return (rng) => {
    const z = 1.5 * normal(rng)
    const odds = (x: number) => 1 / (1 + Math.exp(-x))
    return { scores: [odds(z)], label: rng() < odds(slope * z + shift) ? 1 : 0 }
  }
}

const numberOf = (e: unknown) => (e as { value: number }).value

test('a calibrated model has bias 0 and slope 1; the baseline is the first window’s', () => {
  const [first, second, third] = live(BINARY, [
    { row: logistic(1, 0), rows: 4000 },
    { row: logistic(1, 0), rows: 4000 },
    { row: logistic(1, 0), rows: 400 },
  ])
  expect(first?.bias).toMatchObject({ kind: 'estimate', subject: 'bias', unit: 'share', rows: 4000 })
  expect(first?.bias).not.toHaveProperty('baseline')
  expect(Math.abs(numberOf(first?.bias))).toBeLessThan(0.03)
  expect(Math.abs(numberOf(first?.slope) - 1)).toBeLessThan(0.15)
  expect(second?.slope).toMatchObject({ unit: 'ratio', baseline: numberOf(first?.slope) })
  expect(third?.slope).toMatchObject({ baseline: numberOf(first?.slope) })
  expect(third?.bias).toMatchObject({ baseline: numberOf(first?.bias) })
})

test('claims that are too sure have slope ½ and no bias; claims that are too high have bias and slope 1', () => {
  const [, sure, high] = live(BINARY, [
    { row: logistic(1, 0), rows: 3000 },
    { row: logistic(0.5, 0), rows: 3000 },
    { row: logistic(1, -1), rows: 3000 },
  ])
  expect(Math.abs(numberOf(sure?.slope) - 0.5)).toBeLessThan(0.12)
  expect(Math.abs(numberOf(sure?.bias))).toBeLessThan(0.04)
  expect(numberOf(high?.bias)).toBeGreaterThan(0.1)
  expect(Math.abs(numberOf(high?.slope) - 1)).toBeLessThan(0.2)
})

test('of several classes the likeliest one’s probability is held against how often it comes true', () => {
  const task: Task = { kind: 'multiclass', classes: ['a', 'b', 'c'] }
  const row: Row = (rng) => {
    const claim = 0.5 + 0.4 * rng()
    const rest = (1 - claim) / 2
    return { scores: [rest, rest, claim], label: rng() < claim - 0.2 ? 2 : 0 }
  }
  const [seen] = live(task, [{ row, rows: 4000 }])
  expect(Math.abs(numberOf(seen?.bias) - 0.2)).toBeLessThan(0.03)
})

test('the bias of values is in standard deviations of the target', () => {
  const row: Row = (rng) => {
    const x = 10 * normal(rng)
    return { scores: [x], label: 0.5 * x - 3 + normal(rng) }
  }
  const [seen] = live({ kind: 'regression' }, [{ row, rows: 4000 }], 10)
  expect(seen?.bias).toMatchObject({ unit: 'standard deviations' })
  expect(Math.abs(numberOf(seen?.bias) - 0.3)).toBeLessThan(0.05)
  expect(Math.abs(numberOf(seen?.slope) - 0.5)).toBeLessThan(0.01)
})

test('a model that never errs, or says one thing only, has no slope, and says why', () => {
  const row: Row = (rng) => {
    const label = rng() < 0.5 ? 1 : 0
    return { scores: [label === 1 ? 0.9 : 0.1], label }
  }
  const [seen] = live(BINARY, [{ row, rows: 500 }])
  expect(seen?.slope).toMatchObject({
    kind: 'insufficient',
    needRows: 501,
    because: expect.stringContaining('one claim'),
  })
  expect(seen?.bias).toMatchObject({ kind: 'estimate' })
})

test('99 labels are insufficient and no baseline; rows without a label take no part', () => {
  let at = 0
  const gappy: Row = (rng) => ({ ...logistic(1, 0)(rng), ...(at++ % 2 === 0 ? { label: Number.NaN } : {}) })
  const [few, first] = live(BINARY, [
    { row: gappy, rows: 198 },
    { row: logistic(1, 0), rows: 200 },
  ])
  expect(few?.bias).toMatchObject({ kind: 'insufficient', rows: 99, needRows: 100 })
  expect(first?.bias).not.toHaveProperty('baseline')
})
