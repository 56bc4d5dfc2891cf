import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive, isPostmaster } from '../../src/store/postgres/embedded/postmaster-file.ts'
import { RUN_FOLDER } from './postgres.ts'

const PREFIX = 'keepfit-test-'

/** One Postgres for all test files of a run; the first test that wants one starts it. */
export async function setup(): Promise<() => Promise<void>> {
  await sweep()
  const folder = mkdtempSync(join(tmpdir(), PREFIX))
  writeFileSync(join(folder, 'owner'), String(process.pid))
  process.env[RUN_FOLDER] = folder
  return () => end(folder)
}

/** Ends what runs that were killed left behind. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name)
    const owner = numberIn(join(folder, 'owner'))
    if (owner > 0 && !isAlive(owner)) await end(folder)
  }
}

async function end(folder: string): Promise<void> {
  const data = join(folder, 'postgres', 'data')
  const pid = numberIn(join(data, 'postmaster.pid'))
  if (await isPostmaster(pid, data)) process.kill(pid, 'SIGINT')
  for (let tries = 0; tries < 500 && (await isPostmaster(pid, data)); tries++) {
    await new Promise((done) => setTimeout(done, 20))
  }
  rmSync(folder, { recursive: true, force: true })
}

/** The first line of a file, or 0. */
function numberIn(path: string): number {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10) || 0
  } catch {
    return 0
  }
}
