import { describe, expect, test } from 'vitest'
import { isPackable, packFiles, unpackFiles } from './packed-files.ts'

const bytes = (...values: number[]) => Uint8Array.from(values)
const FILES = new Map([
  ['b/model.bin', bytes(1, 2, 3)],
  ['a.json', bytes()],
])

describe('packed files', () => {
  test('come out as they went in, by name', () => {
    expect([...unpackFiles(packFiles(FILES))]).toEqual([
      ['a.json', bytes()],
      ['b/model.bin', bytes(1, 2, 3)],
    ])
  })

  test('have the same bytes in whatever order they were found', () => {
    expect(packFiles(new Map([...FILES].reverse()))).toEqual(packFiles(FILES))
    expect(packFiles(new Map([['a.json', bytes(9)]]))).not.toEqual(packFiles(new Map([['a.json', bytes(8)]])))
  })

  test('that are cut off anywhere, or longer, are refused', () => {
    const whole = packFiles(FILES)
    for (let length = 0; length < whole.length; length++)
      expect(() => unpackFiles(whole.subarray(0, length)), String(length)).toThrow('cannot be read')
    expect(() => unpackFiles(Uint8Array.from([...whole, 0]))).toThrow('longer than its files')
  })

  test.each(['../x', '/x', 'a/../b', 'a//b', '.hidden', 'a\\b', '', 'a/', 'C:x', 'a\0b', 'a/b/c/d/e/f/g/h/i'])(
    'are never called %j',
    (name) => {
      expect(isPackable(name)).toBe(false)
      const index = new TextEncoder().encode(JSON.stringify([[name, 0]]))
      const forged = bytes(index.length, 0, 0, 0, ...index)
      expect(() => unpackFiles(forged)).toThrow('bad file name')
    },
  )

  test('with a size that is none, or one name twice, are refused', () => {
    for (const index of [
      [['a', -1]],
      [['a', 0.5]],
      [['a']],
      [
        ['a', 0],
        ['a', 0],
      ],
      ['a'],
      { a: 0 },
    ]) {
      const text = new TextEncoder().encode(JSON.stringify(index))
      expect(() => unpackFiles(bytes(text.length, 0, 0, 0, ...text)), JSON.stringify(index)).toThrow('cannot be read')
    }
  })
})
