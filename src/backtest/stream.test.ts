import { describe, expect, test } from 'vitest'
import { frame } from '../data/frame.ts'
import { profileRows } from '../data/profile.ts'
import { learnLayout } from '../data/profile-layout.ts'
import { windowsByRows } from '../data/windows.ts'
import { profileOf, type RecordedStream, recordedStream, windowFeatures, windowLabels } from './stream.ts'

const ROWS = 60

function stream(task: RecordedStream['task'], labels: Float64Array, scaleAfterWarmup = 1): RecordedStream {
  const values = Float64Array.from({ length: ROWS }, (_, row) => (row < 20 ? row : scaleAfterWarmup * row))
  return recordedStream({
    task,
    features: frame([{ kind: 'numeric', name: 'x', values, missing: new Uint8Array(ROWS) }]),
    labels,
    windows: windowsByRows(ROWS, 6),
    warmupWindows: 2,
  })
}

const alternating = Float64Array.from({ length: ROWS }, (_, row) => row % 2)
const BINARY = { kind: 'binary', classes: ['no', 'yes'] } as const

describe('a recorded stream', () => {
  test('gives each window its own rows, which cover the stream once', () => {
    const recorded = stream(BINARY, alternating)
    const values = recorded.windows.flatMap(({ index }) => [
      ...(windowFeatures(recorded, index).columns[0]?.values ?? []),
    ])
    expect(values).toEqual(Array.from({ length: ROWS }, (_, row) => row))
    expect([...windowLabels(recorded, 5)]).toEqual([...alternating.subarray(50, 60)])
  })

  test('has one profile a window, and the profile of several is that of their rows together', () => {
    const recorded = stream(BINARY, alternating)
    expect(recorded.profiles.map(({ rows }) => rows)).toEqual([10, 10, 10, 10, 10, 10])
    const layout = learnLayout(windowFeatures({ ...recorded, windows: [{ ...recorded.windows[0]!, to: 20 }] }, 0))
    const together = profileRows(recorded.features, layout, 20, 40)
    expect(profileOf(recorded, [2, 3]).columns[0]?.counts).toEqual(together.columns[0]?.counts)
    expect(profileOf(recorded, [2, 3]).rows).toBe(20)
  })

  test('bins all windows as the warm-up does: what comes later moves no bin', () => {
    const counts = (scale: number) =>
      stream(BINARY, alternating, scale)
        .profiles.slice(0, 2)
        .map((p) => p.columns[0]?.counts)
    expect(counts(1000)).toEqual(counts(1))
  })

  test('measures loss of values in standard deviations of the labels of the warm-up', () => {
    // Warm-up labels 1, 3, 1, 3 …: standard deviation 1; a label that is not there is left out, later ones do not count.
    const labels = Float64Array.from({ length: ROWS }, (_, row) =>
      row === 0 ? Number.NaN : row < 20 ? 2 * (row % 2) : 1000,
    )
    labels[1] = Number.NaN
    expect(stream({ kind: 'regression' }, labels).scale).toBe(1)
    const shifted = labels.map((label, row) => (row < 20 ? 10 * label + 1e9 : label))
    expect(stream({ kind: 'regression' }, shifted).scale).toBeCloseTo(10, 9)
  })

  test('has the unit 1 for classes, and where the labels of the warm-up do not vary', () => {
    expect(stream(BINARY, alternating).scale).toBe(1)
    expect(stream({ kind: 'regression' }, new Float64Array(ROWS).fill(7)).scale).toBe(1)
    expect(stream({ kind: 'regression' }, new Float64Array(ROWS).fill(Number.NaN)).scale).toBe(1)
  })
})
