import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isPostmaster } from '../../src/store/postgres/embedded/postmaster-file.ts'
import { RUN_FOLDER } from './postgres.ts'

/** One Postgres for all test files of a run; the first test that wants one starts it. */
export function setup(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'keepfit-test-'))
  process.env[RUN_FOLDER] = folder
  return async () => {
    const pidFile = join(folder, 'postgres', 'data', 'postmaster.pid')
    const pid = existsSync(pidFile) ? Number.parseInt(readFileSync(pidFile, 'utf8'), 10) : 0
    if (await isPostmaster(pid, join(folder, 'postgres', 'data'))) {
      process.kill(pid, 'SIGINT')
      for (let tries = 0; tries < 500 && existsSync(pidFile); tries++) await new Promise((done) => setTimeout(done, 20))
    }
    rmSync(folder, { recursive: true, force: true })
  }
}
