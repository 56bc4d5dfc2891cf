import { describe, expect, test } from 'vitest'
import { normal, seededRng } from '../../../base/rng.ts'
import { type Column, type Frame, frame } from '../../../data/frame.ts'
import type { Task } from '../../../data/schema.ts'
import { BINS, learnPatchLayout, MISSING_BIN, type PatchLayout, patchCodes } from './layout.ts'

const BINARY: Task = { kind: 'binary', classes: ['no', 'yes'] }
const REGRESSION: Task = { kind: 'regression' }

function numeric(name: string, values: readonly (number | null)[]): Column {
  return {
    kind: 'numeric',
    name,
    values: Float64Array.from(values, (value) => value ?? Number.NaN),
    missing: Uint8Array.from(values, (value) => (value === null ? 1 : 0)),
  }
}

function categorical(name: string, values: readonly (string | null)[], categories: readonly string[]): Column {
  return {
    kind: 'categorical',
    name,
    values: Int32Array.from(values, (value) => (value === null ? -1 : categories.indexOf(value))),
    missing: Uint8Array.from(values, (value) => (value === null ? 1 : 0)),
    categories,
  }
}

function layoutOf(training: Frame, labels = new Float64Array(training.rows), task: Task = BINARY, seed = 1) {
  return learnPatchLayout(training, labels, task, seededRng(seed))
}

const codesOf = (column: Column, layout: PatchLayout) => [...patchCodes(frame([column]), layout)]
const names = (layout: PatchLayout) => layout.cuts.map((cut) => cut.name)

