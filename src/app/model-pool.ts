import { availableParallelism, tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { assert } from '../base/assert.ts'
import { Fault } from '../base/fault.ts'
import type { Frame } from '../data/frame.ts'
import type { Labels, Scores } from '../data/labels.ts'
import type { Task } from '../data/schema.ts'
import { sharedFloats, sharedFrame } from './shared-frame.ts'
import { type Reply, settled } from './worker-reply.ts'

/** The recorded stream that every model of a pool is trained and scored on. */
export interface PoolStream {
  readonly task: Task
  /** Only feature columns. */
  readonly features: Frame
  /** One a row, NaN where there is none. */
  readonly labels: Labels
  readonly home: TrainingHome
}

/** What a trainer and a scorer outside this process know of where they are. */
export interface TrainingHome {
  /** Where the relative paths of a command are seen from. */
  readonly baseFolder: string
  /** Variables of which a command may be given some, by name. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What the label's column is called; left out: nobody knows. */
  readonly labelName?: string
}

/** Rows from ≤ i < to. */
export interface RowRange {
  readonly from: number
  readonly to: number
}

export interface FitJob {
  /** Id of a trainer (trainers/catalog.ts). */
  readonly trainer: string
  /** Its options as in the config file. */
  readonly config: unknown
  /** Rows to learn from; those without a label are left out. */
  readonly rows: Int32Array | RowRange
  /** How much each of `rows` counts, > 0; left out: all the same. */
  readonly weights?: Float64Array
  readonly seed: number
  readonly scoreFrom: number
  readonly scoreTo: number
}

export interface Fitted {
  readonly artifact: Uint8Array
  /** SHA-256 of the artifact: its id. */
  readonly digest: string
  /** What that artifact, loaded back, says about rows scoreFrom ≤ i < scoreTo. */
  readonly scores: Scores
  readonly trainMs: number
  /** Rows learned from; fewer than `givenRows` when the trainer drew a sample. */
  readonly trainedRows: number
  readonly givenRows: number
}

export interface ScoreJob extends RowRange {
  readonly artifact: Uint8Array
}

export interface BlankedJob {
  readonly artifact: Uint8Array
  readonly spans: readonly RowRange[]
  /** Features to take away from all rows, one at a time. */
  readonly blanks: readonly string[]
}

export interface FrameJob {
  readonly artifact: Uint8Array
  /** Rows that are not of the stream, with the features of the model. */
  readonly features: Frame
}

export interface ModelPool {
  /** @throws Fault as the trainer and the runtime do; `signal.reason` once the pool was aborted */
  fit(job: FitJob): Promise<Fitted>
  /** Scores rows with a model made elsewhere or earlier. */
  score(job: ScoreJob): Promise<Scores>
  /** Scores the rows of all spans, in their order, once for each blank: with that feature missing in every row. */
  scoreBlanked(job: BlankedJob): Promise<readonly Scores[]>
  /** Scores rows from elsewhere. */
  scoreFrame(job: FrameJob): Promise<Scores>
  /** Ends the workers; what is still running is rejected. */
  close(): Promise<void>
}

interface PoolOptions extends Omit<PoolStream, 'home'> {
  /** Left out where only built-in trainers train: a command then finds nothing. */
  readonly home?: TrainingHome
  /** Worker threads, ≥ 1; two by default, where there are two cores. Each keeps one core busy. */
  readonly workers?: number
  readonly signal?: AbortSignal
}

/** Starts worker threads that train and score on one stream, whose columns they share rather than copy. */
export function openModelPool({ task, features, labels, signal, ...options }: PoolOptions): ModelPool {
  const workers = options.workers ?? Math.min(2, availableParallelism())
  assert(labels.length === features.rows, `${labels.length} labels for ${features.rows} rows`)
  assert(workers >= 1, 'a pool needs a worker')
  signal?.throwIfAborted()
  const stream: PoolStream = {
    task,
    features: sharedFrame(features),
    labels: sharedFloats(labels),
    home: options.home ?? { baseFolder: tmpdir(), environment: {} },
  }
  const pool = new Piscina({
    filename: workerFile(),
    workerData: stream,
    minThreads: workers,
    maxThreads: workers,
    idleTimeout: Number.POSITIVE_INFINITY,
  })
  const abort = () => void pool.destroy()
  signal?.addEventListener('abort', abort, { once: true })

  async function ask<T>(name: string, job: FitJob | ScoreJob | BlankedJob | FrameJob): Promise<T> {
    signal?.throwIfAborted()
    const reply: Reply<T> = await pool.run(job, { name }).catch((error: unknown) => {
      signal?.throwIfAborted()
      throw workerDeath(error)
    })
    return settled(reply)
  }
  return {
    fit: (job) => ask<Fitted>('fit', job),
    score: (job) => ask<Scores>('score', job),
    scoreBlanked: (job) => ask<readonly Scores[]>('scoreBlanked', job),
    scoreFrame: (job) => ask<Scores>('scoreFrame', job),
    async close() {
      signal?.removeEventListener('abort', abort)
      await pool.destroy()
    },
  }
}

/** Workers run compiled code: Node 20 cannot start a thread from TypeScript. */
function workerFile(): string {
  const isSource = import.meta.url.endsWith('.ts')
  return fileURLToPath(new URL(isSource ? '../../dist/app/model-worker.js' : './model-worker.js', import.meta.url))
}

function workerDeath(error: unknown): unknown {
  const isOutOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
  if (!isOutOfMemory) return error
  return new Fault('TRAINING_FAILED', 'the training ran out of memory; lower maxRows or train on fewer rows', {}, error)
}
