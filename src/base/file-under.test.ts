import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { fileUnder } from './file-under.ts'

const FOLDER = fileURLToPath(new URL('.', import.meta.url))

test('a word that names a file below the folder is its whole path', () => {
  expect(fileUnder(FOLDER, 'fault.ts')).toBe(`${FOLDER}fault.ts`)
  expect(fileUnder(`${FOLDER}..`, './base/fault.ts')).toBe(`${FOLDER}fault.ts`)
})

test.each([
  ['a name that nothing has', 'nowhere.ts'],
  ['a folder', '.'],
  ['something below a file', 'fault.ts/a'],
  ['a script that is longer than any name', `print(1)${' '.repeat(300)}`],
  ['a script that is longer than any path', 'a/'.repeat(5000)],
  ['what no path may hold', 'a\0b'],
])('%s is no file, and no error', (_what, word) => {
  expect(fileUnder(FOLDER, word)).toBe(null)
})
