/**
 * How many values of a column lie where, read once and in bounded memory, on a grid that needs no look at the data
 * beforehand: the bins are the leading bits of the numbers themselves, so they are narrow near zero and wide far out, and
 * the same in every sketch. Where more than 2,048 bins would be in use each pair of neighbours becomes one.
 *
 * A column of up to 2,048 different values (as told apart by their first 20 bits after the leading one) has a bin for
 * each; the widest bins are about 3 % of a value wide where a column spreads over many orders of magnitude.
 *
 * @see Epicoco et al. 2020, UDDSketch (joining all neighbours at once; there on a logarithmic grid)
 */
export interface ValueSketch {
  /** Low bits of a number's upper 32 that its bin leaves out. */
  shift: number
  /** Open addressing: bin number + 1 and rows at a slot; 0 = free. */
  keys: Uint32Array
  counts: Uint32Array
  used: number
  /** Finite values. */
  rows: number
  /** Rows that are NaN, which stands for missing, and rows that are infinite. */
  missing: number
  infinite: number
  /** Mean and sum of squared deviations of the finite values, and their range; 0, 0, +∞, −∞ without any. */
  mean: number
  m2: number
  min: number
  max: number
}

/** A sketch to read from: bins in order of their values. */
export interface ValueBins {
  readonly shift: number
  /** Increasing. */
  readonly keys: Uint32Array
  /** Rows a bin, > 0. */
  readonly counts: Float64Array
}

const SLOT_BITS = 12
const SLOTS = 2 ** SLOT_BITS
const MOST_BINS = SLOTS / 2
/** Knuth's multiplicative hash: 2³² divided by the golden ratio. */
const GOLDEN = 0x9e3779b1
const EXPONENT = 0x7ff00000
const SIGN = 0x80000000

export function startValues(): ValueSketch {
  const keys = new Uint32Array(SLOTS)
  const counts = new Uint32Array(SLOTS)
  const moments = { mean: 0, m2: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY }
  return { shift: 0, keys, counts, used: 0, rows: 0, missing: 0, infinite: 0, ...moments }
}

/**
 * Adds the first `rows` values.
 *
 * @param values NaN = missing; ±∞ are counted apart
 */
export function addValues(sketch: ValueSketch, values: Float64Array, rows: number): void {
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * rows)
  let { keys, counts, shift, used, min, max } = sketch
  // Deviations are taken from the first value of the batch: sums of squares far from zero would lose all their digits.
  const origin = firstFinite(values, rows)
  let finite = 0
  let missing = 0
  let sum = 0
  let squares = 0
  for (let i = 0; i < rows; i++) {
    const high = words[2 * i + HIGH]!
    const value = values[i]!
    if ((high & EXPONENT) === EXPONENT) {
      if (Number.isNaN(value)) missing++
      continue
    }
    finite++
    const deviation = value - origin
    sum += deviation
    squares += deviation * deviation
    if (value < min) min = value
    if (value > max) max = value
    const key = (orderOf(high) >>> shift) + 1
    let at = slotOf(key)
    let seen = keys[at]!
    while (seen !== key && seen !== 0) {
      at = (at + 1) & (SLOTS - 1)
      seen = keys[at]!
    }
    counts[at]! += 1
    if (seen === key) continue
    keys[at] = key
    used++
    if (used > MOST_BINS) {
      sketch.used = used
      while (sketch.used > MOST_BINS) joinNeighbours(sketch)
      ;({ keys, counts, shift, used } = sketch)
    }
  }
  sketch.used = used
  sketch.min = min
  sketch.max = max
  sketch.missing += missing
  sketch.infinite += rows - finite - missing
  if (finite > 0) addMoments(sketch, finite, origin + sum / finite, Math.max(0, squares - sum ** 2 / finite))
}

/** The sketch's bins in order of their values. */
export function binsOf(sketch: ValueSketch): ValueBins {
  // Sorted as numbers that carry their slot: a comparison function would cost more than all else.
  const packed = new Float64Array(sketch.used)
  let next = 0
  for (let slot = 0; slot < SLOTS; slot++) {
    if (sketch.keys[slot]! > 0) packed[next++] = (sketch.keys[slot]! - 1) * SLOTS + slot
  }
  packed.sort()
  return {
    shift: sketch.shift,
    keys: Uint32Array.from(packed, (pair) => Math.floor(pair / SLOTS)),
    counts: Float64Array.from(packed, (pair) => sketch.counts[pair % SLOTS]!),
  }
}

