import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  ask,
  hasNamespaces,
  killHard,
  makePlace,
  type Place,
  until,
} from '../../../../test/support/embedded-postgres.ts'
import { isAlive, processesIn } from './postmaster-file.ts'
import { startEmbeddedPostgres } from './start.ts'

const isRoot = process.getuid?.() === 0
const built = fileURLToPath(new URL('../../../../dist/store/postgres/embedded/start.js', import.meta.url))
let place: Place
const owners: ChildProcess[] = []

beforeEach(() => {
  place = makePlace()
})
afterEach(async () => {
  for (const owner of owners.splice(0)) owner.kill('SIGKILL')
  await place.clear()
})

interface Told {
  readonly url: string
  readonly pid: number
  readonly wasAdopted: boolean
}

interface Owner extends Told {
  readonly process: ChildProcess
}

/** A process of its own that starts Postgres, tells of it and then waits. */
async function own(options: { uid?: number; gid?: number; detached?: boolean } = {}): Promise<Owner> {
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(built)})
    const folder = ${JSON.stringify(place.folder)}
    try {
      const { url, pid, wasAdopted } = await startEmbeddedPostgres({ folder, environment: process.env })
      console.log(JSON.stringify({ url, pid, wasAdopted }))
      setInterval(() => {}, 1000)
    } catch (error) {
      console.log(JSON.stringify({ url: String(error.stack), pid: 0, wasAdopted: false }))
    }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    ...options,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  owners.push(child)
  const [line] = await once(child.stdout as NonNullable<typeof child.stdout>, 'data')
  const told = JSON.parse(String(line)) as Told
  if (told.pid === 0) throw new Error(told.url)
  return { ...told, process: child }
}

function givePlaceTo(uid: number): void {
  chownSync(place.folder, uid, uid)
}

/** Whether another user can get at the program at all: a clone under a closed folder cannot be shown so. */
function canRunAs(uid: number): boolean {
  return (
    isRoot &&
    spawnSync(process.execPath, ['-e', `require('fs').readFileSync(${JSON.stringify(built)})`], { uid, gid: uid })
      .status === 0
  )
}

function notShown(reason: string): void {
  console.log(`not shown here (${reason}): ${expect.getState().currentTestName}`)
}

test('an owner that is killed leaves a server that the next owner takes over', async () => {
  const first = await own()
  const gone = once(first.process, 'exit')
  first.process.kill('SIGKILL')
  await gone
  expect(isAlive(first.pid)).toBe(true)
  const second = await startEmbeddedPostgres({ folder: place.folder, environment: process.env })
  expect([second.wasAdopted, second.pid, second.url]).toEqual([true, first.pid, first.url])
  await second.stop()
  expect(await processesIn(place.data)).toEqual([])
})

test('Ctrl-C reaches the owner only', async () => {
  const owner = await own({ detached: true })
  const rows = await ask(owner.url, `select pg_postmaster_start_time() as a`)
  // To the whole process group, as a terminal does.
  const gone = once(owner.process, 'exit')
  process.kill(-(owner.process.pid as number), 'SIGINT')
  await gone
  expect(await ask(owner.url, `select pg_postmaster_start_time() as a`)).toEqual(rows)
})

test('an orphan that is busy and does not notice its server’s death holds the next start up for seconds only', async () => {
  const first = await startEmbeddedPostgres({ folder: place.folder, environment: process.env })
  const client = new pg.Client({ connectionString: first.url })
  client.on('error', () => {})
  await client.connect()
  const busy = client.query('select count(*) from generate_series(1, 100000000000) as i').catch(() => 'ended')
  await until(
    async () =>
      (
        await ask(
          first.url,
          `select 1 from pg_stat_activity where query like '%generate_series%' and pid <> pg_backend_pid()`,
        )
      ).length > 0,
    'it is busy',
  )
  await killHard(first.pid)
  expect((await processesIn(place.data)).length).toBeGreaterThan(0)
  const before = performance.now()
  const second = await startEmbeddedPostgres({ folder: place.folder, environment: process.env })
  expect(performance.now() - before).toBeLessThan(10_000)
  expect(await ask(second.url, 'select 1 as a')).toEqual([{ a: 1 }])
  expect(await busy).toBe('ended')
  await second.stop()
})

test('a plain user needs nothing of root', async () => {
  if (!canRunAs(65_534)) return notShown('not root, or a clone that others cannot read')
  givePlaceTo(65_534)
  const owner = await own({ uid: 65_534, gid: 65_534 })
  expect(await ask(owner.url, 'select 1 as a')).toEqual([{ a: 1 }])
  expect(statSync(place.data).uid).toBe(65_534)
  owner.process.kill('SIGKILL')
  // Root takes it over, and leaves it to its user.
  const second = await startEmbeddedPostgres({ folder: place.folder, environment: process.env })
  expect(second.wasAdopted).toBe(true)
  await second.stop()
  await (await startEmbeddedPostgres({ folder: place.folder, environment: process.env })).stop()
  expect(statSync(place.data).uid).toBe(65_534)
  expect((await own({ uid: 65_534, gid: 65_534 })).wasAdopted).toBe(false)
})

test('a user whose number has no name, as containers have it, can start it too', async () => {
  const uid = 54_321
  if (!canRunAs(uid) || !hasNamespaces()) return notShown('not root, a closed clone, or no user namespaces')
  givePlaceTo(uid)
  const owner = await own({ uid, gid: uid })
  expect(await ask(owner.url, 'select 1 as a')).toEqual([{ a: 1 }])
  expect(statSync(place.data).uid).toBe(uid)
})

test('the data of another user are refused with both users', async () => {
  if (!canRunAs(65_534)) return notShown('not root, or a clone that others cannot read')
  const server = await startEmbeddedPostgres({ folder: place.folder, environment: process.env })
  await server.stop()
  const { uid } = statSync(place.data)
  chmodSync(place.folder, 0o755)
  await expect(own({ uid: uid + 1, gid: uid + 1 })).rejects.toThrow(
    new RegExp(`${place.folder} belongs to user ${uid}, and this is user ${uid + 1}`),
  )
})
