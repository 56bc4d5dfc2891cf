import { describe, expect, test } from 'vitest'
import type { PatchBatch } from './batch.ts'
import { addToClassTables, type ClassTables, emptyClassTables, testClassTables } from './class-tables.ts'
import { BINS } from './layout.ts'
import { DECAY } from './tables.ts'

/** `count` equal rows: bin codes, label, and P(1) for two classes or the predicted class for more. */
interface Rows {
  readonly count: number
  readonly codes: readonly number[]
  readonly label: number
  readonly says: number
}

function batchOf(classes: number, groups: readonly Rows[]): PatchBatch {
  const rows = groups.flatMap((group) => Array.from({ length: group.count }, () => group))
  return {
    rows: rows.length,
    codes: Uint8Array.from(rows.flatMap(({ codes }) => codes)),
    labels: Float64Array.from(rows, ({ label }) => label),
    predictions: Float64Array.from(rows, ({ says }) => (classes === 2 ? Number(says > 0.5) : says)),
    probabilities: Float32Array.from(classes === 2 ? rows.map(({ says }) => says) : []),
  }
}

function tablesOf(width: number, classes: number, groups: readonly Rows[]): ClassTables {
  return addToClassTables(emptyClassTables(width, classes), batchOf(classes, groups), DECAY)
}

const row = (label: number, says: number, codes: readonly number[] = [0], count = 1): Rows => ({
  count,
  codes,
  label,
  says,
})

describe('a cell overrides the champion', () => {
  test('where it knows better: σ = E − (n − max N), lo = (σ − √(σ + 1))/n', () => {
    // n = 16, E = 12, majority 1 with 12: σ = 12 − 4 = 8, lo = (8 − 3)/16. So "0" becomes "1": d = 1, 1, 1, −1.
    const tables = tablesOf(1, 2, [row(1, 0.1, [0], 12), row(0, 0.1, [0], 4)])
    const outcome = testClassTables(tables, batchOf(2, [row(1, 0.1, [0], 3), row(0, 0.1)]))
    expect(outcome).toEqual({ sum: 2, sumSquares: 4, rows: 4 })
  })

  test('from σ = 2 on: with σ = 1 the champion stands', () => {
    const probe = batchOf(2, [row(1, 0.1)])
    expect(testClassTables(tablesOf(1, 2, [row(1, 0.1, [0], 5), row(0, 0.1, [0], 3)]), probe).sum).toBe(1)
    expect(testClassTables(tablesOf(1, 2, [row(1, 0.1, [0], 5), row(0, 0.1, [0], 4)]), probe).sum).toBe(0)
  })

  test('with eight rows, not with seven', () => {
    const probe = batchOf(2, [row(1, 0.1)])
    expect(testClassTables(tablesOf(1, 2, [row(1, 0.1, [0], 8)]), probe).sum).toBe(1)
    expect(testClassTables(tablesOf(1, 2, [row(1, 0.1, [0], 7)]), probe).sum).toBe(0)
  })

  test('of its own bin and score bin only', () => {
    const tables = tablesOf(1, 2, [row(1, 0.1, [3], 20)])
    for (const other of [row(1, 0.3, [3]), row(1, 0.1, [4]), row(1, 0.1, [8])]) {
      expect(testClassTables(tables, batchOf(2, [other])).sum).toBe(0)
    }
    expect(testClassTables(tables, batchOf(2, [row(1, 0.2, [3])])).sum).toBe(1)
  })

  test('with the largest lo, not with the most rows or the largest saving', () => {
    // Feature 0: n = 40, E = 40, majority 1 with 24: σ = 24, lo = (24 − 5)/40 = .475.
    // Feature 1: its bin 0 holds 15 of these rows, all of class 2: σ = 15, lo = (15 − 4)/15 = .733.
    const tables = tablesOf(2, 3, [row(1, 0, [0, 1], 24), row(2, 0, [0, 0], 15), row(2, 0, [0, 2], 1)])
    expect(testClassTables(tables, batchOf(3, [row(2, 0, [0, 0])])).sum).toBe(1)
    expect(testClassTables(tables, batchOf(3, [row(1, 0, [0, 5])])).sum).toBe(1)
    // Right before, wrong when patched.
    expect(testClassTables(tables, batchOf(3, [row(0, 0, [0, 0])]))).toEqual({ sum: -1, sumSquares: 1, rows: 1 })
    // Wrong both ways.
    expect(testClassTables(tables, batchOf(3, [row(1, 0, [0, 0])]))).toEqual({ sum: 0, sumSquares: 0, rows: 1 })
  })

  test('that comes first where two are equally sure, and with its lower class where two are equally many', () => {
    // Two features, ten rows each that share no cell: feature 0 says 1, feature 1 says 2, both with the same lo.
    const equal = tablesOf(2, 3, [row(1, 0, [0, 5], 10), row(2, 0, [5, 0], 10)])
    expect(testClassTables(equal, batchOf(3, [row(1, 0, [0, 0])])).sum).toBe(1)
    const halves = tablesOf(1, 3, [row(2, 0, [0], 10), row(1, 0, [0], 10)])
    expect(testClassTables(halves, batchOf(3, [row(1, 0)])).sum).toBe(1)
    expect(testClassTables(halves, batchOf(3, [row(2, 0)])).sum).toBe(0)
  })
})

