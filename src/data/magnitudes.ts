/**
 * How many values lie at each order of magnitude, on a grid that needs no reference: bin b of a sign holds
 * γᵇ ≤ |x| < γᵇ⁺¹ with γ = 1.02, zero has a bin of its own. Multiplying a column by a factor only shifts its bins, so
 * a change of unit can be told from other drift, and adding counts merges two sketches exactly.
 *
 * @see Masson, Rim & Lee 2019, DDSketch (the same grid, there for quantiles)
 */
export interface Magnitudes {
  /** Ascending in the order of the values: negative numbers have negative keys, zero has 0. */
  readonly keys: Int32Array
  /** Rows per key, > 0. */
  readonly counts: Float64Array
}

/** ln γ: the width of one bin; a factor is known to about 1 %. */
export const MAGNITUDE_STEP = Math.log(1.02)
/** |x| is clamped to γ^±LIMIT, about 1e-17 … 1e17. */
const LIMIT = 2000
/** Key of |x| in [1, γ): large enough to keep every clamped magnitude above zero. */
const ONE = LIMIT + 1
const SIZE = 2 * (LIMIT + ONE) + 1

/** Dense counts that one pass fills and `compact` empties again. */
export type MagnitudeScratch = Float64Array

/** Empty counts, for one column after the other. */
export function magnitudeScratch(): MagnitudeScratch {
  return new Float64Array(SIZE)
}

/** Adds `rows` rows of one finite value. */
export function addMagnitude(scratch: MagnitudeScratch, value: number, rows = 1): void {
  let key = 0
  if (value !== 0) {
    key = keyOf(value)
    if (value < 0) key = -key
  }
  scratch[key + LIMIT + ONE]! += rows
}

/** Leading bits of a number that choose its cell: sign left out, exponent, 10 of the fraction. */
const CELL_BITS = 10
const FRACTION_BITS = 20
/** A cell that was not looked at yet, and one that holds a border of bins. */
const UNKNOWN = 0
const SPLIT = -1
/** Key of each cell of numbers that share their leading bits: a logarithm takes longer than looking it up. */
const cells = new Int16Array(1 << (11 + CELL_BITS))
const number = new Float64Array(1)
const words = new Uint32Array(number.buffer)
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0

/** Key of |value| ≠ 0. */
function keyOf(value: number): number {
  number[0] = value
  const cell = (words[HIGH]! & 0x7fffffff) >>> (FRACTION_BITS - CELL_BITS)
  const known = cells[cell]!
  if (known > 0) return known
  if (known === UNKNOWN) {
    cells[cell] = keyOfCell(cell)
    return keyOf(value)
  }
  return keyByLog(Math.abs(value))
}

function keyByLog(magnitude: number): number {
  const bin = Math.floor(Math.log(magnitude) / MAGNITUDE_STEP)
  return Math.max(-LIMIT, Math.min(LIMIT, bin)) + ONE
}

/** The key that all numbers of a cell have, a rounding error's breadth beyond its ends too. */
function keyOfCell(cell: number): number {
  words[1 - HIGH] = 0
  words[HIGH] = cell << (FRACTION_BITS - CELL_BITS)
  const low = number[0]!
  words[1 - HIGH] = 0xffffffff
  words[HIGH] = ((cell + 1) << (FRACTION_BITS - CELL_BITS)) - 1
  const high = number[0]!
  if (low === 0 || !Number.isFinite(high)) return SPLIT
  const key = keyByLog(low * (1 - 1e-12))
  return key === keyByLog(high * (1 + 1e-12)) ? key : SPLIT
}

/** The sketch of what was added, leaving the scratch empty for the next column. */
export function compact(scratch: MagnitudeScratch): Magnitudes {
  let size = 0
  for (let i = 0; i < SIZE; i++) if (scratch[i] !== 0) size++
  const keys = new Int32Array(size)
  const counts = new Float64Array(size)
  let at = 0
  for (let i = 0; i < SIZE; i++) {
    const count = scratch[i]!
    if (count === 0) continue
    keys[at] = i - LIMIT - ONE
    counts[at++] = count
    scratch[i] = 0
  }
  return { keys, counts }
}

/** The sketch of all rows together. */
export function mergeMagnitudes(parts: readonly Magnitudes[]): Magnitudes {
  const scratch = magnitudeScratch()
  for (const { keys, counts } of parts) {
    for (let i = 0; i < keys.length; i++) scratch[keys[i]! + LIMIT + ONE]! += counts[i]!
  }
  return compact(scratch)
}

/** The sketch after every value was multiplied by γ^steps. */
export function shiftMagnitudes(source: Magnitudes, steps: number): Magnitudes {
  const keys = source.keys.map((key) =>
    key === 0 ? 0 : key > 0 ? Math.max(1, key + steps) : Math.min(-1, key - steps),
  )
  return { keys, counts: source.counts }
}

/** Kolmogorov distance sup |F(x) − G(x)| of two sketches, in [0, 1]; both must hold rows. Smirnov 1948. */
export function magnitudeDistance(a: Magnitudes, b: Magnitudes): number {
  const rowsA = total(a)
  const rowsB = total(b)
  let i = 0
  let j = 0
  let cumulA = 0
  let cumulB = 0
  let largest = 0
  while (i < a.keys.length && j < b.keys.length) {
    const key = Math.min(a.keys[i]!, b.keys[j]!)
    while (i < a.keys.length && a.keys[i]! <= key) cumulA += a.counts[i++]!
    while (j < b.keys.length && b.keys[j]! <= key) cumulB += b.counts[j++]!
    largest = Math.max(largest, Math.abs(cumulA / rowsA - cumulB / rowsB))
  }
  return largest
}

/** Median of ln|x| / ln γ over the values other than zero; NaN when there are none. */
export function medianMagnitude(source: Magnitudes): number {
  const byBin = new Map<number, number>()
  let rows = 0
  for (let i = 0; i < source.keys.length; i++) {
    const bin = Math.abs(source.keys[i]!)
    if (bin === 0) continue
    byBin.set(bin, (byBin.get(bin) ?? 0) + source.counts[i]!)
    rows += source.counts[i]!
  }
  let below = 0
  for (const bin of [...byBin.keys()].sort((x, y) => x - y)) {
    below += byBin.get(bin)!
    if (2 * below >= rows) return bin - ONE
  }
  return Number.NaN
}

/** Rows in the sketch. */
export function total(source: Magnitudes): number {
  let sum = 0
  for (const count of source.counts) sum += count
  return sum
}
