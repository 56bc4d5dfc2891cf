import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { assert } from '../base/assert.ts'
import { Fault } from '../base/fault.ts'
import type { Frame } from '../data/frame.ts'
import type { Scores } from '../data/labels.ts'
import { sharedFrame } from './shared-frame.ts'
import { type Reply, settled } from './worker-reply.ts'

/** Rows for one model. */
export interface ScorerJob {
  /** Of the model's artifact. */
  readonly digest: string
  /** With all features of the model; more columns do not matter. */
  readonly features: Frame
  /** Ends the job, and the thread that works on it. */
  readonly signal?: AbortSignal | undefined
}

/** Answers of any version, from worker threads that start with the first question and end when none comes. */
export interface ScorerPool {
  /** @throws Fault as the runtime does, and as `loadArtifact` does; the signal's reason once aborted */
  score(job: ScorerJob): Promise<Scores>
  /** The same rows once for each blank, with that feature missing in every row. */
  scoreBlanked(job: ScorerJob & { readonly blanks: readonly string[] }): Promise<readonly Scores[]>
  /**
   * How long the model takes for one row, asked one row at a time after a short warm-up.
   * @returns `rows` times in milliseconds; the rows of `features` are gone through again where there are fewer
   */
  latencies(job: ScorerJob & { readonly rows: number }): Promise<Float64Array>
  /** Threads that are alive now. */
  readonly threads: number
  /** Ends the threads; what is still running is rejected. */
  close(): Promise<void>
}

export interface ScorerPoolOptions {
  /** The artifact of a digest, checked. Asked for when a thread opens the model. */
  readonly loadArtifact: (digest: string) => Promise<Uint8Array>
  /** Most threads, ≥ 1; two by default where there are two cores. */
  readonly workers?: number
  /** Models that each thread keeps open, ≥ 1; 4 unless told. */
  readonly openModels?: number
  /** A thread without work ends after so many milliseconds; a minute unless told. */
  readonly idleMs?: number
  /** Variables that a scorer outside this process may be given. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Where the files that a scoring command names are looked for; the working folder unless told. */
  readonly baseFolder?: string
}

/** What each worker is told once. */
export interface ScorerSettings {
  readonly baseFolder: string
  readonly openModels: number
  readonly environment: Readonly<Record<string, string | undefined>>
}

export interface ScorerWork {
  readonly digest: string
  readonly features: Frame
  /** Its bytes, where the worker said that it needs them. */
  readonly artifact?: Uint8Array
}
/** Said instead of an answer when the model is not open there and its bytes did not come with the job. */
export type Asked<T> = Reply<T> | 'needs the artifact'

export type BlankedWork = ScorerWork & { readonly blanks: readonly string[] }
export type LatencyWork = ScorerWork & { readonly rows: number }

/** Opens a pool. No thread starts before the first question. */
export function openScorerPool({ loadArtifact, environment = {}, ...options }: ScorerPoolOptions): ScorerPool {
  const { workers = Math.min(2, availableParallelism()), openModels = 4, idleMs = 60_000, baseFolder = '.' } = options
  assert(workers >= 1 && openModels >= 1, 'a scorer pool needs a thread that keeps a model')
  const settings: ScorerSettings = { openModels, environment: { ...environment }, baseFolder }
  const pool = new Piscina({
    filename: workerFile(),
    workerData: settings,
    minThreads: 0,
    maxThreads: workers,
    idleTimeout: idleMs,
  })

  async function ask<T>(name: string, work: ScorerWork, signal: AbortSignal | undefined): Promise<T> {
    const run = async (job: ScorerWork): Promise<Asked<T>> => {
      signal?.throwIfAborted()
      return pool.run(job, signal === undefined ? { name } : { name, signal }).catch((error: unknown) => {
        signal?.throwIfAborted()
        throw threadDeath(error)
      })
    }
    const first = await run(work)
    if (first !== 'needs the artifact') return settled(first)
    const second = await run({ ...work, artifact: await loadArtifact(work.digest) })
    assert(second !== 'needs the artifact', 'the artifact came with the job')
    return settled(second)
  }
  return {
    score: ({ digest, features, signal }) => ask<Scores>('score', { digest, features: sharedFrame(features) }, signal),
    scoreBlanked({ digest, features, blanks, signal }) {
      const work: BlankedWork = { digest, features: sharedFrame(features), blanks }
      return ask<readonly Scores[]>('scoreBlanked', work, signal)
    },
    async latencies({ digest, features, rows, signal }) {
      if (features.rows === 0) return new Float64Array(0)
      const work: LatencyWork = { digest, features: sharedFrame(features), rows }
      return ask<Float64Array>('latencies', work, signal)
    },
    get threads() {
      return pool.threads.length
    },
    close: () => pool.destroy(),
  }
}

/** Workers run compiled code: Node 20 cannot start a thread from TypeScript. */
function workerFile(): string {
  const isSource = import.meta.url.endsWith('.ts')
  return fileURLToPath(new URL(isSource ? '../../dist/app/scorer-worker.js' : './scorer-worker.js', import.meta.url))
}

function threadDeath(error: unknown): unknown {
  const isOutOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
  if (!isOutOfMemory) return error
  return new Fault('SCORING_FAILED', 'the scoring ran out of memory; score fewer rows at a time', {}, error)
}
