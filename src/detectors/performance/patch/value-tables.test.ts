import { expect, test } from 'vitest'
import type { PatchBatch } from './batch.ts'
import { DECAY } from './tables.ts'
import { addToValueTables, emptyValueTables, testValueTables } from './value-tables.ts'

interface Row {
  readonly codes: readonly number[]
  readonly label: number
  readonly says: number
}

function batchOf(rows: readonly Row[]): PatchBatch {
  return {
    rows: rows.length,
    codes: Uint8Array.from(rows.flatMap(({ codes }) => codes)),
    labels: Float64Array.from(rows, ({ label }) => label),
    predictions: Float64Array.from(rows, ({ says }) => says),
    probabilities: new Float32Array(0),
  }
}

const tablesOf = (rows: readonly Row[], width = 1) => addToValueTables(emptyValueTables(width), batchOf(rows), DECAY)

/** Rows of one bin whose residuals (prediction − label) are `residuals`; every prediction is 0. */
const residualRows = (residuals: readonly number[], codes: readonly number[] = [0]): Row[] =>
  residuals.map((r) => ({ codes, label: -r, says: 0 }))

test('a cell corrects by its shrunken mean residual: the numbers worked out by hand', () => {
  // Residuals 1, 3, five times each: n = 10, m = 2, q = 1; lo = 2 − √(1 · 1.2/10) > 0; shift 2 · 10/14 = 10/7.
  const tables = tablesOf(residualRows([1, 3, 1, 3, 1, 3, 1, 3, 1, 3]))
  const outcome = testValueTables(tables, batchOf(residualRows([2, 0])))
  const shift = 10 / 7
  const [first, second] = [4 - (2 - shift) ** 2, 0 - shift ** 2]
  expect(outcome.sum).toBeCloseTo(first + second, 12)
  expect(outcome.sumSquares).toBeCloseTo(first ** 2 + second ** 2, 12)
  expect(outcome.rows).toBe(2)
})

test('a mean within its error corrects nothing', () => {
  // n = 8, q = 1, so lo > 0 from |m| > √(1.25/8) = .395 on.
  const around = (m: number) => [1, -1, 1, -1, 1, -1, 1, -1].map((r) => r + m)
  const probe = batchOf(residualRows([1]))
  expect(testValueTables(tablesOf(residualRows(around(0.39))), probe).sum).toBe(0)
  expect(testValueTables(tablesOf(residualRows(around(0.4))), probe).sum).toBeGreaterThan(0)
  expect(testValueTables(tablesOf(residualRows(around(-0.4))), probe).sum).toBeLessThan(0)
})

test('seven rows correct nothing, however sure', () => {
  const probe = batchOf(residualRows([1]))
  expect(testValueTables(tablesOf(residualRows(new Array(7).fill(1))), probe).sum).toBe(0)
  // n = 8, m = 1, q = 0: shift 8/12.
  expect(testValueTables(tablesOf(residualRows(new Array(8).fill(1))), probe).sum).toBeCloseTo(1 - (1 / 3) ** 2, 12)
})

test('of two features the one with the larger lo corrects, not both', () => {
  const rows = [...residualRows(new Array(8).fill(1), [0, 7]), ...residualRows(new Array(8).fill(2), [7, 0])]
  // Feature 0 in bin 0: m = 1; feature 1 in bin 0: m = 2, which is surer: shift 2 · 8/12.
  const outcome = testValueTables(tablesOf(rows, 2), batchOf(residualRows([2], [0, 0])))
  expect(outcome.sum).toBeCloseTo(4 - (2 - 4 / 3) ** 2, 12)
})

test('score bins are the quartiles of the predictions of the first batch, and stay', () => {
  const says = [4, 1, 3, 2, 8, 7, 6, 5]
  const first = tablesOf(says.map((value) => ({ codes: [0], label: value, says: value })))
  expect(first.scoreEdges).toEqual([3, 5, 7])
  expect([...first.counts.slice(0, 4)]).toEqual([2, 2, 2, 2])
  const later = addToValueTables(first, batchOf([{ codes: [0], label: 0, says: 100 }]), DECAY)
  expect(later.scoreEdges).toEqual([3, 5, 7])
  expect(later.counts[3]).toBeCloseTo(2 * DECAY + 1, 12)
})

test('counts, sums and squares of residuals weigh 2^−½ after a batch', () => {
  const first = tablesOf(residualRows([1, 2, 3]))
  const cell = first.counts.findIndex((n) => n > 0)
  expect([first.counts[cell], first.sums[cell], first.squares[cell]]).toEqual([3, 6, 14])
  const second = addToValueTables(first, batchOf(residualRows([-1])), DECAY)
  expect(second.counts[cell]).toBeCloseTo(3 * DECAY + 1, 12)
  expect(second.sums[cell]).toBeCloseTo(6 * DECAY - 1, 12)
  expect(second.squares[cell]).toBeCloseTo(14 * DECAY + 1, 12)
})

test('empty tables correct nothing', () => {
  expect(testValueTables(emptyValueTables(1), batchOf(residualRows([5])))).toEqual({ sum: 0, sumSquares: 0, rows: 1 })
})
