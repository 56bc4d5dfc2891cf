import { join } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import { Fault } from '../../base/fault.ts'
import type { Progress } from '../../base/progress.ts'
import type { UpAsked, UpListener } from '../../cli/up-asked.ts'
import { ensureFirstToken } from '../../store/access/first-token.ts'
import { readArtifact } from '../../store/artifacts/artifact-files.ts'
import { writeDurably } from '../../store/disk/durable-file.ts'
import { openScorerPool } from '../scorer-pool.ts'
import { DATA_FOLDER } from '../server-place.ts'
import { type ApiRole, startApiRole } from './api-role.ts'
import { applyConfiguration } from './apply.ts'
import { openLog } from './log.ts'
import { policyReader } from './policies.ts'
import { openSystem, type System } from './system.ts'
import { startWorkerRole, type WorkerRole } from './worker-role.ts'

const DRAIN_MS = 10_000
const ALL_ROLES = ['api', 'worker'] as const

/** What `up` needs of the process it runs in. */
export interface UpWorld {
  readonly clock: Clock
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly progress: Progress
  readonly version: string
  /** Aborted when the process is asked to end. */
  readonly stopping: AbortSignal
}

/**
 * Runs Keepfit until it is asked to stop: database, API, loop, trainings, deliveries; or the part of it that is asked for.
 * @throws Fault as `openSystem` and `startServer` do
 */
export async function up(asked: UpAsked, world: UpWorld, listener: UpListener): Promise<void> {
  const startedAt = world.clock.now()
  const roles = asked.roles.length === 0 ? ALL_ROLES : asked.roles
  const databaseUrl = asked.databaseUrl ?? world.environment['DATABASE_URL'] ?? null
  if (asked.roles.length > 0 && databaseUrl === null) {
    throw new Fault(
      'USAGE',
      'with --role several processes share one database: say which with --database or DATABASE_URL',
    )
  }
  const dataFolder = asked.dataFolder ?? world.environment['KEEPFIT_DATA'] ?? DATA_FOLDER
  const log = openLog(asked.logTo ?? join(dataFolder, 'log', 'keepfit.log'))
  const system = await openSystem({
    dataFolder,
    configFile: asked.configFile ?? 'keepfit.yaml',
    databaseUrl,
    isAlone: asked.roles.length === 0,
    clock: world.clock,
    log,
    progress: world.progress,
    environment: world.environment,
    version: world.version,
  })
  const closing: (() => Promise<void>)[] = [() => system.close()]
  try {
    const configured = await configure(system, asked)
    const policies = policyReader(system.database.kysely)
    const scorers = openScorerPool({
      loadArtifact: (digest) => readArtifact(system.folder.path, digest),
      environment: world.environment,
      baseFolder: system.baseFolder,
    })
    closing.push(() => scorers.close())
    let worker: WorkerRole | null = null
    if (roles.includes('worker')) {
      const concurrency = asked.concurrency ?? 1
      worker = await startWorkerRole(system, { policies, scorers, concurrency })
      closing.push(() => worker?.stop() ?? Promise.resolve())
    }
    let api: ApiRole | null = null
    if (roles.includes('api')) {
      await ensureFirstToken(system.database, system.folder.path, world.clock.now())
      api = await startApiRole(system, {
        server: asked.server,
        policies,
        scorers,
        hosts: asked.hosts,
      })
      closing.push(() => api?.stop(DRAIN_MS) ?? Promise.resolve())
      await writeDurably(system.folder.address, `${api.server.url}\n`)
    }
    const readyMs = world.clock.now() - startedAt
    log.info('ready', { readyMs, roles })
    listener.onReady({ url: api?.server.url ?? null, readyMs, roles, ...configured })
    await stopped(world.stopping)
    listener.onStopping()
    log.info('stopping')
  } finally {
    for (const close of closing.reverse()) await close().catch((error: unknown) => log.error('closing failed', error))
  }
}

/** A server without a configuration starts all the same: models may be adopted, and the file may come later. */
async function configure(system: System, asked: UpAsked): Promise<{ models: number; configFile: string | null }> {
  try {
    const { changes } = await applyConfiguration(system, { isDryRun: false, actor: 'keepfit up' })
    return { models: changes.length, configFile: system.configFile }
  } catch (error) {
    const isMissing = error instanceof Fault && error.code === 'FILE_MISSING' && asked.configFile === undefined
    if (!isMissing) throw error
    return { models: 0, configFile: null }
  }
}

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
