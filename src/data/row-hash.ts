import type { Column, Frame } from './frame.ts'

/**
 * A 52-bit fingerprint of each row's content: equal rows have equal fingerprints; different ones differ but for about
 * one pair in 2⁵². FNV-1a (Fowler, Noll & Vo) over the bytes of each value, in two lanes of 32 and 20 bits.
 * Categories count by their text, so that frames with other code orders agree.
 *
 * @returns one number a row, a whole number below 2⁵²
 */
export function rowHashes(source: Frame): Float64Array {
  const low = new Uint32Array(source.rows).fill(0x811c9dc5)
  const high = new Uint32Array(source.rows).fill(0x01000193)
  for (const column of source.columns) mix(column, low, high)
  return Float64Array.from(low, (lane, row) => lane + (high[row]! & 0xfffff) * 2 ** 32)
}

function mix(column: Column, low: Uint32Array, high: Uint32Array): void {
  const bits = new Uint32Array(2)
  const number = new Float64Array(bits.buffer)
  const texts = column.kind === 'categorical' ? column.categories.map(textHash) : null
  for (let row = 0; row < column.missing.length; row++) {
    if (column.missing[row]) {
      bits[0] = 0x9e3779b9
      bits[1] = 0x7f4a7c15
    } else if (texts !== null) {
      bits[0] = texts[column.values[row]!]!
      bits[1] = 1
    } else {
      number[0] = column.values[row]!
    }
    low[row] = Math.imul(Math.imul(low[row]! ^ bits[0]!, 0x01000193) ^ bits[1]!, 0x01000193)
    high[row] = Math.imul(Math.imul(high[row]! ^ bits[1]!, 0x85ebca6b) ^ bits[0]!, 0xc2b2ae35)
  }
}

function textHash(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
