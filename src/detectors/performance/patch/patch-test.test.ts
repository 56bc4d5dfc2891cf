import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Rng, seededRng } from '../../../base/rng.ts'
import type { PatchBatch } from './batch.ts'
import { fillTables, type PatchEstimate, startPatchTest, testThenFill } from './patch-test.ts'

/** One labelled row as the design speaks of it. `p` is P(1) of two classes. */
interface Row {
  readonly bins: readonly number[]
  readonly label: number
  readonly prediction: number
  readonly p: number
}

interface Cell {
  readonly rowsOf: Map<number, number>
  errors: number
  n: number
  sum: number
  squares: number
}

/** Slow and plain: the patch test as the design's text has it, with one object a cell. Shares no code with ours. */
class PlainPatchTest {
  readonly cells = new Map<string, Cell>()
  readonly classes: number
  quartiles: number[] | null = null
  batches: { S: number; V: number; n: number }[] = []

  constructor(classes: number) {
    this.classes = classes
  }

  scoreBin(row: Row): number {
    if (this.classes === 2) return Math.min(Math.floor(4 * Math.fround(row.p)), 3)
    if (this.classes > 2) return row.prediction
    return (this.quartiles ?? []).filter((quartile) => quartile <= row.prediction).length
  }

  keysOf(row: Row): string[] {
    return row.bins.map((bin, k) => `${k}/${bin}/${this.scoreBin(row)}`)
  }

  add(rows: readonly Row[], decay: boolean): void {
    if (this.classes === 0 && this.quartiles === null) {
      const sorted = rows.map((row) => row.prediction).sort((a, b) => a - b)
      this.quartiles = [1, 2, 3].map((i) => sorted[Math.floor((i * sorted.length) / 4)] as number)
    }
    for (const cell of decay ? this.cells.values() : []) {
      for (const [label, count] of cell.rowsOf) cell.rowsOf.set(label, count * Math.SQRT1_2)
      cell.errors *= Math.SQRT1_2
      cell.n *= Math.SQRT1_2
      cell.sum *= Math.SQRT1_2
      cell.squares *= Math.SQRT1_2
    }
    for (const row of rows) {
      for (const key of this.keysOf(row)) {
        const cell = this.cells.get(key) ?? { rowsOf: new Map(), errors: 0, n: 0, sum: 0, squares: 0 }
        this.cells.set(key, cell)
        const residual = row.prediction - row.label
        cell.rowsOf.set(row.label, (cell.rowsOf.get(row.label) ?? 0) + 1)
        cell.errors += row.prediction === row.label ? 0 : 1
        cell.n += 1
        cell.sum += residual
        cell.squares += residual ** 2
      }
    }
  }

  /** d of every row. */
  differences(rows: readonly Row[]): number[] {
    return rows.map((row) => {
      let best: { lo: number; cell: Cell } | null = null
      for (const key of this.keysOf(row)) {
        const cell = this.cells.get(key)
        if (cell === undefined) continue
        const lo = this.classes === 0 ? valueStrength(cell) : classStrength(cell)
        if (lo > (best?.lo ?? 0)) best = { lo, cell }
      }
      if (best === null) return 0
      if (this.classes > 0) {
        const patched = majority(best.cell).label
        return Number(row.prediction !== row.label) - Number(patched !== row.label)
      }
      const { n, sum } = best.cell
      const corrected = row.prediction - ((sum / n) * n) / (n + 4)
      return (row.prediction - row.label) ** 2 - (corrected - row.label) ** 2
    })
  }

  testThenAdd(rows: readonly Row[], halves: boolean): { gap: number; standardError: number } {
    const half = halves ? Math.floor(rows.length / 2) : rows.length
    const d = this.differences(rows.slice(0, half))
    this.add(rows.slice(0, half), true)
    if (halves) {
      d.push(...this.differences(rows.slice(half)))
      this.add(rows.slice(half), false)
    }
    this.batches.push({ S: total(d), V: total(d.map((x) => x * x)), n: rows.length })
    return signalOf(this.batches)
  }
}

const total = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0)

function majority(cell: Cell): { label: number; count: number } {
  const sorted = [...cell.rowsOf].sort(([a, x], [b, y]) => y - x || a - b)
  return { label: (sorted[0] as [number, number])[0], count: (sorted[0] as [number, number])[1] }
}

function classStrength(cell: Cell): number {
  const n = total([...cell.rowsOf].sort(([a], [b]) => a - b).map(([, count]) => count))
  if (n < 8) return 0
  const saving = cell.errors - (n - majority(cell).count)
  return (saving - Math.sqrt(Math.max(0, saving + 1))) / n
}

function valueStrength(cell: Cell): number {
  if (cell.n < 8) return 0
  const mean = cell.sum / cell.n
  const variance = Math.max(0, cell.squares / cell.n - mean ** 2)
  return Math.abs(mean) - Math.sqrt((variance * (1 + 2 / cell.n)) / cell.n)
}

/** The recursion written out as weighted sums over all batches so far; only u needs the gaps along the way. */
function signalOf(batches: readonly { S: number; V: number; n: number }[]) {
  const weighted = (upTo: number, of: (b: { S: number; V: number; n: number }) => number) =>
    total(batches.slice(0, upTo + 1).map((b, i) => 0.5 ** (upTo - i) * of(b)))
  const last = batches.length - 1
  const gapAt = (i: number) => weighted(i, (b) => b.S) / weighted(i, (b) => b.n)
  const u = total(batches.map((b, i) => 0.25 ** (last - i) * (b.S - b.n * gapAt(i)) ** 2))
  return { gap: gapAt(last), standardError: Math.sqrt(weighted(last, (b) => b.V) + u + 1) / weighted(last, (b) => b.n) }
}

