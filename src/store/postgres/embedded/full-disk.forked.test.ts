import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keepfit-full-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const built = (file: string) =>
  JSON.stringify(fileURLToPath(new URL(`../../../../dist/store/postgres/${file}`, import.meta.url)))

/**
 * Runs a script on a small disk of its own, as the root of a namespace in which no other user exists, as in a container
 * without privileges. Nothing of it outlives the script: the namespace of processes ends with it.
 */
function onSmallDisk(size: string, script: string): unknown {
  const command = 'mount -t tmpfs -o size=$3 none "$0" && exec "$1" --input-type=module -e "$2"'
  const words = ['sh', '-c', command, folder, process.execPath, `${PRELUDE}${script}`, size]
  const result = spawnSync('unshare', [...NAMESPACES, ...words], { encoding: 'utf8', timeout: 60_000 })
  if (result.status !== 0) throw new Error(`${result.stdout}${result.stderr}`)
  return JSON.parse(result.stdout)
}

const NAMESPACES = ['--user', '--map-root-user', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child']

const PRELUDE = `
  const { superviseEmbeddedPostgres } = await import(${built('embedded/supervise.js')})
  const { openDatabase } = await import(${built('database.js')})
  const { databaseFault } = await import(${built('retryable.js')})
  const { writeFileSync, rmSync, appendFileSync } = await import('node:fs')
  const pause = (ms) => new Promise((done) => setTimeout(done, ms))
`

function hasMounts(): boolean {
  try {
    execFileSync('unshare', [...NAMESPACES, 'true'], { stdio: 'ignore' })
    return true
  } catch {
    console.log(`not shown here (no user namespaces on this machine): ${expect.getState().currentTestName}`)
    return false
  }
}

test('a disk too small for a database is told as full, and nothing half-made stays', () => {
  if (!hasMounts()) return
  const said = onSmallDisk(
    '12m',
    `
    const { readdirSync } = await import('node:fs')
    const folder = ${JSON.stringify(join(folder, 'pg'))}
    const error = await superviseEmbeddedPostgres({ folder, environment: process.env }).catch((thrown) => thrown)
    console.log(JSON.stringify([error.code, error.message, readdirSync(folder)]))`,
  )
  expect(said).toEqual(['DISK_FULL', expect.stringMatching(/could not be made.*No space left/), []])
})

test('a disk that fills up stops writes and loses nothing; once there is room, writes go on by themselves', () => {
  if (!hasMounts()) return
  const said = onSmallDisk(
    '120m',
    `
    const folder = ${JSON.stringify(join(folder, 'pg'))}
    const filler = ${JSON.stringify(join(folder, 'filler'))}
    const server = await superviseEmbeddedPostgres({ folder, environment: process.env })
    const database = await openDatabase(server.url, { maxConnections: 2 })
    await database.pool.query('create table kept (a int primary key, b text)')
    const acknowledged = []
    const codes = new Set()
    let next = 0
    const write = async () => {
      const a = next++
      try {
        await database.pool.query('insert into kept values ($1, $2)', [a, 'x'.repeat(100_000) + a])
        acknowledged.push(a)
        return true
      } catch (error) {
        codes.add(databaseFault(error).code ?? String(error))
        return false
      }
    }
    await write()
    try { writeFileSync(filler, ''); for (;;) appendFileSync(filler, new Uint8Array(100_000)) } catch {}
    let failures = 0
    while (failures < 20) if (!(await write())) { failures++; await pause(50) }
    rmSync(filler)
    const atFull = acknowledged.length
    for (let tries = 0; acknowledged.length < atFull + 5 && tries < 400; tries++) { await write(); await pause(25) }
    const { rows } = await database.pool.query('select a from kept')
    const kept = new Set(rows.map(({ a }) => a))
    console.log(JSON.stringify({ codes: [...codes].sort(), lost: acknowledged.filter((a) => !kept.has(a)), more: acknowledged.length - atFull }))
    await database.close()
    await server.stop()`,
  ) as { codes: string[]; lost: number[]; more: number }
  expect(said.lost).toEqual([])
  expect(said.more).toBe(5)
  expect(said.codes.length).toBeGreaterThan(0)
  expect(said.codes.filter((code) => !['DISK_FULL', 'DATABASE_UNAVAILABLE'].includes(code))).toEqual([])
})
