import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { clearLeftovers } from './leftovers.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keepfit-leftovers-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const OLD = 1000
const UNTIL = 2000

/** Writes a file, with its folders, and gives it and them a date. Seconds since 1970. */
function written(path: string, seconds: number): void {
  const parts = path.split('/')
  mkdirSync(join(folder, ...parts.slice(0, -1)), { recursive: true })
  writeFileSync(join(folder, path), 'x')
  for (let n = parts.length; n > 0; n--) utimesSync(join(folder, ...parts.slice(0, n)), seconds, seconds)
}

test('old half files and half folders go, down to two folders below', async () => {
  for (const path of ['.a.part', 'm/.b.part', 'm/2/.c.part', 'm/.d.part/train.parquet']) written(path, OLD)
  expect(await clearLeftovers(folder, UNTIL * 1000)).toEqual(['.a.part', 'm/.b.part', 'm/.d.part', 'm/2/.c.part'])
  expect(readdirSync(folder, { recursive: true }).toSorted()).toEqual(['m', 'm/2'])
})

test('what was written to since stays, also where only a file in the half folder was', async () => {
  written('.new.part', UNTIL + 1)
  written('m/.half.part/train.parquet', OLD)
  writeFileSync(join(folder, 'm/.half.part/train.parquet'), 'more')
  utimesSync(join(folder, 'm/.half.part'), OLD, OLD)
  expect(await clearLeftovers(folder, UNTIL * 1000)).toEqual([])
})

test('whole files stay, whatever their date', async () => {
  for (const path of ['a', 'part', 'a.part', '.part', '.hidden', 'm/0001-predictions.parquet']) written(path, OLD)
  expect(await clearLeftovers(folder, UNTIL * 1000)).toEqual([])
})

test('a folder that is not there has none', async () => {
  expect(await clearLeftovers(join(folder, 'nowhere'), UNTIL * 1000)).toEqual([])
})
