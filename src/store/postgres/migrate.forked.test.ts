import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { Kysely, type Migration, PostgresDialect, sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { type Database, openDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { MIGRATIONS } from './migrations/all.ts'

let fresh: FreshDatabase
const others: Database[] = []

beforeEach(async () => {
  fresh = await freshDatabase()
})
afterEach(async () => {
  for (const other of others.splice(0)) await other.close()
  await fresh.drop()
})

/** A database without a schema, behind as many pools as processes would have. */
async function emptyDatabases(count: number): Promise<Database[]> {
  await fresh.database.pool.query('drop schema public cascade; create schema public')
  for (let i = 0; i < count; i++) others.push(await openDatabase(fresh.url, { maxConnections: 2 }))
  return others
}

const making = (table: string): Migration => ({
  up: (db) => sql.raw(`create table ${table} (a int)`).execute(db).then(),
})

async function tables(database: Database): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  )
  return rows.map(({ name }) => name).filter((name) => !name.startsWith('keepfit_migration'))
}

test('each migration is carried out once, in the order of the names', async () => {
  const [database] = await emptyDatabases(1)
  const first = { '0001-a': making('a'), '0002-b': making('b') }
  expect(await migrate(database as Database, first)).toEqual(['0001-a', '0002-b'])
  expect(await migrate(database as Database, first)).toEqual([])
  expect(await migrate(database as Database, { ...first, '0003-c': making('c') })).toEqual(['0003-c'])
  expect(await tables(database as Database)).toEqual(['a', 'b', 'c'])
})

test('two processes that migrate at once both succeed, and one does the work', async () => {
  for (let round = 0; round < 5; round++) {
    await emptyDatabases(3)
    const done = await Promise.all(others.map((database) => migrate(database)))
    expect(done.flat().sort()).toEqual(Object.keys(MIGRATIONS).sort())
    expect(done.filter((names) => names.length > 0)).toHaveLength(1)
    for (const other of others.splice(0)) await other.close()
  }
})

test('a migration that fails leaves nothing behind of itself or of those before it', async () => {
  const [database] = await emptyDatabases(1)
  const broken: Migration = { up: (db) => sql`create table b (a int, a int)`.execute(db).then() }
  await expect(migrate(database as Database, { '0001-a': making('a'), '0002-b': broken })).rejects.toThrow(/"a"/)
  expect(await tables(database as Database)).toEqual([])
  expect(await migrate(database as Database, { '0001-a': making('a') })).toEqual(['0001-a'])
})

test('a clock that stepped back between two migrations changes nothing', async () => {
  const [database] = await emptyDatabases(1)
  const two = { '0001-a': making('a'), '0002-b': making('b') }
  await migrate(database as Database, two)
  await database?.pool.query(`update keepfit_migration set timestamp = '2001-01-01T00:00:00Z' where name = '0002-b'`)
  expect(await migrate(database as Database, { ...two, '0003-c': making('c') })).toEqual(['0003-c'])
})

test('a database that a newer version changed is refused with what is not known, and left alone', async () => {
  const [database] = await emptyDatabases(1)
  const known = { '0001-a': making('a') }
  await migrate(database as Database, { ...known, '0002-of-tomorrow': making('b') })
  await expect(migrate(database as Database, { ...known })).rejects.toMatchObject({
    code: 'DATABASE_UNSUPPORTED',
    message: expect.stringMatching(/newer Keepfit: it holds 0002-of-tomorrow; .*knows is 0001-a/),
  })
  expect(await tables(database as Database)).toEqual(['a', 'b'])
})

test('the list holds every migration file, under its name', () => {
  const files = readdirSync(new URL('migrations/', import.meta.url))
    .filter((name) => /^\d{4}-.+\.ts$/.test(name))
    .map((name) => name.replace(/\.ts$/, ''))
  expect(Object.keys(MIGRATIONS).sort()).toEqual(files.sort())
  expect(files.map((name) => name.slice(0, 4))).toEqual(files.map((_, i) => String(i + 1).padStart(4, '0')))
})

/**
 * What databases in use were made by. A line here never changes and never goes: a change of the schema is a new file and
 * a new line.
 */
const DIGESTS: Readonly<Record<string, string>> = {
  '0001-models': '354dbeb3a949413e',
  '0002-events': '70693613de397261',
  '0003-loop': '568ed5b290dbb90a',
  '0004-runs': 'b94b77cf8c45da38',
  '0005-outbox': '918e48853b0b29cd',
  '0006-corrections': 'f0d08b94360d233e',
  '0007-explanations': '0b7d6c6c49a18d24',
  '0008-event-halves': '45a1576271b4a73a',
  '0009-queues': '6916beff106e3231',
  '0010-troubles': '03d772b0fecabdb7',
  '0011-due-since': '0e8305978a47f7b4',
}

test('no migration has changed since it was written', async () => {
  const [database] = await emptyDatabases(1)
  expect(await digestsOn(database as Database)).toEqual(DIGESTS)
})

/** Of the statements that each migration sends, without comments and blanks. */
async function digestsOn(database: Database): Promise<Record<string, string>> {
  const sent: string[] = []
  const dialect = new PostgresDialect({ pool: database.pool })
  const recorder = new Kysely<unknown>({ dialect, log: ({ query }) => void sent.push(query.sql) })
  const found: Record<string, string> = {}
  for (const [name, { up }] of Object.entries(MIGRATIONS).sort(([a], [b]) => a.localeCompare(b))) {
    sent.length = 0
    await up(recorder)
    const bare = sent.join('\n').replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim()
    found[name] = createHash('sha256').update(bare).digest('hex').slice(0, 16)
  }
  return found
}
