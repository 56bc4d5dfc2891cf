import { join } from 'node:path'
import { Cron } from 'croner'
import { MS_PER_DAY } from '../../base/units.ts'
import { clearLeftovers } from '../../store/disk/leftovers.ts'
import { forgetEvents } from '../../store/events/forget.ts'
import { expireHalves } from '../../store/events/halves.ts'
import { rotatePartition } from '../../store/events/partitions.ts'
import { sealPartitions } from '../../store/events/seal.ts'
import { fleetRows } from '../../store/loop/fleet-rows.ts'
import { collectOrphans } from '../../store/models/orphans.ts'
import { forgetMessages } from '../../store/outbox/messages.ts'
import { forgetRunLogs } from '../../store/runs/forget-run-logs.ts'
import { collectModelGarbage } from '../collect-model-garbage.ts'
import { eventRetention } from './event-retention.ts'
import type { PolicyReader } from './policies.ts'
import type { System } from './system.ts'

/** What is tidied up by itself. */
export interface Housekeeping {
  /** Ends after what is being tidied. */
  stop(): Promise<void>
}

/** A partition that was closed so lately may still be asked for by every window that closes. */
const SETTLED_MS = 3_600_000
/** The other half of a prediction that was logged in halves comes within this, or never. */
const HALF_LIFE_MS = MS_PER_DAY
/** No write goes on for so long without a byte: its writer is dead. */
const LEFT_MS = 3_600_000
/** Where files and whole folders are written under a name of their own first. */
const WRITTEN_TO = ['artifacts', 'events', 'snapshots'] as const
const EVERY_MINUTE = '* * * * *'
const AT_NIGHT = '17 3 * * *'
const BEFORE_DAWN = '47 3 * * *'
/** What a training wrote to its log is kept so long after its end. */
const LOGS_KEPT_MS = 90 * MS_PER_DAY
/** What was told to the world, or given up, is kept so long. */
const MESSAGES_KEPT_MS = 90 * MS_PER_DAY

/**
 * Closes and seals partitions of events and clears half files away every minute; once a day takes the artifacts that nobody will want again, and the
 * events, logs and messages that are older than they are kept; only where `isOnDuty` says so: one process is enough.
 */
export function startHousekeeping(
  { database, folder, clock, log }: System,
  { policies, isOnDuty }: { readonly policies: PolicyReader; readonly isOnDuty: () => boolean },
): Housekeeping {
  const working = new Set<Promise<void>>()

  function whenOnDuty(what: string, job: () => Promise<void>): () => Promise<void> {
    return async () => {
      if (!isOnDuty()) return
      const work: Promise<void> = job()
        .catch((error: unknown) => log.error(`${what} failed; it is tried again`, error))
        .finally(() => working.delete(work))
      working.add(work)
      await work
    }
  }

  const sealing = whenOnDuty('sealing events', async () => {
    const now = clock.now()
    await rotatePartition(database, { now })
    const sealed = await sealPartitions({ database, dataFolder: folder.path }, { now, settledMs: SETTLED_MS })
    if (sealed.length > 0) log.info('partitions of events were sealed', { partitions: sealed })
    for (const [model, count] of await expireHalves(database, now - HALF_LIFE_MS))
      log.warn('requests or answers were logged without their other half', { model, count })
  })

  const clearing = whenOnDuty('clearing away half files', async () => {
    for (const name of WRITTEN_TO) {
      const gone = await clearLeftovers(join(folder.path, name), clock.now() - LEFT_MS)
      if (gone.length > 0) log.info('what killed writes had left was cleared away', { below: name, files: gone })
    }
  })

  const forgetting = whenOnDuty('forgetting old events', async () => {
    const now = clock.now()
    const retention = { now, models: await eventRetention(database, policies) }
    const gone = await forgetEvents({ database, dataFolder: folder.path }, retention)
    if (gone.length > 0) log.info('sealed events were forgotten', { files: gone })
    await forgetRunLogs(database, now - LOGS_KEPT_MS)
    await forgetMessages(database.kysely, now - MESSAGES_KEPT_MS)
  })

  const collecting = whenOnDuty('taking artifacts that nobody wants', async () => {
    for (const { name, policy } of await fleetRows(database)) {
      if (policy === null) continue
      const { settings } = await policies.at(name, policy)
      const order = { model: name, keep: settings.keepVersions, reusePool: settings.reusePool }
      const { versions } = await collectModelGarbage({ database, dataFolder: folder.path, clock }, order)
      if (versions.length > 0) log.info('artifacts were removed', { model: name, versions })
    }
    const { artifacts, snapshots } = await collectOrphans(database.kysely, folder.path, { now: clock.now() })
    if (artifacts.length + snapshots.length > 0) log.info('files of no version were removed', { artifacts, snapshots })
  })

  const jobs = [
    new Cron(EVERY_MINUTE, { protect: true, unref: true }, sealing),
    new Cron(EVERY_MINUTE, { protect: true, unref: true }, clearing),
    new Cron(AT_NIGHT, { protect: true, unref: true, timezone: 'UTC' }, collecting),
    new Cron(BEFORE_DAWN, { protect: true, unref: true, timezone: 'UTC' }, forgetting),
  ]
  return {
    async stop() {
      for (const job of jobs) job.stop()
      await Promise.all(working)
    },
  }
}
