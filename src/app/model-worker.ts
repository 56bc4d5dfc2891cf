import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { workerData } from 'piscina'
import { assert } from '../base/assert.ts'
import { systemClock } from '../base/clock.ts'
import { Fault } from '../base/fault.ts'
import { blanked } from '../data/blanked.ts'
import { type Frame, sliceRows, takeRows } from '../data/frame.ts'
import { joined, type Scores } from '../data/labels.ts'
import { artifactDigest, decodeArtifact } from '../models/artifact.ts'
import { openScorer } from '../runtimes/catalog.ts'
import type { Scorer } from '../runtimes/runtime.ts'
import { trainers } from '../trainers/catalog.ts'
import type { TrainerWorld } from '../trainers/trainer.ts'
import { commandWorld, tableFiles } from './command-world.ts'
import type { BlankedJob, FitJob, Fitted, FrameJob, PoolStream, RowRange, ScoreJob } from './model-pool.ts'
import { type Reply, replied } from './worker-reply.ts'

/** One worker thread of a model pool: where a trainer and a runtime meet. */
const stream: PoolStream = workerData

/** Trains, then scores with the very artifact that would be deployed. */
export function fit(job: FitJob): Promise<Reply<Fitted>> {
  return replied(async () => {
    const { task, features, labels } = stream
    const wanted = wantedRows(job.rows)
    const rows = wanted.filter((row) => !Number.isNaN(labels[row]))
    const { labelName } = stream.home
    const input = {
      ...(labelName === undefined ? {} : { labelName }),
      task,
      features: takeRows(features, rows),
      labels: Float64Array.from(rows, (row) => labels[row] as number),
      seed: job.seed,
      ...(job.weights === undefined
        ? {}
        : { weights: job.weights.filter((_, i) => !Number.isNaN(labels[wanted[i] as number])) }),
    }
    const begin = systemClock.now()
    const { artifact } = await withWorld((world) => trainers.get(job.trainer).fitIn(input, job.config, world))
    const trainMs = systemClock.now() - begin
    const { givenRows, trainedRows } = decodeArtifact(artifact).header
    const scores = await scored(artifact, { from: job.scoreFrom, to: job.scoreTo }).catch((error: unknown) => {
      // A fresh model that answers no number has not converged: for the caller, a training that failed.
      if (!(error instanceof Fault) || error.code !== 'SCORING_FAILED') throw error
      throw new Fault('TRAINING_FAILED', `the trained model cannot score: ${error.message}`, {}, error)
    })
    return {
      artifact,
      digest: artifactDigest(artifact),
      scores,
      trainMs,
      trainedRows: trainedRows ?? rows.length,
      givenRows: givenRows ?? rows.length,
    }
  })
}

/** Scores rows of the stream with a given artifact. */
export function score({ artifact, from, to }: ScoreJob): Promise<Reply<Scores>> {
  return replied(() => scored(artifact, { from, to }))
}

/** Scores the same rows once for each feature, with that feature missing. */
export function scoreBlanked({ artifact, spans, blanks }: BlankedJob): Promise<Reply<readonly Scores[]>> {
  return replied(() =>
    withScorer(artifact, async (scorer) => {
      const all: Scores[] = []
      for (const name of blanks) {
        const parts: Scores[] = []
        for (const span of spans) parts.push(await scorer.score(blanked(rowsIn(span), name)))
        all.push(joined(parts, Float32Array))
      }
      return all
    }),
  )
}

/** Scores rows that came with the job. */
export function scoreFrame({ artifact, features }: FrameJob): Promise<Reply<Scores>> {
  return replied(() => withScorer(artifact, (scorer) => scorer.score(features)))
}

function scored(artifact: Uint8Array, span: RowRange): Promise<Scores> {
  const rows = rowsIn(span)
  return withScorer(artifact, (scorer) => scorer.score(rows))
}

/** A folder for one training, and what a trainer outside this process needs. */
async function withWorld<T>(work: (world: TrainerWorld) => Promise<T>): Promise<T> {
  const { baseFolder, environment } = stream.home
  const workFolder = await mkdtemp(join(tmpdir(), 'keepfit-training-'))
  try {
    return await work({
      workFolder,
      baseFolder,
      environment,
      previous: null,
      runKey: randomUUID(),
      signal: new AbortController().signal,
      listener: {},
      tables: tableFiles,
    })
  } finally {
    await rm(workFolder, { recursive: true, force: true })
  }
}

async function withScorer<T>(artifact: Uint8Array, use: (scorer: Scorer) => Promise<T>): Promise<T> {
  const { baseFolder, environment } = stream.home
  const scorer = await openScorer(artifact, { environment, command: commandWorld(baseFolder) })
  try {
    return await use(scorer)
  } finally {
    scorer.close()
  }
}

function rowsIn({ from, to }: RowRange): Frame {
  const { features } = stream
  assert(from >= 0 && from <= to && to <= features.rows, `rows ${from} to ${to} of ${features.rows} cannot be scored`)
  return from === 0 && to === features.rows ? features : sliceRows(features, from, to)
}

function wantedRows(rows: Int32Array | RowRange): Int32Array {
  const { labels } = stream
  const wanted =
    rows instanceof Int32Array ? rows : Int32Array.from({ length: rows.to - rows.from }, (_, i) => rows.from + i)
  assert(
    wanted.every((row) => row >= 0 && row < labels.length),
    'a row to learn from lies outside the stream',
  )
  return wanted
}
