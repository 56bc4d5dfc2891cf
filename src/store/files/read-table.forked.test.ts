import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Column, Frame } from '../../data/frame.ts'
import { findColumn } from '../../data/frame.ts'
import { openDuckDb, quoteText } from './duck-db.ts'
import { readQuery } from './read-query.ts'
import { describeTable, readTable } from './read-table.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'keepfit-read-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const copy = (sql: string, path: string, options: string) =>
  openDuckDb((connection) => connection.run(`COPY (${sql}) TO ${quoteText(path)} (${options})`))

/** Every value of a column as it was meant; null where it is missing. */
function meant(column: Column): (number | string | boolean | null)[] {
  return Array.from(column.values, (value, i) => {
    if (column.missing[i] === 1) return null
    if (column.kind === 'categorical') return column.categories[value] as string
    return column.kind === 'boolean' ? value === 1 : value
  })
}
const table = (frame: Frame) => Object.fromEntries(frame.columns.map((c) => [c.name, [c.kind, ...meant(c)]]))

const ALL_KINDS = `SELECT * FROM (VALUES
  (1.5::DOUBLE, 7::BIGINT, true, 'a', TIMESTAMP '2020-01-01 00:00:00.250', DATE '2020-02-29', 1e300::DOUBLE),
  (NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (-2::DOUBLE, -8::BIGINT, false, 'b', TIMESTAMP '1969-12-31 23:59:59', DATE '1900-01-01', 1e-300::DOUBLE),
  (0::DOUBLE, 0::BIGINT, false, 'a', TIMESTAMP '1970-01-01 00:00:00', DATE '1970-01-01', 5e-324::DOUBLE)
) AS t(n, i, f, c, s, d, x)`
const MEANT = {
  n: ['numeric', 1.5, null, -2, 0],
  i: ['numeric', 7, null, -8, 0],
  f: ['boolean', true, null, false, false],
  c: ['categorical', 'a', null, 'b', 'a'],
  s: ['time', Date.UTC(2020, 0, 1, 0, 0, 0, 250), null, -1000, 0],
  d: ['time', Date.UTC(2020, 1, 29), null, Date.UTC(1900, 0, 1), 0],
  x: ['numeric', 1e300, null, 1e-300, 5e-324],
}

describe('every kind and its missing values survive', () => {
  it.each([
    ['x.parquet', 'FORMAT parquet'],
    ['x.csv', 'FORMAT csv, HEADER'],
    ['x.csv.gz', 'FORMAT csv, HEADER, COMPRESSION gzip'],
    ['x.tsv', "FORMAT csv, HEADER, DELIMITER '\t'"],
    ['x.jsonl', 'FORMAT json'],
    ['x.ndjson', 'FORMAT json'],
  ])('%s', async (name, options) => {
    const path = join(root, name)
    await copy(ALL_KINDS, path, options)
    const { frame, notes, files } = await readTable(path)
    expect(table(frame)).toEqual(MEANT)
    expect(findColumn(frame, 'c')).toMatchObject({ values: Int32Array.of(0, -1, 1, 0), categories: ['a', 'b'] })
    expect(notes).toEqual([])
    expect(files).toEqual([path])
    const described = await describeTable(path)
    expect(described.columns.map(({ name, kind }) => [name, kind])).toEqual(
      Object.entries(MEANT).map(([k, v]) => [k, v[0]]),
    )
  })

  it('other Parquet types become the nearest kind', async () => {
    const path = join(root, 'types.parquet')
    await copy(
      `SELECT 1::UTINYINT AS a, 12.50::DECIMAL(9, 2) AS b, 0.5::FLOAT AS c, 'x'::ENUM('w', 'x') AS d, TIMESTAMPTZ '2020-01-01 00:00:00+02' AS e,
        '2020-01-01 00:00:00.5'::TIMESTAMP_NS AS f, uuid() AS g, TIME '10:00' AS h, 'ab'::BLOB AS i, 'infinity'::TIMESTAMP AS j, '' AS k`,
      path,
      'FORMAT parquet',
    )
    const { frame, notes } = await readTable(path)
    const found = table(frame)
    expect(found).toMatchObject({
      a: ['numeric', 1],
      b: ['numeric', 12.5],
      c: ['numeric', 0.5],
      d: ['categorical', 'x'],
    })
    expect(found).toMatchObject({
      e: ['time', Date.UTC(2019, 11, 31, 22)],
      f: ['time', Date.UTC(2020, 0, 1) + 500],
      h: ['categorical', '10:00:00'],
    })
    expect(found).toMatchObject({ i: ['categorical', 'ab'], j: ['time', null], k: ['categorical', ''] })
    expect(findColumn(frame, 'g')?.kind).toBe('categorical')
    expect(notes).toHaveLength(3)
  })
})

