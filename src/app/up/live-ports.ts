import type { Clock } from '../../base/clock.ts'
import type { Scores } from '../../data/labels.ts'
import type { WindowRows } from '../../data/window-rows.ts'
import type { KnownVersion, LivePorts } from '../../live/ports.ts'
import { readLoopState } from '../../loop/saved-state.ts'
import { decodeArtifact } from '../../models/artifact.ts'
import type { Version } from '../../models/version.ts'
import { readArtifact } from '../../store/artifacts/artifact-files.ts'
import { learnModelSchema } from '../../store/events/learn-schema.ts'
import { readWindowRows } from '../../store/events/read-rows.ts'
import { countLabelled, nextPrediction, streamOf } from '../../store/events/stream.ts'
import { nextCommand } from '../../store/loop/commands.ts'
import { commitTurn, type TurnEffects } from '../../store/loop/commit-turn.ts'
import { readLife, readShape, readWindows } from '../../store/loop/lives.ts'
import { championOf } from '../../store/models/serving.ts'
import { versionOf } from '../../store/models/versions.ts'
import type { Database } from '../../store/postgres/database.ts'
import { runsSoFar, untoldRun } from '../../store/runs/told.ts'
import type { ScorerPool } from '../scorer-pool.ts'
import { absentCode } from './absent-code.ts'
import { frugal } from './frugal.ts'
import type { PolicyReader } from './policies.ts'

/** What the live loop's world is made of. */
export interface LiveWorld {
  readonly database: Database
  readonly clock: Clock
  readonly dataFolder: string
  readonly policies: PolicyReader
  readonly scorers: ScorerPool
  readonly effects: TurnEffects
}

/** The world of the live loop: Postgres, files, and scorers in worker threads. */
export function livePorts(world: LiveWorld): LivePorts {
  const { database, dataFolder, policies } = world
  const { kysely } = database
  const scores = rememberedScores(world)
  const counts: LivePorts['counts'] = (model, span) => countLabelled({ database, dataFolder }, model, span)
  const frugally = frugal<Awaited<ReturnType<typeof counts>>>(world.clock)
  return {
    settings: async (model) => (await policies.newest(model)).live,
    life: (model) => readLife(kysely, model, readLoopState),
    async stream(model) {
      const row = await streamOf(database, model)
      return {
        firstTime: row?.first_time ?? null,
        newestTime: row?.newest_time ?? null,
        lastReceivedAt: row?.last_received_at ?? null,
        newestSeq: row?.newest_seq ?? 0,
      }
    },
    nextPrediction: (model, from, nth) => nextPrediction({ database, dataFolder }, model, from, nth),
    counts,
    // While labels are out, this is asked with each batch of events; once the window is sealed, files must be read for it.
    recentCounts: (model, span) => frugally(`${model}/${span.start}/${span.end}`, () => counts(model, span)),
    rows: (model, { start, end, schema, labels }) =>
      readWindowRows(
        { database, dataFolder },
        {
          model,
          start,
          end,
          schema,
          labels: labels === 'none' ? null : { absentAs: absentCode(schema, labels.absentAs) },
          upToSeq: labels === 'none' ? null : labels.upToSeq,
          upToTime: null,
        },
      ),
    learnSchema: (model, span, wish) => learnModelSchema({ database, dataFolder }, { model, ...span }, wish),
    async schemaOf(model, version) {
      const { artifactDigest } = await versionOf(kysely, model, version)
      const { task, features } = decodeArtifact(await readArtifact(dataFolder, artifactDigest)).header
      return { task, features }
    },
    shape: (model) => readShape(kysely, model),
    windows: (model, numbers) => readWindows(kysely, model, numbers),
    version: async (model, number) => knownVersion(await versionOf(kysely, model, number)),
    scores,
    async adopted(model) {
      const champion = await championOf(kysely, model)
      return champion === undefined ? null : knownVersion(await versionOf(kysely, model, champion.version))
    },
    endedRun: (model) => untoldRun(kysely, model),
    runsSoFar: (model) => runsSoFar(kysely, model),
    waitingCommand: (model) => nextCommand(kysely, model),
    commit: (turn) => commitTurn(database, turn, world.effects),
  }
}

/** Asked of the same rows twice, a version answers the same: they are scored once for as long as somebody holds them. */
function rememberedScores({ database, scorers }: LiveWorld): LivePorts['scores'] {
  const known = new WeakMap<WindowRows, Map<number, Promise<Scores>>>()
  return (model, version, rows) => {
    const ofRows = known.get(rows) ?? new Map<number, Promise<Scores>>()
    known.set(rows, ofRows)
    const found = ofRows.get(version)
    if (found !== undefined) return found
    const asked = versionOf(database.kysely, model, version).then(({ artifactDigest }) =>
      scorers.score({ digest: artifactDigest, features: rows.features }),
    )
    ofRows.set(version, asked)
    asked.catch(() => ofRows.delete(version))
    return asked
  }
}

function knownVersion({ number, windows, rows, cutOffAt, origin, collectedAt }: Version): KnownVersion {
  return { number, windows, rows, cutOffAt, origin, isCollected: collectedAt !== null }
}
