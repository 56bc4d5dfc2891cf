import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import type { FaultCode } from '../../src/base/fault.ts'
import { Fault } from '../../src/base/fault.ts'
import { openDuckDb, quoteText } from '../../src/store/files/duck-db.ts'
import type { ReadTableOptions } from '../../src/store/files/read-table.ts'
import { readTable } from '../../src/store/files/read-table.ts'

/** What to write, or a function that writes it. */
type Content = string | Buffer | ((path: string) => Promise<void> | void)

/** Files to be written, and what to read of them. */
interface FileCase {
  readonly fact: string
  readonly files: Readonly<Record<string, Content>>
  readonly pattern: string
  readonly options?: ReadTableOptions
}

export interface Refused extends FileCase {
  readonly code: FaultCode
  readonly says: RegExp
}

export interface Mended extends FileCase {
  readonly rows: number
  /** Every note, in order. */
  readonly notes: readonly RegExp[]
  /** Columns as `name:kind`. */
  readonly columns?: readonly string[]
}

export const lines = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n')

/** A table of a hundred rows, of which row 58 (line 59) is `odd`. */
export const hundred = (odd: string) => `a,b\n${lines(100, (i) => (i === 57 ? odd : `${i},x`))}\n`

/** Writes the rows of a query as Parquet, then as `mangle` makes them. */
export const parquetOf = (sql: string, mangle?: (bytes: Buffer) => Buffer) => async (path: string) => {
  await openDuckDb((connection) => connection.run(`COPY (${sql}) TO ${quoteText(path)} (FORMAT parquet)`))
  if (mangle !== undefined) await writeFile(path, mangle(await readFile(path)))
}

/** Reads a case's files from a directory of its own, which is deleted afterwards. */
async function readCase({ files, pattern, options }: FileCase) {
  const folder = await mkdtemp(join(tmpdir(), 'keepfit-case-'))
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name)
      await mkdir(dirname(path), { recursive: true })
      if (typeof content === 'function') await content(path)
      else await writeFile(path, content)
    }
    return await readTable(pattern.includes('://') ? pattern : join(folder, pattern), options)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Checks that reading fails with one sentence for the user. */
export async function expectRefusal(test: Refused): Promise<void> {
  const fault = await readCase(test).then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(fault).toBeInstanceOf(Fault)
  if (!(fault instanceof Fault)) return
  expect(fault.message).toMatch(test.says)
  expect(fault.message).not.toContain('\n')
  expect(fault.code).toBe(test.code)
}

/** Checks that reading works and says everything it mended, and nothing else. */
export async function expectMending(test: Mended): Promise<void> {
  const { frame, notes } = await readCase(test)
  expect(notes).toHaveLength(test.notes.length)
  for (const [i, note] of notes.entries()) expect(note).toMatch(test.notes[i]!)
  if (test.columns !== undefined) expect(frame.columns.map(({ name, kind }) => `${name}:${kind}`)).toEqual(test.columns)
  expect(frame.rows).toBe(test.rows)
}