describe('score bins', () => {
  test.each([
    [0, 0],
    [0.2499, 0],
    [0.25, 1],
    [0.5, 2],
    [0.7499, 2],
    [0.75, 3],
    [1, 3],
  ])('of two classes are quarters of P(1): %d is in bin %d', (p, bin) => {
    const { counts } = tablesOf(1, 2, [row(1, p)])
    expect(counts.indexOf(1)).toBe(bin * 2 + 1)
  })

  test('of more classes are the predicted class', () => {
    const tables = tablesOf(1, 5, [row(2, 4, [8])])
    expect(tables.scoreBins).toBe(5)
    expect(tables.counts.indexOf(1)).toBe((8 * 5 + 4) * 5 + 2)
    expect(tables.errors.indexOf(1)).toBe(8 * 5 + 4)
  })
})

test('what was counted weighs 2^−½ after each batch', () => {
  const first = tablesOf(1, 2, [row(1, 0.1, [0], 16)])
  const elsewhere = batchOf(2, [row(0, 0.9, [7])])
  const once = addToClassTables(first, elsewhere, DECAY)
  const twice = addToClassTables(once, elsewhere, DECAY)
  expect(DECAY).toBeCloseTo(2 ** -0.5, 15)
  expect([first.counts[1], first.errors[0]]).toEqual([16, 16])
  expect(once.counts[1]).toBeCloseTo(16 / Math.SQRT2, 12)
  expect(twice.counts[1]).toBeCloseTo(8, 12)
  expect(twice.errors[0]).toBeCloseTo(8, 12)
  // 11 rows count as 7.8 after a batch, too few; 12 as 8.5.
  const probe = batchOf(2, [row(1, 0.1)])
  const after = (count: number) => addToClassTables(tablesOf(1, 2, [row(1, 0.1, [0], count)]), elsewhere, DECAY)
  expect(testClassTables(after(11), probe).sum).toBe(0)
  expect(testClassTables(after(12), probe).sum).toBe(1)
})

test('empty tables leave the champion alone, and adding leaves the old tables as they were', () => {
  const empty = emptyClassTables(2, 3)
  expect(empty.counts.length).toBe(2 * BINS * 3 * 3)
  const batch = batchOf(3, [row(1, 0, [0, 0], 30)])
  expect(testClassTables(empty, batch)).toEqual({ sum: 0, sumSquares: 0, rows: 30 })
  addToClassTables(empty, batch, DECAY)
  expect(empty).toEqual(emptyClassTables(2, 3))
})
