import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ask, killHard, makePlace, memoryOf, namesIn, type Place } from '../../../../test/support/embedded-postgres.ts'
import { isAlive } from './postmaster-file.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './start.ts'

let place: Place
const started: EmbeddedPostgres[] = []

beforeEach(() => {
  place = makePlace()
})
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop()
  await place.clear()
})

async function start(folder = place.folder): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ folder, environment: process.env })
  started.push(server)
  return server
}

test('a clean start makes a database that answers, is durable and sorts text the same everywhere', async () => {
  const server = await start()
  const rows = await ask(
    server.url,
    `select current_database() as name, current_setting('fsync') as fsync,
       current_setting('synchronous_commit') as sync, current_setting('listen_addresses') as network,
       current_setting('server_encoding') as encoding, current_setting('timezone') as zone,
       (select datlocprovider::text || ' ' || datlocale from pg_database where datname = current_database()) as locale`,
  )
  expect(rows).toEqual([
    { name: 'keepfit', fsync: 'on', sync: 'on', network: '', encoding: 'UTF8', zone: 'UTC', locale: 'b C.UTF-8' },
  ])
  expect(server.wasAdopted).toBe(false)
  expect(server.notes).toEqual([])
})

test('what was written is there after a stop and a start, at the same address', async () => {
  const first = await start()
  await ask(first.url, 'create table kept (a int)')
  await ask(first.url, 'insert into kept values (1)')
  await first.stop()
  expect(isAlive(first.pid)).toBe(false)
  expect(existsSync(join(place.data, 'postmaster.pid'))).toBe(false)

  const second = await start()
  expect(second.url).toBe(first.url)
  expect(await ask(second.url, 'select a from kept')).toEqual([{ a: 1 }])
})

test('whoever listens is told once that the server is gone, stopped or killed', async () => {
  const heard: string[] = []
  const first = await start()
  first.onExit(() => heard.push('stopped'))
  await Promise.all([first.stop(), first.stop()])
  await new Promise((done) => setImmediate(done))
  expect(heard).toEqual(['stopped'])

  const second = await start()
  const gone = new Promise<void>((done) => second.onExit(done))
  await killHard(second.pid)
  await gone
})

test('a kill of the server loses no acknowledged row', async () => {
  const first = await start()
  await ask(first.url, 'create table kept (a int primary key)')
  const acknowledged: number[] = []
  const writers = [0, 1, 2, 3].map(async (writer) => {
    const client = new pg.Client({ connectionString: first.url })
    client.on('error', () => {})
    await client.connect()
    try {
      for (let i = writer; ; i += 4) {
        await client.query('insert into kept values ($1)', [i])
        acknowledged.push(i)
      }
    } catch {
      // The server was killed.
    }
  })
  while (acknowledged.length < 500) await new Promise((done) => setTimeout(done, 1))
  await killHard(first.pid)
  await Promise.all(writers)

  const before = performance.now()
  const second = await start()
  expect(performance.now() - before).toBeLessThan(10_000)
  const found = new Set((await ask(second.url, 'select a from kept')).map(({ a }) => a))
  expect(acknowledged.filter((a) => !found.has(a))).toEqual([])
  // One more than acknowledged may be there for each writer, whose answer was cut off.
  expect(found.size - acknowledged.length).toBeLessThanOrEqual(4)
})

test('a server that its owner left running is taken over as it is', async () => {
  const first = await start()
  const client = new pg.Client({ connectionString: first.url })
  await client.connect()
  const second = await start()
  expect([second.wasAdopted, second.pid, second.url]).toEqual([true, first.pid, first.url])
  // It was not restarted: connections live on.
  expect((await client.query('select 1 as a')).rows).toEqual([{ a: 1 }])
  await client.end()

  const gone = new Promise<void>((done) => second.onExit(done))
  await second.stop()
  await gone
  expect(isAlive(first.pid)).toBe(false)
})

test('a server that is still recovering is waited for, not started twice', async () => {
  const first = await start()
  await killHard(first.pid)
  const [second, third] = await Promise.all([start(), start()])
  expect(second.pid).toBe(third.pid)
  expect([second.wasAdopted, third.wasAdopted].filter(Boolean)).toHaveLength(1)
})

test('a pid file whose pid belongs to another process by now is no obstacle', async () => {
  const first = await start()
  await ask(first.url, 'create table kept (a int)')
  const text = readFileSync(join(place.data, 'postmaster.pid'), 'utf8')
  await killHard(first.pid)
  const owner = statSync(place.data)
  const bystander = spawn('sleep', ['1000'], { uid: owner.uid, gid: owner.gid, stdio: 'ignore' })
  try {
    const stale = text.replace(/^\d+/, String(bystander.pid))
    writeFileSync(join(place.data, 'postmaster.pid'), stale)
    const second = await start()
    expect(second.wasAdopted).toBe(false)
    expect(await ask(second.url, 'select * from kept')).toEqual([])
    expect(isAlive(bystander.pid as number)).toBe(true)
  } finally {
    bystander.kill('SIGKILL')
  }
})

test('a pid file that says nothing, or nonsense, is no obstacle', async () => {
  await (await start()).stop()
  for (const text of ['', 'nonsense\n']) {
    writeFileSync(join(place.data, 'postmaster.pid'), text)
    const server = await start()
    expect(await ask(server.url, 'select 1 as a')).toEqual([{ a: 1 }])
    await server.stop()
  }
})

test('what a killed initdb left is made again', async () => {
  const half = join(place.folder, 'data-new')
  mkdirSync(join(half, 'base'), { recursive: true })
  writeFileSync(join(half, 'PG_VERSION'), '18\n')
  const server = await start()
  expect(await ask(server.url, 'select 1 as a')).toEqual([{ a: 1 }])
  expect(namesIn(place.folder)).toEqual(['data', 'log', 'socket'])
})

test('data of another Postgres, and a folder that is none, are refused and left alone', async () => {
  mkdirSync(place.data)
  writeFileSync(join(place.data, 'notes.txt'), 'mine')
  await expect(start()).rejects.toMatchObject({
    code: 'DATABASE_UNSUPPORTED',
    message: expect.stringMatching(/has no PG_VERSION/),
  })
  writeFileSync(join(place.data, 'PG_VERSION'), '15\n')
  await expect(start()).rejects.toMatchObject({
    code: 'DATABASE_UNSUPPORTED',
    message: expect.stringMatching(/made by Postgres 15; this is Postgres 18.*pg_dump/),
  })
  expect(readFileSync(join(place.data, 'notes.txt'), 'utf8')).toBe('mine')
})

test('an idle server takes little memory', async () => {
  const server = await start()
  await ask(server.url, 'select 1')
  expect(await memoryOf(place.data)).toBeLessThan(80 * 1024 * 1024)
})
