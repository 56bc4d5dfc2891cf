import { expect, test } from 'vitest'
import { alarmsOf, distanceOf, numbersColumn, watchedOn } from '../../../test/support/watched-columns.ts'
import { seededRng } from '../../base/rng.ts'
import type { Task } from '../../data/schema.ts'
import { predictionDriftDetector } from './prediction-drift.ts'

const BINARY: Task = { kind: 'binary', classes: ['no', 'yes'] }
const THREE: Task = { kind: 'multiclass', classes: ['a', 'b', 'c'] }

/** The evidence on every window of scores in turn. */
function live(task: Task, windows: readonly (readonly number[])[], options = {}) {
  const width = task.kind === 'multiclass' ? task.classes.length : 1
  const { version, view } = watchedOn([numbersColumn('x', [0, 1, 2])], { task })
  const config = predictionDriftDetector.config.parse({ detector: 'prediction-drift', ...options })
  let state = predictionDriftDetector.start(version, config)
  return windows.map((scores) => {
    const rows = numbersColumn('x', new Float64Array(scores.length / width))
    const seen = predictionDriftDetector.measure(
      state,
      version,
      view([rows], { scores: Float32Array.from(scores) }),
      config,
    )
    state = seen.state
    return seen.evidence
  })
}

function draws(rows: number, seed: number, of: (u: number) => number = (u) => u): number[] {
  const rng = seededRng(seed)
  return Array.from({ length: rows }, () => of(rng()))
}

test('the first windows are what later ones are held against, and say so', () => {
  const [first, second, third] = live(BINARY, [draws(300, 1), draws(300, 2), draws(300, 3)])
  expect(first).toMatchObject([
    { kind: 'insufficient', subject: 'score', because: 'the first 2 windows are what later ones are held against' },
    { kind: 'insufficient', subject: 'class' },
  ])
  expect(second?.[0]?.kind).toBe('insufficient')
  expect(third).toMatchObject([
    { kind: 'p-value', subject: 'score', alarm: false },
    { kind: 'distance', subject: 'class', unit: 'share', rows: 300, alarm: false },
  ])
})

test('later windows do not become the baseline: a slow slide is heard in the end', () => {
  const slide = Array.from({ length: 12 }, (_, w) => draws(400, w, (u) => u ** (1 + w / 6)))
  const heard = live(BINARY, slide).map((evidence) => alarmsOf(evidence).includes('score'))
  expect(heard.slice(0, 3)).toEqual([false, false, false])
  expect(heard.at(-1)).toBe(true)
})

test('scores that move without crossing ½ change no class', () => {
  const evidence = live(BINARY, [
    draws(500, 1),
    draws(500, 2),
    draws(500, 3, (u) => (u > 0.5 ? 0.5 + (u - 0.5) / 3 : u)),
  ])
  expect(alarmsOf(evidence[2] ?? [])).toEqual(['score'])
})

test('the class distance is the total variation, against Hoeffding’s bound or minChange', () => {
  const share = (yes: number) => Array.from({ length: 1000 }, (_, row) => (row < yes ? 0.9 : 0.1))
  const [, , third] = live(BINARY, [share(300), share(300), share(500)])
  expect(distanceOf(third?.[1])).toBeCloseTo(0.2, 12)
  const bound = Math.sqrt(((1 / 2000 + 1 / 1000) * Math.log(2 / 0.0005)) / 2)
  expect(third?.[1]).toMatchObject({ alarm: true, threshold: expect.closeTo(bound, 12) })
  const floored = live(BINARY, [share(300), share(300), share(500)], { minChange: 0.25 })[2]
  expect(floored?.[1]).toMatchObject({ threshold: 0.25, alarm: false })
})

test('of several classes each row counts once, with the likeliest class and its probability', () => {
  const rows = (codes: readonly number[]) => codes.flatMap((code) => [0, 1, 2].map((k) => (k === code ? 0.6 : 0.2)))
  const spread = Array.from({ length: 300 }, (_, row) => row % 3)
  const [, , third] = live(THREE, [rows(spread), rows(spread), rows(spread.map((k) => (k === 0 ? 1 : k)))])
  expect(third).toMatchObject([
    { subject: 'score', statistic: 0, alarm: false },
    { subject: 'class', alarm: true },
  ])
  expect(distanceOf(third?.[1])).toBeCloseTo(1 / 3, 12)
})

test('values have scores only; small windows are insufficient and no baseline', () => {
  const windows = [draws(49, 9), draws(300, 1), draws(300, 2), draws(300, 3, (u) => u + 1)]
  const [small, , , last] = live({ kind: 'regression' }, windows)
  expect(small).toMatchObject([{ kind: 'insufficient', subject: 'score', rows: 49, needRows: 50 }])
  expect(last?.length).toBe(1)
  expect(alarmsOf(last ?? [])).toEqual(['score'])
})

test('one value for every row can be a baseline', () => {
  const same = new Array<number>(200).fill(0.25)
  const [, , third, fourth] = live(BINARY, [same, same, same, draws(200, 1)])
  expect(alarmsOf(third ?? [])).toEqual([])
  expect(alarmsOf(fourth ?? [])).toContain('score')
})

test('of three classes six sets could be far off by chance', () => {
  const rows = Array.from({ length: 300 }, (_, row) => [0, 1, 2].map((k) => (k === row % 3 ? 0.6 : 0.2))).flat()
  const [, , third] = live(THREE, [rows, rows, rows], { minChange: 0 })
  const bound = Math.sqrt(((1 / 600 + 1 / 300) * Math.log(6 / 0.0005)) / 2)
  expect(third?.[1]).toMatchObject({ threshold: expect.closeTo(bound, 12) })
})
