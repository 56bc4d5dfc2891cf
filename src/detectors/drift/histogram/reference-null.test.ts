import { describe, expect, test } from 'vitest'
import { normal, type Rng, seededRng } from '../../../base/rng.ts'
import { frame } from '../../../data/frame.ts'
import { mergeProfiles, type Profile, profileRows } from '../../../data/profile.ts'
import { learnLayout, type ProfileLayout } from '../../../data/profile-layout.ts'
import type { WatchedVersion } from '../../detector.ts'
import { columnDistance, type DistanceId } from './distances.ts'
import { nullThresholds } from './reference-null.ts'

const OPTIONS = { pairs: 199, share: 0.99, ofCustomary: 1 }
const FEATURES = 4

/** One window of four columns; a day shifts each by its own amount, a change the first. */
function drawWindow(rows: number, day: number, rng: Rng, firstShift = 0) {
  return frame(
    Array.from({ length: FEATURES }, (_, at) => {
      const shift = day * normal(rng) + (at === 0 ? firstShift : 0)
      const values = Float64Array.from({ length: rows }, () => shift + normal(rng))
      return { kind: 'numeric', name: `x${at}`, values, missing: new Uint8Array(rows) } as const
    }),
  )
}

function world(windows: number, rows: number, day: number, seed: number) {
  const rng = seededRng(seed)
  const layout: ProfileLayout = learnLayout(drawWindow(2000, 0, rng))
  const draw = (count: number, dayEffect: number, firstShift = 0) =>
    profileRows(drawWindow(count, dayEffect, rng, firstShift), layout)
  const referenceWindows = Array.from({ length: windows }, () => draw(rows, day))
  const version = { reference: mergeProfiles(referenceWindows), referenceWindows, seed } as unknown as WatchedVersion
  return { version, draw }
}

function thresholds(version: WatchedVersion, rows: number, id: DistanceId = 'ks', options = OPTIONS) {
  const distances = version.reference.columns.map((column) => columnDistance(id, column))
  return nullThresholds(version, distances, rows, options)
}

/** Whether any feature of `current` reaches its threshold. */
function exceeds(version: WatchedVersion, current: Profile, id: DistanceId = 'ks'): boolean {
  const { values } = thresholds(version, current.rows, id)
  return version.reference.columns.some((column, at) => {
    const { binned, measure } = columnDistance(id, column)
    const now = current.columns[at]
    return now !== undefined && measure(binned(column), binned(now)) >= (values[at] ?? 0)
  })
}

test('windows that differ from day to day ask for more than windows that do not', () => {
  const calm = thresholds(world(20, 400, 0, 1).version, 400)
  const lively = thresholds(world(20, 400, 0.3, 1).version, 400)
  for (const [at, value] of lively.values.entries()) expect(value).toBeGreaterThan(1.3 * (calm.values[at] ?? 0))
  expect(new Set([...calm.from, ...lively.from])).toEqual(new Set(['reference windows']))
})

test('a longer window is held to a lower threshold, against stretches of its own length', () => {
  const { version } = world(40, 200, 0, 2)
  const short = thresholds(version, 200).values
  const long = thresholds(version, 800).values
  // Half the noise, but 10 stretches instead of 40 to know it from: 2 · 1.04 / 1.26.
  for (const [at, value] of long.entries()) {
    expect((short[at] ?? 0) / value).toBeGreaterThan(1.2)
    expect((short[at] ?? 0) / value).toBeLessThan(2)
  }
})

test('few stretches make a threshold higher than many of the same spread', () => {
  const few = thresholds(world(5, 300, 0, 6).version, 300).values
  const many = thresholds(world(40, 300, 0, 6).version, 300).values
  for (const [at, value] of few.entries()) expect(value / (many[at] ?? 0)).toBeGreaterThan(1.3)
})

