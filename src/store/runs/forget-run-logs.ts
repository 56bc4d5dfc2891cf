import { sql } from 'kysely'
import type { Database } from '../postgres/database.ts'

/**
 * Takes the log lines of runs that ended before `endedBefore` (ms since 1970 UTC); what came of each run stays.
 * @returns how many lines. Count
 */
export async function forgetRunLogs({ kysely }: Database, endedBefore: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from run_log using run
    where run.model = run_log.model and run.number = run_log.run and run.ended_at < ${endedBefore}`.execute(kysely)
  return Number(numAffectedRows)
}
