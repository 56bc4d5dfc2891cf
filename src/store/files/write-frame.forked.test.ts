import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { boolean, categorical, numeric } from '../../../test/support/forests.ts'
import { type Column, type Frame, frame, schemaOf } from '../../data/frame.ts'
import { readTable } from './read-table.ts'
import { writeFrame } from './write-frame.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "keepfit-it's *here?-"))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const DAY = Date.UTC(2024, 1, 29, 13, 5, 7, 123)
const time: Column = {
  name: 'at',
  kind: 'time',
  values: Float64Array.of(DAY, Number.NaN, 0),
  missing: Uint8Array.of(0, 1, 0),
}
const TABLE = frame([
  numeric('whole', [1, null, -3]),
  numeric('part', [0.1, 1e-300, null]),
  numeric('big', [2 ** 53, 1e300, -0.5]),
  numeric('empty', [null, null, null]),
  categorical('text, "quoted"', ['a,b', null, 'c"d\ne']),
  categorical("it's; DROP TABLE rows", ['', 'ü€', '1']),
  boolean('yes', [true, false, null]),
  time,
])

async function roundTrip(table: Frame, format: 'parquet' | 'csv'): Promise<Frame> {
  const path = join(folder, `table.${format}`)
  await writeFrame(table, path, format)
  const kinds = Object.fromEntries(schemaOf(table).map(({ name, kind }) => [name, kind]))
  return (await readTable(path, { kinds })).frame
}

function textsOf(column: Column | undefined): (string | null)[] {
  if (column?.kind !== 'categorical') throw new Error('not categorical')
  return Array.from(column.values, (code, row) => (column.missing[row] ? null : (column.categories[code] ?? null)))
}

describe('a table that is written', () => {
  test('to Parquet is the same when it is read', async () => {
    const back = await roundTrip(TABLE, 'parquet')
    expect(schemaOf(back)).toEqual(schemaOf(TABLE))
    for (const [i, column] of TABLE.columns.entries()) {
      expect(back.columns[i]?.missing, column.name).toEqual(column.missing)
      if (column.kind === 'categorical') expect(textsOf(back.columns[i])).toEqual(textsOf(column))
      else expect(back.columns[i]?.values, column.name).toEqual(column.values)
    }
  })

  test('to CSV is the same when it is read, but that an empty text is missing', async () => {
    const back = await roundTrip(TABLE, 'csv')
    expect(schemaOf(back)).toEqual(schemaOf(TABLE))
    expect(textsOf(back.columns[4])).toEqual(['a,b', null, 'c"d\ne'])
    expect(back.columns[0]?.values).toEqual(TABLE.columns[0]?.values)
    expect(back.columns[1]?.values).toEqual(TABLE.columns[1]?.values)
    expect(back.columns[6]?.values).toEqual(TABLE.columns[6]?.values)
    expect(back.columns[7]?.values).toEqual(TABLE.columns[7]?.values)
  })

  test('to CSV has whole numbers without a fraction, and names as they are', async () => {
    await writeFrame(frame([numeric('a', [1, 2]), numeric('b', [1, 2.5])]), join(folder, 'n.csv'), 'csv')
    expect(await readFile(join(folder, 'n.csv'), 'utf8')).toBe('a,b\n1,1.0\n2,2.5\n')
  })

  test('twice has the same bytes', async () => {
    const [one, two] = [join(folder, 'one.parquet'), join(folder, 'two.parquet')]
    await writeFrame(TABLE, one, 'parquet')
    await writeFrame(TABLE, two, 'parquet')
    expect(await readFile(one)).toEqual(await readFile(two))
  })

  test('without columns, with names that differ in case only, or to nowhere, is refused', async () => {
    await expect(writeFrame(frame([]), join(folder, 'x.csv'), 'csv')).rejects.toThrow('the table has no column')
    const twins = frame([numeric('Age', [1]), numeric('age', [2])])
    await expect(writeFrame(twins, join(folder, 'x.csv'), 'csv')).rejects.toThrow("'Age' and 'age' differ in case only")
    const nowhere = writeFrame(TABLE, join(folder, 'no', 'x.csv'), 'csv')
    await expect(nowhere).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })
})
