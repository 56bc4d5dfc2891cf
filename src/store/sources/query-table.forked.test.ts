import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import type { ColumnSchema } from '../../data/schema.ts'
import { boundQuery, queryTable } from './query-table.ts'

const DAY = 86_400_000
const COLUMNS: readonly ColumnSchema[] = [
  { name: 'id', kind: 'categorical' },
  { name: 'at', kind: 'time' },
  { name: 'amount', kind: 'numeric' },
  { name: 'big', kind: 'numeric' },
  { name: 'active', kind: 'boolean' },
  { name: 'plan', kind: 'categorical' },
]

let fresh: FreshDatabase

beforeAll(async () => {
  fresh = await freshDatabase()
  await fresh.database.pool.query(`
    create table customers (id integer, at timestamptz, amount numeric, big bigint, active boolean, plan text, extra jsonb);
    insert into customers select n, to_timestamp(n * 86400.0), n / 4.0, 9007199254740 + n, n % 2 = 0,
      case when n % 3 = 0 then null else 'p' || n % 3 end, '{}' from generate_series(0, 24999) n`)
})
afterAll(() => fresh.drop())

const ask = (query: string, more: Partial<Parameters<typeof queryTable>[0]> = {}) =>
  queryTable({
    url: fresh.url,
    query,
    from: 10 * DAY,
    cutoff: 20 * DAY,
    columns: COLUMNS,
    signal: new AbortController().signal,
    ...more,
  })

describe("a query of a team's own", () => {
  test('gets the moments of the run in place of its placeholders, and gives columns of their kinds', async () => {
    const table = await ask('select * from customers where at >= {{from}} and at < {{ cutoff }} order by at')
    expect(table.rows).toBe(10)
    const [id, at, amount, big, active, plan] = table.columns
    expect(id).toMatchObject({
      kind: 'categorical',
      categories: ['10', '11', '12', '13', '14', '15', '16', '17', '18', '19'],
    })
    expect(at?.values[0]).toBe(10 * DAY)
    expect([amount?.values[1], big?.values[0], active?.values[1]]).toEqual([2.75, 9_007_199_254_750, 0])
    expect([plan?.missing[2], plan?.missing[0]]).toEqual([1, 0])
  })

  test('may ask for milliseconds, and for no beginning at all', async () => {
    const inMs = '(extract(epoch from at) * 1000)::bigint'
    expect((await ask(`select * from customers where ${inMs} >= {{fromMs}} and ${inMs} < {{cutoffMs}}`)).rows).toBe(10)
    expect((await ask('select * from customers where at < {{cutoff}}')).rows).toBe(20)
  })

  test('comes whole where it is longer than a batch', async () => {
    expect((await ask('select * from customers where at < {{cutoff}}', { cutoff: 25_000 * DAY })).rows).toBe(25_000)
  })

  test('can change nothing', async () => {
    const writing = 'with gone as (delete from customers returning *) select * from gone where at < {{cutoff}}'
    await expect(ask(writing)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await fresh.database.pool.query(`create function wipe() returns boolean language plpgsql as
      $$ begin delete from customers; return true; end $$`)
    await expect(ask('select * from customers where wipe() and at < {{cutoff}}')).rejects.toThrow('read-only')
    expect((await fresh.database.pool.query('select count(*) as n from customers')).rows).toEqual([{ n: 25_000 }])
  })

  test.each([
    ['without a cut-off', 'select * from customers where at >= {{from}}', 'the query must hold {{cutoff}}'],
    [
      'with a placeholder that is none',
      'select {{now}} < {{cutoff}}',
      'the query has the placeholder {{now}}; allowed are {{from}}, {{cutoff}}, {{fromMs}}, {{cutoffMs}}',
    ],
    [
      'that is no SQL',
      'selec * from customers where at < {{cutoff}}',
      "the source's database refuses the query: syntax error",
    ],
    [
      'that lacks a column',
      'select id, at from customers where at < {{cutoff}}',
      "the query gives no column 'amount'; it gives: id, at",
    ],
    [
      'whose values are of another kind',
      "select id, at, 'x' || id as amount, big, active, plan from customers where at < {{cutoff}}",
      "row 1 of the query has 'x0' in 'amount', which is to be numeric",
    ],
  ])('is refused %s', async (_, query, complaint) => {
    await expect(ask(query)).rejects.toThrow(complaint)
  })

  test('of a database that is not there says where it was looked for, without the password', async () => {
    const url = 'postgresql://someone:secret@127.0.0.1:1/db'
    const refused = ask('select 1 where {{cutoff}} is not null', { url })
    await expect(refused).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
    await expect(refused).rejects.not.toThrow('secret')
  })
})

test('a value never becomes SQL', () => {
  expect(boundQuery('select * from t where at >= {{from}} and at < {{cutoff}}')).toBe(
    'select * from t where at >= to_timestamp($1::double precision / 1000) and at < to_timestamp($2::double precision / 1000)',
  )
})