/** Two sketches on the bins that either has rows in, in order, with a value that stands for each bin. */
export interface SharedBins {
  readonly reference: Float64Array
  readonly current: Float64Array
  /** Increasing. */
  readonly positions: Float64Array
}

/** Brings two sketches to the coarser grid of the two. */
export function sharedBins(reference: ValueBins, current: ValueBins): SharedBins {
  const shift = Math.max(reference.shift, current.shift)
  const most = reference.keys.length + current.keys.length
  const [before, now, positions] = [new Float64Array(most), new Float64Array(most), new Float64Array(most)]
  let [i, j, bins] = [0, 0, 0]
  while (i < reference.keys.length || j < current.keys.length) {
    const key = Math.min(keyAt(reference, i, shift), keyAt(current, j, shift))
    for (; keyAt(reference, i, shift) === key; i++) before[bins]! += reference.counts[i]!
    for (; keyAt(current, j, shift) === key; j++) now[bins]! += current.counts[j]!
    positions[bins++] = positionOf(key, shift)
  }
  const filled = (all: Float64Array) => all.subarray(0, bins)
  return { reference: filled(before), current: filled(now), positions: filled(positions) }
}

/** The bin at `index` on a coarser grid; beyond the last one infinite. */
function keyAt({ keys, shift: own }: ValueBins, index: number, shift: number): number {
  return index < keys.length ? keys[index]! >>> (shift - own) : Number.POSITIVE_INFINITY
}

/** The value that stands for a bin: its middle, or the one value where the bin holds one as far as its first bits tell. */
export function positionOf(key: number, shift: number): number {
  const first = key * 2 ** shift
  const last = first + 2 ** shift - 1
  // A word stands for its value and those further from zero, so a bin of negative numbers begins one word earlier.
  const isNegative = first < SIGN
  const near = valueAt(isNegative ? last : first)
  if (shift === 0) return near
  const far = valueAt(isNegative ? first - 1 : last + 1)
  return Number.isFinite(far) ? near / 2 + far / 2 : near
}

/** Where the upper half of a 64-bit number lies among 32-bit words: everything we run on is little-endian, but say so. */
const HIGH = new Uint32Array(new Float64Array([1]).buffer)[1] === 0x3ff00000 ? 1 : 0

function slotOf(key: number): number {
  return Math.imul(key, GOLDEN) >>> (32 - SLOT_BITS)
}

/** Upper 32 bits of a number to an unsigned integer in the order of the numbers; −0 and +0 are one. */
function orderOf(high: number): number {
  if ((high & SIGN) === 0) return (high | SIGN) >>> 0
  return high === SIGN ? SIGN : ~high >>> 0
}

/** One number and its two words, to turn the one into the other. */
const NUMBER = new Float64Array(1)
const WORDS = new Uint32Array(NUMBER.buffer)

function valueAt(order: number): number {
  WORDS[HIGH] = order >= SIGN ? order - SIGN : ~order
  return NUMBER[0]!
}

function firstFinite(values: Float64Array, rows: number): number {
  for (let i = 0; i < rows; i++) if (Number.isFinite(values[i])) return values[i]!
  return 0
}

function joinNeighbours(sketch: ValueSketch): void {
  const keys = new Uint32Array(SLOTS)
  const counts = new Uint32Array(SLOTS)
  let used = 0
  for (let slot = 0; slot < SLOTS; slot++) {
    if (sketch.keys[slot] === 0) continue
    const key = ((sketch.keys[slot]! - 1) >>> 1) + 1
    let at = slotOf(key)
    while (keys[at] !== key && keys[at] !== 0) at = (at + 1) & (SLOTS - 1)
    if (keys[at] === 0) {
      keys[at] = key
      used++
    }
    counts[at]! += sketch.counts[slot]!
  }
  sketch.keys = keys
  sketch.counts = counts
  sketch.used = used
  sketch.shift++
}

/** Chan, Golub & LeVeque 1979. */
function addMoments(sketch: ValueSketch, rows: number, mean: number, m2: number): void {
  const all = sketch.rows + rows
  const delta = mean - sketch.mean
  sketch.m2 += m2 + (delta * delta * sketch.rows * rows) / all
  sketch.mean += (delta * rows) / all
  sketch.rows = all
}
