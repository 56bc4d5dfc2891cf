import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ask, makePlace } from '../../../../test/support/embedded-postgres.ts'
import { boundLog, logFile, logSince, openLog, reasonIn } from './server-log.ts'
import { startEmbeddedPostgres } from './start.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keepfit-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a log that is too long is moved away once, while whoever writes to it goes on', async () => {
  const writer = await openLog(folder)
  for (let round = 0; round < 5; round++) {
    await writer.appendFile(`${round}`.repeat(1_500))
    await boundLog(folder, 1_000)
    expect(statSync(logFile(folder)).size).toBe(0)
    expect(readFileSync(`${logFile(folder)}.old`, 'utf8')).toBe(`${round}`.repeat(1_500))
  }
  await writer.appendFile('short')
  await boundLog(folder, 1_000)
  expect(readFileSync(logFile(folder), 'utf8')).toBe('short')
  await writer.close()
})

test('what was written since a moment is read, also after the log was emptied', async () => {
  const writer = await openLog(folder)
  expect(await logSince(folder, 0)).toBe('')
  appendFileSync(logFile(folder), 'before ')
  appendFileSync(logFile(folder), 'after')
  expect(await logSince(folder, 7)).toBe('after')
  expect(await logSince(folder, 100)).toBe('before after')
  await writer.close()
})

test('the reason is what the server said last of all that ended it', () => {
  const log = `2026-01-01 00:00:00.000 UTC [1] LOG:  starting
2026-01-01 00:00:00.000 UTC [1] FATAL:  the first: reason
2026-01-01 00:00:00.000 UTC [1] PANIC:  the second: reason
2026-01-01 00:00:00.000 UTC [1] LOG:  database system is shut down`
  expect(reasonIn(log)).toBe('the second: reason')
  expect(reasonIn('2026 LOG:  nothing')).toBeUndefined()
})

test('the log tells of the server and holds nothing of rows or statements', async () => {
  const place = makePlace()
  const server = await startEmbeddedPostgres({ folder: place.folder, environment: process.env })
  await ask(server.url, 'create table kept (a text primary key)')
  await ask(server.url, `insert into kept values ('planted-secret')`)
  for (const statement of [
    `insert into kept values ('planted-secret')`,
    `select 'planted-secret'::int`,
    'planted-secret',
  ]) {
    await expect(ask(server.url, statement)).rejects.toThrow()
  }
  await server.stop()
  const log = readFileSync(logFile(place.folder), 'utf8')
  await place.clear()
  expect(log).toContain('ready to accept connections')
  expect(log).not.toContain('planted-secret')
})
