import { workerData } from 'piscina'
import { Fault } from '../base/fault.ts'
import { blanked } from '../data/blanked.ts'
import { sliceRows } from '../data/frame.ts'
import type { Scores } from '../data/labels.ts'
import { artifactDigest } from '../models/artifact.ts'
import { openScorer } from '../runtimes/catalog.ts'
import type { Scorer } from '../runtimes/runtime.ts'
import { commandWorld } from './command-world.ts'
import type { Asked, BlankedWork, LatencyWork, ScorerSettings, ScorerWork } from './scorer-pool.ts'
import { replied } from './worker-reply.ts'

/** One worker thread of a scorer pool. It keeps a few models open, the least recently used goes first. */
const settings: ScorerSettings = workerData
const open = new Map<string, Scorer>()

/** Rows that are scored beforehand and not timed: the first answers of a fresh model tell of its start. */
const WARM_UP = 20

/** Scores rows. */
export function score(job: ScorerWork): Promise<Asked<Scores>> {
  return withScorer(job, (scorer) => scorer.score(job.features))
}

/** Scores the rows once for each blank, with that feature missing in every row. */
export function scoreBlanked(job: BlankedWork): Promise<Asked<readonly Scores[]>> {
  return withScorer(job, async (scorer) => {
    const all: Scores[] = []
    for (const name of job.blanks) all.push(await scorer.score(blanked(job.features, name)))
    return all
  })
}

/** Times rows that are scored one by one, in milliseconds. */
export function latencies(job: LatencyWork): Promise<Asked<Float64Array>> {
  return withScorer(job, async (scorer) => {
    const { features } = job
    const row = (i: number) => sliceRows(features, i % features.rows, (i % features.rows) + 1)

    for (let i = 0; i < WARM_UP; i++) await scorer.score(row(i))
    const times = new Float64Array(job.rows)
    for (let i = 0; i < job.rows; i++) {
      const asked = row(i)
      const before = process.hrtime.bigint()
      await scorer.score(asked)
      times[i] = Number(process.hrtime.bigint() - before) / 1e6
    }
    return times
  })
}

async function withScorer<T>(job: ScorerWork, use: (scorer: Scorer) => Promise<T>): Promise<Asked<T>> {
  if (!open.has(job.digest) && job.artifact === undefined) return 'needs the artifact'
  return replied(async () => {
    const scorer = await scorerOf(job)
    try {
      return await use(scorer)
    } catch (error) {
      // Rows that do not fit leave a model as it was. After anything else nobody knows what is left of the learner's
      // module, which its models share.
      if (!(error instanceof Fault) || error.code !== 'DATA_INVALID') closeAll()
      throw error
    }
  })
}

async function scorerOf({ digest, artifact }: ScorerWork): Promise<Scorer> {
  const known = open.get(digest)
  if (known !== undefined) {
    open.delete(digest)
    open.set(digest, known)
    return known
  }
  if (artifact === undefined || artifactDigest(artifact) !== digest) {
    throw new Fault('ARTIFACT_CORRUPT', `the bytes that came as the artifact ${digest} are others`, { digest })
  }
  for (const [oldest, scorer] of [...open].slice(0, Math.max(0, open.size - settings.openModels + 1))) {
    open.delete(oldest)
    scorer.close()
  }
  const { environment, baseFolder } = settings
  const scorer = await openScorer(artifact, { environment, command: commandWorld(baseFolder) })
  open.set(digest, scorer)
  return scorer
}

function closeAll(): void {
  for (const scorer of open.values()) scorer.close()
  open.clear()
}
