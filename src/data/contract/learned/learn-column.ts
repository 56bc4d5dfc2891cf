import { addMagnitude, compact, magnitudeScratch } from '../../magnitudes.ts'
import type { ColumnFacts } from '../../row-facts.ts'
import { valuesAbove, valuesBelow } from '../../row-facts.ts'
import { isCounter, type Span } from '../../spans.ts'
import { isOpen } from '../known-categories.ts'
import { tried } from './blocks.ts'
import { type ColumnPromise, LARGEST, QUANTILE_LEVELS } from './document.ts'

/** A promise, and why it does not promise more. */
export interface LearnedColumn {
  readonly promise: ColumnPromise
  readonly remarks: readonly string[]
}

/** Part of the width that a learned range is wider at each end. */
const MARGIN = 0.25
const MOST_CATEGORIES = 60
const MOST_CODES = 12
const LEAST_OF_CODE = 10
/** More than this part outside of what was promised before: the column moves on, and no promise would hold. */
const MOST_BROKEN = 0.05
const LEAST_OUTSIDE = 0.005
const LEAST_UNKNOWN = 0.01
const LEAST_MISSING = 0.02
/** n rows may well have none of what this many of them would be: rarer things are not known to be impossible. */
const UNSEEN = 10
/** By chance alone, this many pairs of rows would have shared a value: that none does is no chance. */
const EXPECTED_PAIRS = 6
const FEWEST_UNIQUE = 100
const FEWEST_DISTINCT = 12
const FEWEST_OF_BLOCK = 50

/**
 * What may be promised of a column.
 * @param whole  all rows
 * @param blocks the same rows in blocks, in their order
 */
export function learnColumn(whole: ColumnFacts, blocks: readonly ColumnFacts[]): LearnedColumn {
  const remarks: string[] = []
  const values = whole.rows - whole.missing
  const named = { name: whole.name }
  const base = { maxOutside: LEAST_OUTSIDE, maxUnknown: LEAST_UNKNOWN, unique: isUnique(whole) }
  if (values === 0) {
    remarks.push('no row has a value: nothing is promised')
    return { promise: { ...named, ...base, unique: false, maxMissing: 1 }, remarks }
  }
  const maxMissing = learnedMissing(whole, blocks)
  const kind = whole.kind
  if (isCoded(whole, blocks)) {
    // A handful of numbers are codes: a range would let 0.01 pass for 1.
    const codes = learnedCategories(whole, blocks, [])
    if (codes.categories !== undefined) return { promise: { ...named, kind, ...base, ...codes, maxMissing }, remarks }
  }
  if (whole.kind === 'numeric') {
    const range = learnedRange(whole, blocks, remarks)
    return { promise: { ...named, kind, ...base, ...range, maxMissing }, remarks }
  }
  if (whole.kind !== 'categorical') return { promise: { ...named, kind, ...base, maxMissing }, remarks }
  const known = learnedCategories(whole, blocks, remarks)
  return { promise: { ...named, kind, ...base, ...known, maxMissing }, remarks }
}

/** A few whole numbers, none of them rare: counts that stop at twelve by chance have rare ones. */
function isCoded({ kind, distinct, sorted, tally }: ColumnFacts, blocks: readonly ColumnFacts[]): boolean {
  if (kind !== 'numeric' || sorted === null || tally === null || distinct > MOST_CODES) return false
  if (!sorted.every(Number.isInteger) || Math.min(...tally.values()) < LEAST_OF_CODE) return false
  return !isCounter(spansOf(blocks.map((block) => finite(block.sorted ?? new Float64Array(0)))))
}

function spansOf(parts: readonly Float64Array[]): Span[] {
  return parts.filter((part) => part.length > 0).map((part) => ({ min: part[0]!, max: part.at(-1)! }))
}

/** Twice the largest share of a block; 2 points more where it is next to nothing. */
function learnedMissing(whole: ColumnFacts, blocks: readonly ColumnFacts[]): number {
  const shares = [whole, ...blocks].map(({ missing, rows }) => (rows > 0 ? missing / rows : 0))
  const most = Math.max(...shares)
  return most > 0.5 ? upward((1 + most) / 2, 3) : upward(Math.max(LEAST_MISSING, Math.min(2 * most, most + 0.1)), 3)
}

function learnedRange(whole: ColumnFacts, blocks: readonly ColumnFacts[], remarks: string[]): Partial<ColumnPromise> {
  const sorted = finite(whole.sorted ?? new Float64Array(0))
  const parts = blocks.map((block) => finite(block.sorted ?? new Float64Array(0)))
  if (sorted.length === 0) return {}
  if (Math.max(-sorted[0]!, sorted.at(-1)!) > LARGEST / 10) {
    remarks.push('the values are too large to promise anything of')
    return {}
  }
  const filled = parts.filter((part) => part.length > 0)
  const spans = spansOf(filled)
  if (isCounter(spans)) {
    remarks.push('the values grow, or fall, with the rows: no range is promised')
    return {}
  }
  const broken = tried(filled.length, (at) => {
    const { min, max } = widened(spans.slice(0, at))
    const part = filled[at]!
    return (valuesBelow(part, min) + valuesAbove(part, max)) / part.length
  })
  const shape = hasShape(whole, sorted) ? learnedShape(sorted, filled) : {}
  if (broken > MOST_BROKEN) {
    remarks.push('later rows left the range of earlier ones: no range is promised')
    return shape
  }
  const { min, max } = widened([{ min: sorted[0]!, max: sorted.at(-1)! }])
  return {
    ...outward(min, max, sorted),
    maxOutside: upward(Math.max(LEAST_OUTSIDE, UNSEEN / sorted.length, 2 * broken), 3),
    ...shape,
  }
}

