import { createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { openDatabase, parseInt8 } from './database.ts'
import { databaseFault, isRetryable } from './retryable.ts'

let fresh: FreshDatabase
const servers: Server[] = []

beforeAll(async () => {
  fresh = await freshDatabase()
})
afterAll(() => fresh.drop())
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listen(answer: (socket: Socket) => void): Promise<number> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** A message of Postgres's protocol: a letter, its length, its parts. */
function message(letter: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(5)
  head.write(letter)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

const int16 = (value: number) => Buffer.from([value >> 8, value & 255])
const int32 = (value: number) => Buffer.from([value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255])
const text = (value: string) => Buffer.from(`${value}\0`)

/** As much of a server as it takes to say which version it is. */
function serverOfVersion(version: string): (socket: Socket) => void {
  const ready = message('Z', Buffer.from('I'))
  const column = [text('server_version_num'), int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(0)]
  const value = Buffer.from(version)
  return (socket) => {
    let isGreeted = false
    socket.on('error', () => {})
    socket.on('data', (data) => {
      if (!isGreeted) socket.write(Buffer.concat([message('R', int32(0)), ready]))
      else if (String.fromCharCode(data[0] as number) === 'Q') {
        const row = message('D', int16(1), int32(value.length), value)
        socket.write(Buffer.concat([message('T', int16(1), ...column), row, message('C', text('SHOW')), ready]))
      }
      isGreeted = true
    })
  }
}

test('an int8 comes back as a number, and one that no number holds is an error, not another number', async () => {
  const { rows } = await fresh.database.pool.query('select 9007199254740991::int8 as most, count(*) as n from pg_class')
  expect(rows[0]?.most).toBe(9_007_199_254_740_991)
  expect(rows[0]?.n).toBeTypeOf('number')
  await expect(fresh.database.pool.query('select 9007199254740993::int8')).rejects.toThrow(/9007199254740993/)
  expect((await fresh.database.pool.query('select 1 as a')).rows).toEqual([{ a: 1 }])
  expect(parseInt8('-9007199254740991')).toBe(-9_007_199_254_740_991)
  expect(() => parseInt8('-9007199254740992')).toThrow(/does not fit/)
})

test('a database that refuses connections is told of with its address and without its password', async () => {
  const url = 'postgresql://me:very%20secret@127.0.0.1:1/mine?password=very-secret'
  const error = await openDatabase(url).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
    message: expect.stringMatching(/^the database me@127\.0\.0\.1:1\/mine does not answer: .*ECONNREFUSED/),
  })
  expect(JSON.stringify(error)).not.toMatch(/secret/)
  expect(String(error)).not.toMatch(/secret/)
  expect(isRetryable(error)).toBe(true)
})

test('a host that has two addresses, both of which refuse, has a reason too', async () => {
  await expect(openDatabase('postgresql://me@localhost:1/mine')).rejects.toThrow(/localhost:1\/mine .*ECONNREFUSED/)
})

test('a database or user that is not there is told of in the server’s words', async () => {
  await expect(openDatabase(fresh.url.replace(/\/test_\w+/, '/absent'))).rejects.toThrow(/"absent" does not exist/)
  await expect(openDatabase(fresh.url.replace('//keepfit@', '//stranger@'))).rejects.toThrow(
    /"stranger" does not exist/,
  )
})

test('what is no address of a Postgres is refused before anything is tried, without repeating it', async () => {
  const cases = [
    ['mysql://me:secret@host/db', /begins with mysql:\/\//],
    ['me:secret@host', /something else/],
    ['', /something else/],
    ['postgresql://me:secret@:port/x', /begins with postgresql:\/\//],
  ] as const
  for (const [url, pattern] of cases) {
    const error = await openDatabase(url).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(pattern) })
    expect(String(error)).not.toContain('secret')
  }
})

test('a server older than 14 is refused with its version, one of 14 is not', async () => {
  const old = await listen(serverOfVersion('130018'))
  await expect(openDatabase(`postgresql://me@127.0.0.1:${old}/mine`)).rejects.toMatchObject({
    code: 'DATABASE_UNSUPPORTED',
    message: `the database me@127.0.0.1:${old}/mine is Postgres 13; 14 or newer is needed`,
  })
  const newer = await listen(serverOfVersion('140000'))
  await (await openDatabase(`postgresql://me@127.0.0.1:${newer}/mine`)).close()
})

test('a server that hangs up is unavailable', async () => {
  const port = await listen((socket) => socket.destroy())
  await expect(openDatabase(`postgresql://me@127.0.0.1:${port}/mine`)).rejects.toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
  })
})

test('a connection that is cut while idle is reported and replaced', async () => {
  const errors: Error[] = []
  const database = await openDatabase(fresh.url, { maxConnections: 1, onError: (error) => errors.push(error) })
  const { rows } = await database.pool.query<{ pid: number }>('select pg_backend_pid() as pid')
  await fresh.database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid])
  await expect.poll(() => errors.length).toBe(1)
  expect(isRetryable(errors[0])).toBe(true)
  expect((await database.pool.query('select 1 as a')).rows).toEqual([{ a: 1 }])
  await Promise.all([database.close(), database.close()])
})

test('a transaction that stands still is ended, so that a process that was stopped holds nothing for ever', async () => {
  const { rows } = await fresh.database.pool.query('show idle_in_transaction_session_timeout')
  expect(rows).toEqual([{ idle_in_transaction_session_timeout: '1min' }])
})

test('errors of a statement are not worth trying again, those of a conflict are', async () => {
  const { pool } = fresh.database
  const errorOf = (statement: string) => pool.query(statement).catch((error: unknown) => error)
  for (const statement of ['select 1/0', 'selec', 'select * from absent', `select 'x'::int`]) {
    expect(isRetryable(await errorOf(statement)), statement).toBe(false)
  }
  const raising = (state: string) => `do $$ begin raise exception 'x' using errcode = '${state}'; end $$`
  for (const state of ['40001', '40P01', '57P01', '57P03', '08006', '53300']) {
    expect(isRetryable(await errorOf(raising(state))), state).toBe(true)
  }
  for (const state of ['23505', '57014', '53100', '42501']) {
    expect(isRetryable(await errorOf(raising(state))), state).toBe(false)
  }
  expect(isRetryable(new Error('our own'))).toBe(false)
  expect(isRetryable(undefined)).toBe(false)
})

test('what a failed statement is to its caller: away, disk full, or the error itself', async () => {
  const { pool } = fresh.database
  const raising = (state: string) =>
    pool.query(`do $$ begin raise exception 'x' using errcode = '${state}'; end $$`).catch((error: unknown) => error)
  expect(databaseFault(await raising('57P01'))).toMatchObject({ name: 'Fault', code: 'DATABASE_UNAVAILABLE' })
  expect(databaseFault(await raising('53100'))).toMatchObject({ name: 'Fault', code: 'DISK_FULL' })
  const own = await raising('23505')
  expect(databaseFault(own)).toBe(own)
  const fault = databaseFault(await raising('53100'))
  expect(databaseFault(fault)).toBe(fault)
})
