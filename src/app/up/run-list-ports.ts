import type { RunsPorts } from '../../http/routes/runs.ts'
import type { RunDetail } from '../../http/shapes/runs.ts'
import { knowsModel } from '../../store/policies/policies.ts'
import { cancelRun } from '../../store/runs/cancel-run.ts'
import { findRun, listRuns, newestRuns, readLog, summaryOf } from '../../store/runs/read-runs.ts'
import type { System } from './system.ts'

/** What a person sees and orders of runs. */
export function runListPorts(
  { database, clock }: Pick<System, 'database' | 'clock'>,
  { requestRun }: Pick<RunsPorts, 'requestRun'>,
): RunsPorts {
  const { kysely } = database
  return {
    newest: (page) => newestRuns(kysely, page),
    list: (model, page) => listRuns(kysely, model, page),
    hasModel: (model) => knowsModel(kysely, model),
    find: async (model, run) => (await findRun(kysely, model, run)) as RunDetail | undefined,
    log: (model, run, page) => readLog(kysely, { model, number: run }, page),
    async cancel(model, run, { actor, because }) {
      const row = await cancelRun(database, { model, number: run }, { actor, because, now: clock.now() })
      return row === undefined ? undefined : summaryOf(row)
    },
    requestRun,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref()),
  }
}
