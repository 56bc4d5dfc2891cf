import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { isAlive, processesIn } from '../../src/store/postgres/embedded/postmaster-file.ts'

/** A folder for one test's Postgres, which nothing in it survives. */
export interface Place {
  readonly root: string
  /** To be handed to `startEmbeddedPostgres`. */
  readonly folder: string
  readonly data: string
  /** Kills what still runs on it and removes it. */
  clear(): Promise<void>
}

/** @param mode of the folder above Postgres's own: 0o700 closes it to other users */
export function makePlace(name = 'pg', mode = 0o711): Place {
  const root = mkdtempSync(join(tmpdir(), 'keepfit-own-'))
  chmodSync(root, mode)
  const folder = join(root, name)
  mkdirSync(folder, { recursive: true })
  const data = join(folder, 'data')
  const clear = async () => {
    for (const pid of await processesIn(data)) process.kill(pid, 'SIGKILL')
    for (let tries = 0; tries < 200 && (await processesIn(data)).length > 0; tries++) await pause(20)
    rmSync(root, { recursive: true, force: true })
  }
  return { root, folder, data, clear }
}

export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms))
}

/** Waits until something holds; at most ten seconds. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, limitMs = 10_000): Promise<void> {
  for (let waited = 0; !(await holds()); waited += 20) {
    if (waited > limitMs) throw new Error(`${what}: not within ${limitMs} ms`)
    await pause(20)
  }
}

/** Kills a process the hard way and waits until it is gone. */
export async function killHard(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL')
  await until(() => !isAlive(pid) || commandLine(pid) === '', `process ${pid} goes`)
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

/** One statement on a connection of its own. */
export async function ask(url: string, text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text, values)).rows
  } finally {
    await client.end()
  }
}

/** Whether this machine lets us make user namespaces. */
export function hasNamespaces(): boolean {
  try {
    execFileSync('unshare', ['--user', '--map-user=65534', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Resident memory of a server and its children that is theirs alone, plus its shared part once. Bytes. */
export async function memoryOf(data: string): Promise<number> {
  let total = 0
  for (const pid of await processesIn(data)) {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    total += Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024
  }
  return total
}

/** The names in a folder, sorted. */
export function namesIn(folder: string): string[] {
  return readdirSync(folder).sort()
}