describe('the order of rows', () => {
  const rows = 300_000
  it.each([
    ['order.parquet', 'FORMAT parquet, ROW_GROUP_SIZE 20000'],
    ['order.csv', 'FORMAT csv, HEADER'],
    ['order.jsonl', 'FORMAT json'],
  ])('of %s is kept, however long it is and however its columns are read', async (name, options) => {
    const path = join(root, name)
    await copy(
      `SELECT range AS i, 'w' || range AS w, range % 2 = 0 AS f, range::VARCHAR AS n, TIMESTAMP '2020-01-01' + INTERVAL (range) SECOND AS t FROM range(${rows})`,
      path,
      options,
    )
    const { frame } = await readTable(path, { kinds: { f: 'boolean', n: 'numeric', t: 'time', i: 'categorical' } })
    const [i, w, f, n, t] = frame.columns as [Column, Column, Column, Column, Column]
    const start = Date.UTC(2020, 0, 1)
    let wrong = 0
    for (let row = 0; row < rows; row++) {
      const isRight =
        i.values[row] === row &&
        w.values[row] === row &&
        f.values[row] === (row + 1) % 2 &&
        n.values[row] === row &&
        t.values[row] === start + row * 1000
      if (!isRight) wrong += 1
    }
    expect(wrong).toBe(0)
    expect(i.kind === 'categorical' && i.categories[rows - 1]).toBe(String(rows - 1))
  })

  it('goes on from file to file, 2 before 10', async () => {
    for (const k of [1, 2, 10]) await writeFile(join(root, `part-${k}.csv`), `a\n${k}\n${k + 0.5}\n`)
    const { frame } = await readTable(join(root, 'part-*.csv'))
    expect(meant(frame.columns[0] as Column)).toEqual([1, 1.5, 2, 2.5, 10, 10.5])
  })

  it('is that of the time column, and rows of the same time keep theirs', async () => {
    const path = join(root, 'unsorted.csv')
    await writeFile(path, 'y,t\n1,2011-01-01T03\n2,2011-01-01T01\n3,2011-01-01T03\n4,2011-01-01T01\n')
    const { frame, notes } = await readTable(path, { timeColumn: 't' })
    expect(meant(frame.columns[0] as Column)).toEqual([2, 4, 1, 3])
    expect(notes).toEqual(["the rows were not in order of 't' (row 2 is earlier than one before it); they were sorted"])
  })

  it('may be that of years', async () => {
    const path = join(root, 'years.csv')
    await writeFile(path, 'year\n2001\n1999\n')
    const { frame } = await readTable(path, { timeColumn: 'year' })
    expect(table(frame)).toEqual({ year: ['numeric', 1999, 2001] })
  })
})

