import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { killHard, makePlace, type Place, pause, until } from '../../../../test/support/embedded-postgres.ts'
import { type Database, openDatabase } from '../database.ts'
import { isRetryable } from '../retryable.ts'
import { isAlive, processesIn } from './postmaster-file.ts'
import { type SupervisedPostgres, type SupervisorEvent, superviseEmbeddedPostgres } from './supervise.ts'

let place: Place
let server: SupervisedPostgres
let database: Database
let events: SupervisorEvent[]

beforeEach(async () => {
  place = makePlace()
  events = []
  server = await superviseEmbeddedPostgres({
    folder: place.folder,
    environment: process.env,
    onEvent: (event) => events.push(event),
  })
  database = await openDatabase(server.url, { maxConnections: 4 })
  await database.pool.query('create table kept (a int primary key)')
})
afterEach(async () => {
  await database.close()
  await server.stop()
  await place.clear()
})

interface Written {
  readonly acknowledged: number[]
  readonly errors: unknown[]
}

/** Four writers that go on after each error, until `isDone`. */
async function writeUntil(isDone: () => boolean): Promise<Written> {
  const written: Written = { acknowledged: [], errors: [] }
  const write = async (writer: number) => {
    for (let i = writer; !isDone(); i += 4) {
      try {
        await database.pool.query('insert into kept values ($1)', [i])
        written.acknowledged.push(i)
      } catch (error) {
        written.errors.push(error)
        await pause(5)
      }
    }
  }
  await Promise.all([0, 1, 2, 3].map(write))
  return written
}

async function keptRows(): Promise<Set<number>> {
  const { rows } = await database.pool.query<{ a: number }>('select a from kept')
  return new Set(rows.map(({ a }) => a))
}

async function writesGoOn(count: number): Promise<boolean> {
  return (await keptRows().catch(() => new Set())).size > count
}

test('killed again and again, it comes back, the pool with it, and no acknowledged row is lost', async () => {
  let isDone = false
  const writing = writeUntil(() => isDone)
  for (let kills = 1; kills <= 3; kills++) {
    const pid = server.pid()
    await pause(100)
    await killHard(pid)
    await until(() => server.isUp() && server.pid() !== pid, 'it comes back')
    const before = await keptRows()
    await until(() => writesGoOn(before.size), 'writes go on')
  }
  isDone = true
  const { acknowledged, errors } = await writing
  const kept = await keptRows()
  expect(acknowledged.filter((a) => !kept.has(a))).toEqual([])
  expect(errors.length).toBeGreaterThan(0)
  expect(errors.filter((error) => !isRetryable(error))).toEqual([])
  expect(events.map(({ kind }) => kind)).toEqual(['gone', 'restarted', 'gone', 'restarted', 'gone', 'restarted'])
})

test('a killed backend takes the others with it; the server stays, the pool mends, no acknowledged row is lost', async () => {
  const pid = server.pid()
  let isDone = false
  const writing = writeUntil(() => isDone)
  await pause(100)
  const { rows } = await database.pool.query<{ pid: number }>('select pg_backend_pid() as pid')
  await killHard(rows[0]?.pid as number)
  await until(() => writesGoOn(0), 'the server answers')
  const before = await keptRows()
  await until(() => writesGoOn(before.size), 'writes go on')
  isDone = true
  const { acknowledged, errors } = await writing
  const kept = await keptRows()
  expect(acknowledged.filter((a) => !kept.has(a))).toEqual([])
  expect(errors.length).toBeGreaterThan(0)
  expect(errors.filter((error) => !isRetryable(error))).toEqual([])
  expect(server.pid()).toBe(pid)
  expect(events).toEqual([])
})

test('stopped while it is coming back, it stays stopped', async () => {
  const pid = server.pid()
  process.kill(pid, 'SIGKILL')
  await until(() => events.some(({ kind }) => kind === 'gone'), 'its end is noticed')
  await server.stop()
  await pause(300)
  expect(await processesIn(place.data)).toEqual([])
  expect(isAlive(server.pid())).toBe(false)
})

test('what keeps it from coming back is told, and it comes back once that is mended', async () => {
  const version = join(place.data, 'PG_VERSION')
  writeFileSync(version, '15\n')
  await killHard(server.pid())
  await until(() => events.filter(({ kind }) => kind === 'restart-failed').length >= 3, 'it tries again')
  expect(server.isUp()).toBe(false)
  const failed = events.find((event) => event.kind === 'restart-failed')
  expect(failed).toMatchObject({ error: { code: 'DATABASE_UNSUPPORTED' } })
  writeFileSync(version, '18\n')
  await until(() => server.isUp(), 'it comes back')
  expect(await keptRows()).toEqual(new Set())
})
