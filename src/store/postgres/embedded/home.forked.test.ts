import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { ask, hasNamespaces, makePlace, namesIn, type Place } from '../../../../test/support/embedded-postgres.ts'
import { findBinaries } from './binaries.ts'
import { type EmbeddedOptions, type EmbeddedPostgres, startEmbeddedPostgres } from './start.ts'

const isRoot = process.getuid?.() === 0
const places: Place[] = []
const started: EmbeddedPostgres[] = []

afterEach(async () => {
  process.umask(0o022)
  for (const server of started.splice(0)) await server.stop()
  for (const place of places.splice(0)) await place.clear()
})

function placeCalled(name?: string, mode?: number): Place {
  const place = makePlace(name, mode)
  places.push(place)
  return place
}

async function start(place: Place, options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ folder: place.folder, environment: process.env, ...options })
  started.push(server)
  return server
}

async function answers(server: EmbeddedPostgres): Promise<boolean> {
  return (await ask(server.url, 'select 1 as a'))[0]?.['a'] === 1
}

/** What only holds for root, or where namespaces are allowed, cannot be shown elsewhere; that is said, not hidden. */
function cannotShow(needs: { readonly root?: boolean; readonly namespaces?: boolean }): boolean {
  const reason =
    needs.root && !isRoot
      ? 'not root'
      : needs.namespaces && !hasNamespaces()
        ? 'no user namespaces on this machine'
        : undefined
  if (reason !== undefined) console.log(`not shown here (${reason}): ${expect.getState().currentTestName}`)
  return reason !== undefined
}

test('under umask 077 it starts, and its files are closed to others', async () => {
  process.umask(0o077)
  const place = placeCalled()
  const server = await start(place)
  expect(await answers(server)).toBe(true)
  for (const name of ['data', 'socket', 'log']) {
    expect(statSync(join(place.folder, name)).mode & 0o077, name).toBe(0)
  }
})

test('a folder too long for a socket has its socket elsewhere, closed to others, and the same after a restart', async () => {
  const place = placeCalled('a-rather-long-name-of-a-folder-'.repeat(5))
  const first = await start(place)
  expect(await answers(first)).toBe(true)
  const socket = new URL(first.url).searchParams.get('host') as string
  expect(socket.startsWith(join(tmpdir(), 'keepfit-'))).toBe(true)
  expect(statSync(socket).mode & 0o777).toBe(0o700)
  await first.stop()
  expect((await start(place)).url).toBe(first.url)
  places.push({ ...place, clear: async () => void (await import('node:fs')).rmSync(socket, { recursive: true }) })
})

test('blanks, quotes and commas in the path are no obstacle', async () => {
  expect(await answers(await start(placeCalled(`it's "my", data`)))).toBe(true)
})

test('variables of the user that mean another Postgres or other libraries change nothing', async () => {
  const place = placeCalled()
  writeFileSync(join(place.root, 'libicuuc.so.60'), 'no library')
  const environment = { ...process.env, PGDATA: '/nowhere', PGHOST: 'nowhere', LD_LIBRARY_PATH: place.root }
  expect(await answers(await start(place, { environment }))).toBe(true)
})

test('a socket folder that was left open is closed', async () => {
  const place = placeCalled()
  mkdirSync(join(place.folder, 'socket'))
  chmodSync(join(place.folder, 'socket'), 0o777)
  await start(place)
  expect(statSync(join(place.folder, 'socket')).mode & 0o777).toBe(0o700)
})

test('root’s Postgres runs as the postgres user, or nobody', async () => {
  if (cannotShow({ root: true })) return
  const place = placeCalled()
  const server = await start(place)
  const uid = Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1])
  expect(uid).not.toBe(0)
  expect(statSync(place.data).uid).toBe(uid)
  const groups = /^Groups:(.*)$/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]?.trim()
  expect(groups, 'none of root’s groups').toBe('')
})

test('without a postgres user root’s Postgres runs as nobody', async () => {
  if (cannotShow({ root: true })) return
  const place = placeCalled()
  const passwdFile = join(place.root, 'passwd')
  writeFileSync(passwdFile, 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n')
  const server = await start(place, { passwdFile })
  expect(await answers(server)).toBe(true)
  expect(statSync(place.data).uid).toBe(65_534)
})

test('under a folder closed to others root’s Postgres runs as root by another name, and is found again', async () => {
  if (cannotShow({ root: true, namespaces: true })) return
  const place = placeCalled('pg', 0o700)
  const first = await start(place)
  expect(await answers(first)).toBe(true)
  expect(statSync(place.data).uid).toBe(0)
  expect(first.notes).toEqual([])
  const second = await start(place)
  expect([second.wasAdopted, second.pid]).toEqual([true, first.pid])
  await second.stop()
  // It stays so even when the folder is opened: whoever owns the data keeps them.
  chmodSync(place.root, 0o755)
  expect(await answers(await start(place))).toBe(true)
  expect(statSync(place.data).uid).toBe(0)
})

test('where that is not possible either, the data go elsewhere, it is said where, and they are found there again', async () => {
  if (cannotShow({ root: true })) return
  const place = placeCalled('pg', 0o700)
  const other = placeCalled('elsewhere')
  // No `unshare` to be found.
  const environment = { PATH: '/nowhere' }
  const options = { environment, elsewhere: other.folder }
  const first = await start(place, options)
  expect(await answers(first)).toBe(true)
  expect(first.notes.join()).toContain(other.folder)
  expect(namesIn(place.folder)).toEqual(['moved-to'])
  await ask(first.url, 'create table kept (a int)')
  await first.stop()
  // Found again although namespaces would be possible now.
  const second = await start(place)
  expect(second.notes).toEqual(first.notes)
  expect(await ask(second.url, 'select * from kept')).toEqual([])
  await second.stop()
  await other.clear()
  await expect(start(place)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
})

test('programs that the account cannot read are copied to where it can', async () => {
  if (cannotShow({ root: true })) return
  const place = placeCalled()
  const closed = placeCalled('node_modules', 0o700)
  const real = findBinaries(process.platform, process.arch)
  const { cpSync } = await import('node:fs')
  cpSync(real.folder, closed.folder, { recursive: true, verbatimSymlinks: true })
  process.umask(0o077)
  const server = await start(place, { binaries: { ...real, folder: closed.folder } })
  expect(await answers(server)).toBe(true)
  expect(existsSync(join(place.folder, `binaries-${real.version}`, 'native', 'bin', 'postgres'))).toBe(true)
})

test('a platform without a built-in Postgres is told of DATABASE_URL', () => {
  expect(() => findBinaries('sunos', 'sparc')).toThrow(
    /no built-in Postgres for sunos on sparc: the package @embedded-postgres\/sunos-sparc is not installed.*DATABASE_URL/,
  )
})

test('programs that do not run here are told of with their own reason and DATABASE_URL', async () => {
  const place = placeCalled()
  const broken = placeCalled('broken', 0o755)
  const real = findBinaries(process.platform, process.arch)
  const { cpSync } = await import('node:fs')
  cpSync(real.folder, broken.folder, { recursive: true, verbatimSymlinks: true })
  writeFileSync(join(broken.folder, 'native', 'bin', 'postgres'), '#!/bin/sh\necho no such C library >&2\nexit 127\n')
  await expect(start(place, { binaries: { ...real, folder: broken.folder } })).rejects.toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
    message: expect.stringMatching(/does not run on this machine: no such C library.*DATABASE_URL/),
  })
})
