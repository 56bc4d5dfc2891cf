import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RUN_FOLDER } from './postgres.ts'
import { endRun, markOwned, PREFIX, sweepLeftovers } from './postgres-leftovers.ts'

/** One Postgres for all test files of a run; the first test that wants one starts it. */
export async function setup(): Promise<() => Promise<void>> {
  await sweepLeftovers()
  const folder = mkdtempSync(join(tmpdir(), PREFIX))
  markOwned(folder)
  process.env[RUN_FOLDER] = folder
  return () => endRun(folder)
}
