import { Fault } from '../../base/fault.ts'
import type { ApiRoutes } from '../../http/api-routes.ts'
import { buildApi } from '../../http/app.ts'
import { authenticator } from '../../http/auth.ts'
import { buildMetrics } from '../../http/metrics.ts'
import { auditRoutes } from '../../http/routes/audit.ts'
import { eventRoutes } from '../../http/routes/events.ts'
import { healthRoutes } from '../../http/routes/health.ts'
import { metricsRoutes } from '../../http/routes/metrics.ts'
import { policiesRoutes } from '../../http/routes/policies.ts'
import { statusRoutes } from '../../http/routes/status.ts'
import { tokensRoutes } from '../../http/routes/tokens.ts'
import { type RunningServer, type ServerOptions, startServer } from '../../http/server.ts'
import { createAppender } from '../../store/events/appender.ts'
import { diskGuard } from '../../store/events/disk-guard.ts'
import { exportEvents } from '../../store/events/export-events.ts'
import { createHalfAppender } from '../../store/events/half-appender.ts'
import { figuresReader } from '../../store/loop/figures.ts'
import { databaseFault } from '../../store/postgres/retryable.ts'
import type { ScorerPool } from '../scorer-pool.ts'
import { accessPorts, tokenPorts } from './access-ports.ts'
import { auditPorts } from './audit-ports.ts'
import { healthParts } from './health-parts.ts'
import { inferenceModels } from './inference-models.ts'
import { modelRoutes } from './model-routes.ts'
import type { PolicyReader } from './policies.ts'
import { policyPorts } from './policy-ports.ts'
import { fleetStatus } from './status.ts'
import type { System } from './system.ts'

/** The API of one process. */
export interface ApiRole {
  readonly server: RunningServer
  stop(graceMs: number): Promise<void>
}

export interface ApiOptions {
  readonly server: ServerOptions
  readonly policies: PolicyReader
  readonly scorers: ScorerPool
  /** Names beside localhost under which the server may be asked. */
  readonly hosts: readonly string[]
}

/** Starts to answer requests. */
export async function startApiRole(system: System, options: ApiOptions): Promise<ApiRole> {
  const { database, clock, log, version } = system
  const { policies, scorers } = options
  let isStopping = false
  const checkDisk = diskGuard({ folder: system.folder.path, clock })
  const appender = createAppender({ database, clock, checkDisk })
  const halves = createHalfAppender({ database, clock, checkDisk })
  const metrics = buildMetrics({
    figures: figuresReader(database),
    pool: () => ({
      total: database.pool.totalCount,
      idle: database.pool.idleCount,
      waiting: database.pool.waitingCount,
    }),
    clock,
  })
  const auth = authenticator(accessPorts(database), clock)
  const routes: ApiRoutes[] = [
    healthRoutes({ version, parts: () => healthParts(system), isStopping: () => isStopping }),
    eventRoutes({
      async append(events) {
        const said = await appender.append(events)
        metrics.countEvents({
          accepted: said.accepted,
          repeated: said.repeated,
          conflicts: said.conflicts.length,
        })
        return said
      },
      async appendHalves(told) {
        const said = await halves.append(told)
        const countOf = (outcome: string) => said.outcomes.filter((one) => one === outcome).length
        metrics.countEvents({
          accepted: countOf('accepted'),
          repeated: countOf('repeated'),
          conflicts: countOf('conflict'),
        })
        return said
      },
      inferenceModel: inferenceModels(database, policies, clock),
      exported: (asked) => exportEvents({ database, dataFolder: system.folder.path }, asked),
    }),
    tokensRoutes(tokenPorts(database, auth, clock)),
    auditRoutes(auditPorts(database)),
    policiesRoutes(policyPorts(system)),
    statusRoutes({ status: () => fleetStatus(database, policies, { now: clock.now() }) }),
    ...modelRoutes(system, { policies, scorers }),
  ]
  const api = buildApi({
    routes,
    rootRoutes: [metricsRoutes(metrics)],
    auth,
    clock,
    version,
    log: { error: (fields, message) => log.pino.error(fields, message) },
    hosts: options.hosts,
    toFault: knownFault,
    observe: metrics.observeRequest,
  })
  const server = await startServer(api, options.server)
  return {
    server,
    async stop(graceMs) {
      isStopping = true
      await server.close(graceMs)
      await appender.close()
      await halves.close()
    },
  }
}

/** Errors of the database as the faults that they are. */
function knownFault(error: unknown): Fault | null {
  const known = databaseFault(error)
  return known instanceof Fault ? known : null
}
