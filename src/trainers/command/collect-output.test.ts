import { describe, expect, test } from 'vitest'
import { isWholeProtobuf } from './collect-output.ts'

const long = new Array<number>(300).fill(7)
/** As an ONNX file begins: a version, a producer, then the graph, which is long; at the end numbers of fixed size. */
const FIELDS: readonly (readonly number[])[] = [
  [8, 10],
  [18, 4, 1, 2, 3, 4],
  [58, 0xac, 0x02, ...long],
  [65, 1, 2, 3, 4, 5, 6, 7, 8],
  [77, 1, 2, 3, 4],
  [34, 0],
]

describe('an ONNX file', () => {
  test('that ends where a field ends is whole', () => {
    for (let fields = 1; fields <= FIELDS.length; fields++)
      expect(isWholeProtobuf(Uint8Array.from(FIELDS.slice(0, fields).flat())), String(fields)).toBe(true)
  })

  test('that was cut off anywhere else is not', () => {
    const whole = FIELDS.flat()
    const ends = FIELDS.map((_, i) => FIELDS.slice(0, i + 1).flat().length)
    for (let length = 0; length < whole.length; length++)
      expect(isWholeProtobuf(Uint8Array.from(whole.slice(0, length))), String(length)).toBe(ends.includes(length))
  })

  test('is not a text, nor a field of a kind that there is not', () => {
    expect(isWholeProtobuf(new TextEncoder().encode('{"model": "a forest of trees"}'))).toBe(false)
    expect(isWholeProtobuf(Uint8Array.of(15, 1))).toBe(false)
    expect(isWholeProtobuf(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80))).toBe(false)
  })
})