/** A factor moves no zeros, and a handful of values shows no shape. */
function hasShape({ distinct }: ColumnFacts, sorted: Float64Array): boolean {
  const zeros = sorted.length - valuesBelow(sorted, 0) - valuesAbove(sorted, 0)
  if (distinct < FEWEST_DISTINCT || sorted.length < FEWEST_UNIQUE || zeros > sorted.length / 2) return false
  const scratch = magnitudeScratch()
  for (const value of sorted) addMagnitude(scratch, value)
  return compact(scratch).keys.length >= FEWEST_DISTINCT
}

function learnedShape(sorted: Float64Array, blocks: readonly Float64Array[]): Partial<ColumnPromise> {
  const quantiles = QUANTILE_LEVELS.map((level) => rounded(quantile(sorted, level)))
  const medians = blocks.filter((part) => part.length >= FEWEST_OF_BLOCK).map((part) => rounded(quantile(part, 0.5)))
  return medians.length < 2 ? { quantiles } : { quantiles, medians: [Math.min(...medians), Math.max(...medians)] }
}

/** Wider by a quarter at each end; what was never negative (positive) stays so. */
function widened(spans: readonly Span[]): Span {
  const min = Math.min(...spans.map((span) => span.min))
  const max = Math.max(...spans.map((span) => span.max))
  const wider = MARGIN * (max - min)
  const low = min - wider
  const high = max + wider
  return { min: min >= 0 ? Math.max(0, low) : low, max: max <= 0 ? Math.min(0, high) : high }
}

function learnedCategories(
  whole: ColumnFacts,
  blocks: readonly ColumnFacts[],
  remarks: string[],
): Partial<ColumnPromise> {
  const { tally, distinct } = whole
  if (tally === null || distinct > MOST_CATEGORIES || isOpen(tally)) {
    remarks.push(`${distinct} different values: they are not listed`)
    return {}
  }
  const broken = tried(blocks.length, (at) => {
    const seen = new Set(blocks.slice(0, at).flatMap((block) => [...(block.tally?.keys() ?? [])]))
    const block = blocks[at]!
    let strange = 0
    for (const [text, rows] of block.tally ?? []) if (!seen.has(text)) strange += rows
    return strange / Math.max(1, block.rows - block.missing)
  })
  if (broken > MOST_BROKEN) {
    remarks.push('later rows had many categories that earlier ones had not: they are not listed')
    return {}
  }
  const categories = [...tally.keys()].toSorted(inOrder)
  return { categories, maxUnknown: upward(Math.max(LEAST_UNKNOWN, UNSEEN / Math.max(1, whole.rows), 2 * broken), 3) }
}

/** Numbers by value, all else by text. */
function inOrder(a: string, b: string): number {
  const difference = Number(a) - Number(b)
  if (difference !== 0 && !Number.isNaN(difference)) return difference
  return a < b ? -1 : 1
}

/** Ids: all values differ where chance alone would have made some equal; measurements may differ by being fine. */
function isUnique({ kind, rows, missing, distinct, sorted }: ColumnFacts): boolean {
  const values = rows - missing
  if (distinct !== values || values < FEWEST_UNIQUE) return false
  if (kind === 'categorical') return true
  if (sorted === null || !sorted.every(Number.isInteger)) return false
  const width = sorted.at(-1)! - sorted[0]! + 1
  return (values * values) / (2 * width) >= EXPECTED_PAIRS
}

function finite(sorted: Float64Array): Float64Array {
  return sorted.filter(Number.isFinite)
}

/** Linear between order statistics. `sorted` holds at least one value. */
function quantile(sorted: Float64Array, level: number): number {
  const at = level * (sorted.length - 1)
  const low = sorted[Math.floor(at)]!
  return low + (at - Math.floor(at)) * (sorted[Math.ceil(at)]! - low)
}

/** As many digits as people read. */
function rounded(value: number): number {
  return Number(value.toPrecision(6))
}

/** To three digits of the width, away from the values; whole numbers keep whole bounds. */
function outward(min: number, max: number, sorted: Float64Array): { min: number; max: number } {
  if (sorted.every(Number.isInteger) && max < 1e15 && min > -1e15) return { min: Math.floor(min), max: Math.ceil(max) }
  const width = max - min
  if (!(width > 0) || !Number.isFinite(width))
    return { min: Math.max(min, -Number.MAX_VALUE), max: Math.min(max, Number.MAX_VALUE) }
  const step = 10 ** (Math.floor(Math.log10(width)) - 2)
  const low = Number((Math.floor(min / step) * step).toPrecision(12))
  const high = Number((Math.ceil(max / step) * step).toPrecision(12))
  return {
    min: Number.isFinite(low) ? Math.min(low, min) : min,
    max: Number.isFinite(high) ? Math.max(high, max) : max,
  }
}

/** Rounded up to `digits` decimals, at most 1. */
export function upward(share: number, digits: number): number {
  const scale = 10 ** digits
  return Math.min(1, Math.ceil(share * scale - 1e-9) / scale)
}