describe('a feature is cut', () => {
  test('at its octiles, into eight bins of equally many training rows', () => {
    const x = Array.from({ length: 80 }, (_, i) => (i * 37) % 80)
    const layout = layoutOf(frame([numeric('x', x)]))
    // Sorted 0 … 79: the octiles are (79 · i)/8.
    expect([...layout.cuts[0]!.edges]).toEqual([9.875, 19.75, 29.625, 39.5, 49.375, 59.25, 69.125])
    const rows = new Array<number>(BINS).fill(0)
    for (const code of codesOf(numeric('x', x), layout)) rows[code]!++
    expect(rows).toEqual([10, 10, 10, 10, 10, 10, 10, 10, 0])
  })

  test('so that values beyond the training rows fall into the outer bins and a cut itself into the lower one', () => {
    const layout = layoutOf(
      frame([
        numeric(
          'x',
          Array.from({ length: 17 }, (_, i) => i),
        ),
      ]),
    )
    expect([...layout.cuts[0]!.edges]).toEqual([2, 4, 6, 8, 10, 12, 14])
    const seen = numeric('x', [-1e9, 2, 2.001, 14, 14.001, 1e9, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    expect(codesOf(seen, layout)).toEqual([0, 0, 1, 6, 7, 7, 7, 0])
  })

  test('between neighbouring values where there are no more than eight of them', () => {
    const rare = Array.from({ length: 100 }, (_, i) => (i === 50 ? 1 : 0))
    const layout = layoutOf(frame([numeric('flag', rare)]))
    expect([...layout.cuts[0]!.edges]).toEqual([0.5])
    const eight = layoutOf(frame([numeric('x', [3, 1, 2, 8, 5, 4, 7, 6, 1, 1, 1])]))
    expect(eight.cuts[0]!.edges.length).toBe(7)
    expect(codesOf(numeric('x', [1, 2, 3, 4, 5, 6, 7, 8]), eight)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  test('into fewer bins where one value fills several octiles', () => {
    const x = Array.from({ length: 90 }, (_, i) => (i < 60 ? 0 : i))
    const layout = layoutOf(frame([numeric('x', x)]))
    const edges = [...layout.cuts[0]!.edges]
    expect(new Set(edges).size).toBe(edges.length)
    expect(edges[0]).toBe(0)
    expect(edges.length).toBeLessThan(7)
  })

  test('into one bin where it is constant, empty or missing in training', () => {
    const layout = layoutOf(frame([numeric('x', [4, 4, 4]), numeric('y', [null, null, null])]))
    expect(layout.cuts.map((cut) => cut.edges.length)).toEqual([0, 0])
    const seen = frame([numeric('x', [-1, 4, null]), numeric('y', [0, 9, null])])
    expect([...patchCodes(seen, layout)]).toEqual([0, 0, 0, 0, MISSING_BIN, MISSING_BIN])
  })

  test('by at most 512 rows, evenly spaced over the training rows', () => {
    // Every second of 1,024 rows is looked at: the rows between hold values that would move the octiles.
    const x = Array.from({ length: 1024 }, (_, i) => (i % 2 === 0 ? i / 2 : 1e6))
    const edges = layoutOf(frame([numeric('x', x)])).cuts[0]!.edges
    expect([...edges]).toEqual([1, 2, 3, 4, 5, 6, 7].map((i) => (511 * i) / 8))
  })
})

test('a missing value has the ninth bin, and so has a column that is gone', () => {
  const layout = layoutOf(frame([numeric('x', [1, 2, 3, null]), numeric('y', [1, 2, 3, 4])]))
  expect(MISSING_BIN).toBe(8)
  expect([...patchCodes(frame([numeric('x', [null, 1])]), layout)]).toEqual([8, 8, 0, 8])
})

describe('categories', () => {
  test('are numbered in order of first sight, whatever order the frame lists them in', () => {
    const layout = layoutOf(frame([categorical('c', ['b', 'a', 'b', 'c', null], ['a', 'b', 'c', 'never'])]))
    expect([...layout.cuts[0]!.codeOf!]).toEqual([
      ['b', 0],
      ['a', 1],
      ['c', 2],
    ])
    const later = categorical('c', ['c', 'a', 'b', null], ['c', 'b', 'a'])
    expect(codesOf(later, layout)).toEqual([2, 1, 0, MISSING_BIN])
  })

  test('that training never saw share the last bin', () => {
    const layout = layoutOf(frame([categorical('c', ['b', 'a', 'b'], ['a', 'b', 'never'])]))
    expect(codesOf(categorical('c', ['new', 'b', 'a', 'never'], ['a', 'b', 'new', 'never']), layout)).toEqual([
      1, 0, 1, 1,
    ])
  })

  test('of which there are many are cut at the octiles of their numbers', () => {
    const words = Array.from({ length: 64 }, (_, i) => `w${i}`)
    const layout = layoutOf(frame([categorical('c', words, words)]))
    const codes = codesOf(categorical('c', words, words), layout)
    expect(codes).toEqual([...codes].sort((a, b) => a - b))
    for (let bin = 0; bin < 8; bin++) expect(codes.filter((code) => code === bin).length).toBe(8)
  })
})

describe('of more than twelve features', () => {
  /** f0, f1 …: the label follows f1, f3 … f15 alike; the others say nothing. */
  function wide(features: number) {
    const rng = seededRng(3)
    const rows = 512
    const columns = Array.from({ length: features }, () => Float64Array.from({ length: rows }, () => normal(rng)))
    const score = (row: number) =>
      columns.reduce((sum, values, k) => sum + (k % 2 === 1 && k < 16 ? values[row]! : 0), 0)
    const values = Float64Array.from({ length: rows }, (_, row) => score(row))
    return {
      training: frame(columns.map((x, k) => numeric(`f${k}`, [...x]))),
      values,
      labels: values.map((value) => (value > 0 ? 1 : 0)),
    }
  }
  const odd = [1, 3, 5, 7, 9, 11, 13, 15].map((k) => `f${k}`)

  test.each([
    ['classes', BINARY],
    ['values', REGRESSION],
  ] as const)('the eight whose bins differ most in the label stay, and four of the others, for %s', (_, task) => {
    const { training, labels, values } = wide(20)
    const labelled = task.kind === 'regression' ? values : labels
    const drawn = new Set<string>()
    for (let seed = 1; seed <= 20; seed++) {
      const chosen = names(layoutOf(training, labelled, task, seed))
      expect(chosen.length).toBe(12)
      expect(chosen.filter((name) => odd.includes(name))).toEqual(odd)
      for (const name of chosen) drawn.add(name)
    }
    expect(drawn.size).toBe(20)
  })

  test('the same seed draws the same ones, in the order of the frame', () => {
    const { training, labels } = wide(16)
    const once = names(layoutOf(training, labels, BINARY, 5))
    expect(names(layoutOf(training, labels, BINARY, 5))).toEqual(once)
    expect(once).toEqual(training.columns.map(({ name }) => name).filter((name) => once.includes(name)))
    expect(names(layoutOf(training, labels, BINARY, 6))).not.toEqual(once)
  })

  test('rows without a label do not count', () => {
    const { training, values } = wide(16)
    const some = values.map((value, row) => (row % 10 === 0 ? Number.NaN : value))
    expect(names(layoutOf(training, some, REGRESSION, 5)).filter((name) => odd.includes(name))).toEqual(odd)
    expect(names(layoutOf(training, values.fill(Number.NaN), REGRESSION, 5)).length).toBe(12)
  })

  test('twelve are all kept, and a time is not a feature', () => {
    const { training, labels } = wide(12)
    const time: Column = {
      kind: 'time',
      name: 'at',
      values: new Float64Array(training.rows),
      missing: new Uint8Array(training.rows),
    }
    expect(names(layoutOf(frame([time, ...training.columns]), labels))).toEqual(training.columns.map((c) => c.name))
  })
})

test('of twenty features the eight that tell most of the label are always looked at, the others by chance', () => {
  const rng = seededRng(9)
  const labels = Float64Array.from({ length: 500 }, () => normal(rng))
  const features = Array.from({ length: 20 }, (_, i) =>
    numeric(
      `f${i}`,
      Array.from(labels, (y) => y + 0.4 * (i + 1) * normal(rng)),
    ),
  )
  const drawn = Array.from({ length: 40 }, (_, seed) => names(layoutOf(frame(features), labels, REGRESSION, seed)))
  for (const chosen of drawn) expect(chosen).toHaveLength(12)
  const always = features.map(({ name }) => name).filter((name) => drawn.every((chosen) => chosen.includes(name)))
  expect(always).toHaveLength(8)
  expect(always).toEqual(expect.arrayContaining(['f0', 'f1', 'f2', 'f3']))
})