describe('what was asked for', () => {
  it('numbers are read as categories in the words of the file', async () => {
    const path = join(root, 'zip.csv')
    await writeFile(path, 'zip,n\n00501,1\n10115,2\n')
    const { frame } = await readTable(path, { kinds: { zip: 'categorical' }, columns: ['zip'] })
    expect(table(frame)).toEqual({ zip: ['categorical', '00501', '10115'] })
  })

  it('whole numbers are the same category in CSV and Parquet', async () => {
    const path = join(root, 'whole.parquet')
    await copy('SELECT 3::DOUBLE AS a, 3::BIGINT AS b', path, 'FORMAT parquet')
    const { frame } = await readTable(path, { kinds: { a: 'categorical', b: 'categorical' } })
    expect(table(frame)).toEqual({ a: ['categorical', '3'], b: ['categorical', '3'] })
  })

  it('yes and no are truth values only when asked for', async () => {
    const path = join(root, 'yes.csv')
    await writeFile(path, 'a\nyes\nno\n')
    expect(table((await readTable(path)).frame)).toEqual({ a: ['categorical', 'yes', 'no'] })
    expect(table((await readTable(path, { kinds: { a: 'boolean' } })).frame)).toEqual({ a: ['boolean', true, false] })
  })

  it.each([
    ['2011-01-31', Date.UTC(2011, 0, 31)],
    ['2011/01/31', Date.UTC(2011, 0, 31)],
    ['2011-01-31T09', Date.UTC(2011, 0, 31, 9)],
    ['2011-01-31 09:30', Date.UTC(2011, 0, 31, 9, 30)],
    ['2011-01-31T09:30Z', Date.UTC(2011, 0, 31, 9, 30)],
    ['2011-01-31T09:30:05.125', Date.UTC(2011, 0, 31, 9, 30, 5, 125)],
    ['2011-01-31T09:30:05+0200', Date.UTC(2011, 0, 31, 7, 30, 5)],
    ['2011-01-31 09:30:05 -03:30', Date.UTC(2011, 0, 31, 13, 0, 5)],
    ['2011-01-31 09:30:05 UTC', Date.UTC(2011, 0, 31, 9, 30, 5)],
  ])('%s is a time', async (text, ms) => {
    const path = join(root, 'iso.csv')
    await writeFile(path, `t\n${text}\n`)
    expect(table((await readTable(path)).frame)).toEqual({ t: ['time', ms] })
  })

  it.each(['2011-02-30', '31.01.2011', '2011-01', 'epoch', 'infinity', '1_000', '0x1F', '10:30'])(
    '%s is a word',
    async (text) => {
      const path = join(root, 'word.csv')
      await writeFile(path, `t\n${text}\n`)
      expect(table((await readTable(path)).frame)['t']).toEqual(
        text === 'infinity' ? ['numeric', null] : ['categorical', text],
      )
    },
  )
})

it('200,000 categories are read', async () => {
  const path = join(root, 'many.csv.gz')
  await writeFile(path, gzipSync(`id\n${Array.from({ length: 200_000 }, (_, i) => `user-${i}`).join('\n')}`))
  const { frame } = await readTable(path)
  const column = frame.columns[0] as Column
  expect(column.kind === 'categorical' && column.categories.length).toBe(200_000)
})

it('a query is read as a frame', async () => {
  const found = await openDuckDb((connection) =>
    readQuery(connection, 'SELECT $1::INTEGER + range AS a, NULL::VARCHAR AS b FROM range(2)', [40]),
  )
  expect(table(found)).toEqual({ a: ['numeric', 40, 41], b: ['categorical', null, null] })
})

it('a mended copy of a file is deleted', async () => {
  const path = join(root, 'latin.csv')
  await writeFile(path, Buffer.from('a\ncaf\xe9\n', 'latin1'))
  const before = process.env['TMPDIR']
  const scratch = await mkdtemp(join(root, 'tmp-'))
  process.env['TMPDIR'] = scratch
  try {
    expect(table((await readTable(path)).frame)).toEqual({ a: ['categorical', 'café'] })
  } finally {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
  }
  expect(await readdir(scratch)).toEqual([])
})
