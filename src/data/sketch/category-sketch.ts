/**
 * How often each category of a column occurs, told apart by the 64-bit hashes that the reader hands over: the text of a
 * category is looked at once, when it is first seen.
 */
export interface CategorySketch {
  /** Open addressing: the hash at a slot as two words, and its code + 1; 0 = free. */
  low: Uint32Array
  high: Uint32Array
  codes: Uint32Array
  /** By code. */
  readonly texts: string[]
  counts: Float64Array
  /** Rows of categories that were first seen when the list was full. */
  unlisted: number
  missing: number
}

/** A column with more categories is an identifier or a text: nothing that a model splits on, or that can be compared. */
export const MOST_CATEGORIES = 10_000
const FIRST_SLOTS = 1024

/** What `codeAt` gives for a row without a category, and for one whose category is not listed. */
const MISSING = -1
export const UNLISTED = -2

export function startCategories(): CategorySketch {
  const words = () => new Uint32Array(FIRST_SLOTS)
  const table = { low: words(), high: words(), codes: words() }
  return { ...table, texts: [], counts: new Float64Array(FIRST_SLOTS), unlisted: 0, missing: 0 }
}

/**
 * Counts the first `rows` rows.
 *
 * @param hashes two words a row, low one first; 0, 0 = missing
 * @param textAt the text of a row
 */
export function addCategories(
  sketch: CategorySketch,
  hashes: Uint32Array,
  rows: number,
  textAt: (row: number) => string,
): void {
  for (let row = 0; row < rows; row++) {
    const low = hashes[2 * row]!
    const high = hashes[2 * row + 1]!
    if (low === 0 && high === 0) {
      sketch.missing++
      continue
    }
    const slot = slotOf(sketch, low, high)
    const code = sketch.codes[slot]!
    if (code > 0) sketch.counts[code - 1]! += 1
    else if (sketch.texts.length >= MOST_CATEGORIES) sketch.unlisted++
    else list(sketch, slot, { low, high, text: textAt(row) })
  }
}

/** The code that a row's category has by now: −1 missing, −2 not listed. */
export function codeAt(sketch: CategorySketch, hashes: Uint32Array, row: number): number {
  const low = hashes[2 * row]!
  const high = hashes[2 * row + 1]!
  if (low === 0 && high === 0) return MISSING
  const code = sketch.codes[slotOf(sketch, low, high)]!
  return code > 0 ? code - 1 : UNLISTED
}

/** The slot that holds a hash, or the free one where it belongs. */
function slotOf({ low, high, codes }: CategorySketch, lowWord: number, highWord: number): number {
  const mask = codes.length - 1
  let slot = lowWord & mask
  while (codes[slot] !== 0 && (low[slot] !== lowWord || high[slot] !== highWord)) slot = (slot + 1) & mask
  return slot
}

interface NewCategory {
  readonly low: number
  readonly high: number
  readonly text: string
}

function list(sketch: CategorySketch, slot: number, { low, high, text }: NewCategory): void {
  sketch.low[slot] = low
  sketch.high[slot] = high
  sketch.texts.push(text)
  sketch.codes[slot] = sketch.texts.length
  sketch.counts[sketch.texts.length - 1]! += 1
  if (2 * sketch.texts.length >= sketch.codes.length) widen(sketch)
}

function widen(sketch: CategorySketch): void {
  const { low, high, codes, counts } = sketch
  const slots = 2 * codes.length
  sketch.low = new Uint32Array(slots)
  sketch.high = new Uint32Array(slots)
  sketch.codes = new Uint32Array(slots)
  sketch.counts = new Float64Array(slots)
  sketch.counts.set(counts)
  for (let old = 0; old < codes.length; old++) {
    if (codes[old] === 0) continue
    const slot = slotOf(sketch, low[old]!, high[old]!)
    sketch.low[slot] = low[old]!
    sketch.high[slot] = high[old]!
    sketch.codes[slot] = codes[old]!
  }
}
