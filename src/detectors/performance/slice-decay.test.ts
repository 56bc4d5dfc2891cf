import { expect, test } from 'vitest'
import { alarmsOf, numbersColumn, textsColumn, watchedOn } from '../../../test/support/watched-columns.ts'
import { seededRng } from '../../base/rng.ts'
import { sliceDecayDetector } from './slice-decay.ts'

const COLOURS = ['red', 'green', 'blue']

/** How often the model errs, by colour. */
type Errors = readonly [red: number, green: number, blue: number]

function live(windows: readonly Errors[], { rows = 600, ...options }: Readonly<Record<string, number>> = {}) {
  const colours = (length: number) =>
    textsColumn(
      'colour',
      Array.from({ length }, (_, row) => COLOURS[row % 3] ?? null),
    )
  const other = (length: number) =>
    numbersColumn(
      'x',
      Array.from({ length }, (_, row) => (row * 7919) % 1000),
    )
  const { version, view } = watchedOn([colours(900), other(900)])
  const config = sliceDecayDetector.config.parse({ detector: 'slice-decay', ...options })
  let state = sliceDecayDetector.start(version, config)
  return windows.map((errors, window) => {
    const rng = seededRng(window + 1)
    const labels = Float64Array.from({ length: rows }, (_, row) => (rng() < (errors[row % 3] ?? 0) ? 1 : 0))
    const scores = new Float32Array(rows).fill(0.2)
    const seen = sliceDecayDetector.measure(
      state,
      version,
      view([colours(rows), other(rows)], { labels, scores }),
      config,
    )
    state = seen.state
    return seen.evidence
  })
}

const STEADY: Errors = [0.1, 0.1, 0.1]

test('the slice that decays is named; the others are not', () => {
  const evidence = live([STEADY, STEADY, STEADY, [0.35, 0.1, 0.1]])
  expect(evidence[3]?.[0]).toMatchObject({ kind: 'p-value', subject: 'colour = red', rows: 200, alarm: true })
  expect(alarmsOf(evidence[3] ?? []).filter((subject) => subject.startsWith('colour'))).toEqual(['colour = red'])
})

test('a slice that was always bad has not decayed, and one that got better has not', () => {
  const bad: Errors = [0.5, 0.1, 0.1]
  const evidence = live([bad, bad, bad, bad, STEADY])
  expect(alarmsOf(evidence[3] ?? [])).toEqual([])
  expect(alarmsOf(evidence[4] ?? [])).toEqual([])
})

test('the first windows are the baseline; later ones never become part of it', () => {
  const evidence = live([STEADY, STEADY, STEADY, ...Array.from({ length: 12 }, (): Errors => [0.5, 0.1, 0.1])])
  for (const first of evidence.slice(0, 3))
    expect(first).toMatchObject([
      { kind: 'insufficient', because: 'the first 3 windows are what later ones are held against' },
    ])
  for (const later of evidence.slice(3)) expect(alarmsOf(later)).toContain('colour = red')
})

test('a sure rise of a trifle is none: 2 points, or a tenth of the baseline', () => {
  const rising: Errors = [0.115, 0.115, 0.115]
  expect(alarmsOf(live([STEADY, STEADY, STEADY, rising], { rows: 60_000 })[3] ?? [])).toEqual([])
  const free = { rows: 60_000, minRise: 0, relativeRise: 0 }
  expect(alarmsOf(live([STEADY, STEADY, STEADY, rising], free)[3] ?? []).length).toBeGreaterThan(5)
  const high: Errors = [0.6, 0.6, 0.6]
  expect(alarmsOf(live([high, high, high, [0.64, 0.64, 0.64]], { rows: 60_000 })[3] ?? [])).toEqual([])
})

test('all slices share the chance: of the alarms at most falseDiscoveries may be wrong', () => {
  const [, , , last] = live([STEADY, STEADY, STEADY, [0.12, 0.1, 0.1]])
  // 3 colours and 4 quartiles, nothing found: each is held to q/7.
  expect(last).toMatchObject([{ alpha: expect.closeTo(0.01 / 7, 12), alarm: false }])
  // All seven found: each is held to q.
  const [, , , all] = live([STEADY, STEADY, STEADY, [0.5, 0.5, 0.5]])
  expect(all?.map((e) => e.kind === 'p-value' && e.alpha)).toEqual(new Array(7).fill(0.01))
})

test('slices with fewer labels than minRows are left out; too few rows at all are insufficient', () => {
  const evidence = live([STEADY, STEADY, STEADY, [0.9, 0.9, 0.9]], { rows: 120, minRows: 41 })
  expect(evidence[3]).toMatchObject([{ kind: 'insufficient', because: 'no slice has enough labelled rows' }])
  expect(live([STEADY], { rows: 49 })[0]).toMatchObject([{ kind: 'insufficient', rows: 49, needRows: 50 }])
})