function batchOf(rows: readonly Row[], classes: number): PatchBatch {
  return {
    rows: rows.length,
    codes: Uint8Array.from(rows.flatMap(({ bins }) => bins)),
    labels: Float64Array.from(rows, ({ label }) => label),
    predictions: Float64Array.from(rows, ({ prediction }) => prediction),
    probabilities: Float32Array.from(classes === 2 ? rows.map(({ p }) => p) : []),
  }
}

/** Rows of a champion that is wrong in bin 0 of the first feature, and now and then elsewhere. */
function drawRows(count: number, width: number, classes: number, rng: Rng): Row[] {
  const codes = [0, 1, 2, 7, 8]
  return Array.from({ length: count }, () => {
    const bins = Array.from({ length: width }, () => codes[Math.floor(rng() * codes.length)] as number)
    const isWrong = rng() < (bins[0] === 0 ? 0.8 : 0.2)
    const p = Math.fround(rng())
    if (classes === 0) {
      const prediction = Math.round(8 * rng()) / 4
      return { bins, prediction, label: prediction + (isWrong ? 1 : 0) + rng() - 0.5, p }
    }
    const prediction = classes === 2 ? Number(p > 0.5) : Math.floor(rng() * classes)
    return { bins, prediction, label: isWrong ? (prediction + 1) % classes : prediction, p }
  })
}

describe('against a slow implementation written from the design', () => {
  test.each([
    ['two classes', 2, false],
    ['two classes in halves', 2, true],
    ['five classes', 5, false],
    ['three classes in halves', 3, true],
    ['values', 0, false],
  ] as const)('random batches of %s give the same gap and the same error', (_, classes, halves) => {
    let overridden = 0
    const world = fc.record({
      seed: fc.integer(),
      width: fc.integer({ min: 1, max: 4 }),
      sizes: fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 2, maxLength: 7 }),
      filled: fc.integer({ min: 1, max: 2 }),
    })
    fc.assert(
      fc.property(world, ({ seed, width, sizes, filled }) => {
        const rng = seededRng(seed)
        const plain = new PlainPatchTest(classes)
        let state = startPatchTest(width, classes)
        let previous: PatchEstimate | null = null
        for (const [i, size] of sizes.entries()) {
          const rows = drawRows(size, width, classes, rng)
          if (i < filled) {
            plain.add(rows, true)
            state = fillTables(state, batchOf(rows, classes))
            continue
          }
          const expected = plain.testThenAdd(rows, halves)
          const tested = testThenFill(state, batchOf(rows, classes), halves)
          state = tested.state
          expect(tested.estimate?.gap).toBeCloseTo(expected.gap, 10)
          expect(tested.estimate?.standardError).toBeCloseTo(expected.standardError, 10)
          expect(tested.estimate?.previousGap).toBe(previous?.gap ?? null)
          previous = tested.estimate
          if (expected.gap !== 0) overridden++
        }
      }),
      { seed: 7, numRuns: 150 },
    )
    // Batches that nobody patches would agree too.
    expect(overridden).toBeGreaterThan(100)
  })
})

const wrong = (count: number): Row[] =>
  Array.from({ length: count }, () => ({ bins: [0], label: 1, prediction: 0, p: 0.1 }))

test('a batch is tested before it is added, so it cannot vouch for itself', () => {
  const started = startPatchTest(1, 2)
  const first = testThenFill(started, batchOf(wrong(50), 2), false)
  expect(first.estimate?.gap).toBe(0)
  const second = testThenFill(first.state, batchOf(wrong(50), 2), false)
  // (.5 · 0 + 50) / (.5 · 50 + 50)
  expect(second.estimate?.gap).toBeCloseTo(2 / 3, 12)
  expect(second.estimate?.previousGap).toBe(0)
})

test('in halves the second half profits from the first, which decays the past once', () => {
  const halves = testThenFill(startPatchTest(1, 2), batchOf(wrong(50), 2), true)
  expect(halves.estimate?.gap).toBe(0.5)
  const whole = testThenFill(startPatchTest(1, 2), batchOf(wrong(50), 2), false)
  expect(halves.state.tables).toEqual(whole.state.tables)
  const later = batchOf(wrong(30), 2)
  const again = testThenFill(halves.state, later, true).state.tables
  const expected = testThenFill(whole.state, later, false).state.tables
  expect(again.counts).toEqual(expected.counts)
})

test('an empty batch changes nothing', () => {
  const state = fillTables(startPatchTest(1, 2), batchOf(wrong(20), 2))
  const nothing = batchOf([], 2)
  expect(testThenFill(state, nothing, false)).toEqual({ state, estimate: null })
  expect(fillTables(state, nothing)).toBe(state)
})

test('filling does not touch the signal', () => {
  const filled = fillTables(startPatchTest(1, 2), batchOf(wrong(20), 2))
  expect(filled).toMatchObject({ gap: null, signal: { m: 0, w: 0, v: 0, u: 0 } })
})
