import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive, isPostmaster } from '../../src/store/postgres/embedded/postmaster-file.ts'

/** How the folders of test runs begin. */
export const PREFIX = 'keepfit-test-'

/** Says whose a folder is, so that a later run can tell that it is nobody's any more. */
export function markOwned(folder: string): void {
  writeFileSync(join(folder, 'owner'), String(process.pid))
}

/** Ends what runs that were killed left behind. */
export async function sweepLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name)
    const owner = numberIn(join(folder, 'owner'))
    if (owner > 0 && !isAlive(owner)) await endRun(folder)
  }
}

/** Stops a run's server, if there is one, and removes its folder. */
export async function endRun(folder: string): Promise<void> {
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
