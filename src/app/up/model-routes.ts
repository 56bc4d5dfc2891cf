import { BrokenInvariant } from '../../base/assert.ts'
import type { ApiRoutes } from '../../http/api-routes.ts'
import { decisionsRoutes } from '../../http/routes/decisions.ts'
import { modelRoutes as registryRoutes } from '../../http/routes/models.ts'
import { runsRoutes } from '../../http/routes/runs.ts'
import { versionRoutes } from '../../http/routes/versions.ts'
import { windowsRoutes } from '../../http/routes/windows.ts'
import { hooksOf, targetsOf } from '../../integrations/hook-config.ts'
import type { TurnEffects } from '../../store/loop/commit-turn.ts'
import { compareOnRows } from '../compare-versions.ts'
import { modelsPorts, type RegistryWorld, versionsPorts } from '../registry-ports.ts'
import type { ScorerPool } from '../scorer-pool.ts'
import { commandPorts } from './command-ports.ts'
import { decisionPorts, windowPorts } from './decision-ports.ts'
import { livePorts } from './live-ports.ts'
import type { PolicyReader } from './policies.ts'
import { runListPorts } from './run-list-ports.ts'
import type { System } from './system.ts'

export interface ModelRoutesParts {
  readonly policies: PolicyReader
  readonly scorers: ScorerPool
}

/** Names with port of services that may score an adopted model: the server's own word, never a client's. */
const SCORER_HOSTS = 'KEEPFIT_SCORER_HOSTS'

/** What is asked of one model: its versions, runs, windows, decisions. */
export function modelRoutes(system: System, { policies, scorers }: ModelRoutesParts): readonly ApiRoutes[] {
  const { database, clock, folder, environment, version } = system
  const words = { database, clock, policies }
  const { requestRun, requestServe } = commandPorts(words)
  const live = livePorts({ database, clock, dataFolder: folder.path, policies, scorers, effects: READS_ONLY })
  const registry: RegistryWorld = {
    database,
    dataFolder: folder.path,
    clock,
    scorers,
    codeVersion: `keepfit ${version}`,
    scorerHosts: (environment[SCORER_HOSTS] ?? '').split(',').filter((host) => host !== ''),
    async targetsOf(model) {
      const ruling = await policies.newest(model).catch(() => null)
      return ruling === null ? [] : targetsOf(hooksOf(ruling.settings), 'adopted')
    },
    requestServe,
    compareOnRows: (model, a, b) => compareOnRows(live, model, a, b),
  }
  return [
    registryRoutes(modelsPorts(registry)),
    versionRoutes(versionsPorts(registry)),
    runsRoutes(runListPorts(system, { requestRun })),
    decisionsRoutes(decisionPorts(words)),
    windowsRoutes(windowPorts({ database })),
  ]
}

function never(): never {
  throw new BrokenInvariant('the API moves no model on: that is the loop alone')
}

/** The API reads with the loop's eyes, and decides nothing. */
const READS_ONLY: TurnEffects = { startRun: never, serve: never, announce: never, audit: never }
