import { describe, expect, test } from 'vitest'
import { matrixWorld } from '../../test/support/matrix-world.ts'
import { compareOn, observe } from './observed.ts'
import type { ModelRef } from './ports.ts'

// The model of window 5 is wrong on 3 rows of 10, all others on 1.
const world = matrixWorld({ windows: 10, warmupWindows: 4, wrong: (i) => (i === 5 ? 3 : 1) })
const observed = observe(world.stream, 7)

describe('a comparison', () => {
  test('is positive where the other version loses less than the live one', () => {
    const other = { version: 4, model: world.rolling(4) }
    // Rows 1 and 2 only the live one gets wrong; row 0 both.
    expect(compareOn(observed, world.ports, world.rolling(5), other, 7)).toEqual({
      version: 4,
      sum: 2,
      sumSquares: 2,
      rows: 10,
    })
    const back = compareOn(observed, world.ports, world.rolling(4), { version: 5, model: world.rolling(5) }, 7)
    expect(back).toMatchObject({ version: 5, sum: -2, sumSquares: 2 })
  })

  test('leaves out rows without a label', () => {
    const labels = (window: number) => world.ports.labels(window).map((label, row) => (row < 2 ? Number.NaN : label))
    const other = { version: 4, model: world.rolling(4) }
    expect(compareOn(observed, { ...world.ports, labels }, world.rolling(5), other, 7)).toMatchObject({
      sum: 1,
      rows: 8,
    })
  })
})

describe('what a window looks like', () => {
  test('when it closes: rows and scores, no label', () => {
    const view = observed.closedView(world.initial, 6, world.ports)
    expect(view.labels).toEqual(new Float64Array(10).fill(Number.NaN))
    expect(view.features).toEqual(observed.view(world.initial, 6, world.ports).features)
    expect(view.scores).toEqual(world.ports.scores(world.initial, 6))
  })

  test('when its labels have matured: the labels that the ports show', () => {
    const poisoned = { ...world.ports, labels: () => new Float64Array(10).fill(1) }
    expect([...observed.view(world.initial, 6, poisoned).labels]).toEqual(new Array(10).fill(1))
    expect(observed.view(world.initial, 6, world.ports).window).toBe(6)
  })
})

describe('a version that is watched', () => {
  test('is shown with just the rows it learned from', () => {
    const { training, reference } = observed.watched(world.rolling(6))
    expect(world.rolling(6).windows).toEqual([3, 4, 5, 6])
    expect(training.labels).toEqual(world.stream.labels.subarray(30, 70))
    expect(reference.rows).toBe(40)
  })

  test('that learned from windows with gaps is shown without the gaps', () => {
    const gappy: ModelRef = { key: 'gappy', windows: [2, 4, 5], trainedTo: 5 }
    const { training, reference } = observe(world.stream, 7).watched(gappy)
    const rows = [20, 40, 50].flatMap((from) => Array.from({ length: 10 }, (_, i) => from + i))
    expect(training.features.columns[0]?.values).toEqual(
      Float64Array.from(rows, (row) => world.stream.features.columns[0]?.values[row] ?? 0),
    )
    expect([...training.labels]).toEqual(rows.map((row) => row % 2))
    expect(reference.rows).toBe(30)
  })

  test('is worked out once', () => {
    expect(observed.watched(world.rolling(6))).toBe(observed.watched(world.rolling(6)))
  })
})