test('fewer than four stretches know chance only, and the fixed threshold holds where it is higher', () => {
  const { version } = world(1, 2000, 0, 3)
  const many = thresholds(version, 2000)
  expect(many).toEqual({ values: [0.1, 0.1, 0.1, 0.1], from: ['fixed', 'fixed', 'fixed', 'fixed'] })
  const few = thresholds(version, 100)
  expect(few.from).toEqual(['sampling error', 'sampling error', 'sampling error', 'sampling error'])
  for (const value of few.values) expect(value).toBeGreaterThan(0.1)
  expect(thresholds(version, 2000, 'ks', { ...OPTIONS, ofCustomary: 3 }).values[0]).toBeCloseTo(0.3, 12)
  // Seven windows of 300 are three stretches for a window of 600 rows; eight are four.
  expect(thresholds(world(7, 300, 0, 3).version, 600).from[0]).toBe('fixed')
  expect(thresholds(world(8, 300, 0, 3).version, 600).from[0]).toBe('reference windows')
})

test('a feature that never moved keeps the fixed threshold and leaves the others theirs', () => {
  const { version } = world(10, 300, 0, 4)
  const still = (profile: Profile): Profile => ({
    ...profile,
    columns: profile.columns.map((column, at) =>
      at === 1 ? { ...column, counts: column.counts.map((_, bin) => (bin === 0 ? column.rows : 0)) } : column,
    ),
  })
  const windows = version.referenceWindows.map(still)
  const { from, values } = thresholds({ ...version, referenceWindows: windows, reference: mergeProfiles(windows) }, 300)
  expect(from).toEqual(['reference windows', 'fixed', 'reference windows', 'reference windows'])
  expect(values[1]).toBe(0.1)
})

test('the same seed gives the same thresholds', () => {
  const { version } = world(6, 300, 0.1, 5)
  expect(thresholds(version, 300)).toEqual(thresholds(version, 300))
  expect(thresholds({ ...version, seed: 6 }, 300)).not.toEqual(thresholds(version, 300))
})

describe('of 60 windows without drift', () => {
  // At 99.9 %, 60 windows exceed a threshold of 1 % at most 4 times. Measured in 250: 0–2 %; with two windows in a row, 0–.4 %.
  test.each([
    ['ks', 12, 0],
    ['psi', 8, 0],
    ['ks', 5, 0.2],
    ['ks', 1, 0],
  ] as const)(
    '%s exceeds a threshold from %d windows with day effects of %s in at most 4',
    (id, windows, day) => {
      let wrong = 0
      for (let run = 0; run < 60; run++) {
        const { version, draw } = world(windows, 300, day, 100 + run)
        if (exceeds(version, draw(300, day), id)) wrong++
      }
      expect(wrong).toBeLessThanOrEqual(4)
      // Seconds on a busy machine.
    },
    30_000,
  )

  test('the fixed threshold of .1 calls day effects of .2 drift in more than a third', () => {
    let wrong = 0
    for (let run = 0; run < 60; run++) {
      const { version, draw } = world(20, 300, 0.2, 300 + run)
      const current = draw(300, 0.2)
      const isOver = version.reference.columns.some((column, at) => {
        const { binned, measure } = columnDistance('ks', column)
        return measure(binned(column), binned(current.columns[at] ?? column)) >= 0.1
      })
      if (isOver) wrong++
    }
    expect(wrong).toBeGreaterThan(20)
  })
})

test.each([
  ['ks', 0.4],
  ['cramer-von-mises', 0.4],
  ['psi', 0.6],
] as const)('%s hears a shift of %s standard deviations of one feature of four in 300 rows', (id, shift) => {
  let heard = 0
  for (let run = 0; run < 30; run++) {
    const { version, draw } = world(20, 300, 0, 500 + run)
    if (exceeds(version, draw(300, 0, shift), id)) heard++
  }
  expect(heard).toBeGreaterThanOrEqual(27)
})

test('windows that are left over belong to the last stretch', () => {
  const { version } = world(9, 300, 0, 8)
  const odd = thresholds(version, 600)
  expect(odd.from[0]).toBe('reference windows')
  const even = thresholds({ ...version, referenceWindows: version.referenceWindows.slice(0, 8) }, 600)
  expect(odd.values).not.toEqual(even.values)
})
