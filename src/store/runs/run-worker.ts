import { rm, rmdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import { errorText } from '../../base/error-text.ts'
import { Fault } from '../../base/fault.ts'
import type { Attempt, AttemptRecord, StopCause } from '../../pipeline/attempt.ts'
import { ensureFolder } from '../disk/durable-file.ts'
import type { Database } from '../postgres/database.ts'
import type { AttemptKey } from './attempt.ts'
import { type Claimed, claimRun } from './claim.ts'
import { type Executor, LostAttempt, startExecutor } from './dbos-executor.ts'
import { endRun, registerTrained } from './end-run.ts'
import { beatAttempt, beatProcess } from './heartbeat.ts'
import { AttemptLog } from './run-log.ts'
import { openRunQueue, type RunId, type RunQueue } from './run-queue.ts'
import { RunWatch } from './run-watch.ts'
import { beginStep, endStep } from './step-rows.ts'
import { handOver } from './takeover.ts'

export interface RunWorkerOptions {
  readonly database: Database
  /** The same database, for DBOS's own connections. */
  readonly url: string
  readonly dataFolder: string
  /** Unique for each start of a process. */
  readonly processId: string
  /** What else the process does, for whoever looks at the fleet. */
  readonly roles?: readonly string[]
  /** Runs at a time in this process. Count, ≥ 1; 1 unless told. */
  readonly concurrency?: number
  readonly clock: Clock
  /** Version of the pipeline: runs of another one are left alone, or begun anew. */
  readonly version: string
  /** Works on one attempt until its run has ended (`workOnRun`). */
  readonly work: (attempt: Attempt) => Promise<void>
  /** How often life signs are given and looked for, and how long silence is taken for death. Milliseconds. */
  readonly beatMs?: number
  readonly staleMs?: number
  /** Told of what went wrong and is tried again. */
  readonly onTrouble?: (message: string) => void
}

export interface RunWorker {
  /** Hands running work over to others and stops. @param graceMs how long steps may take to let go */
  stop(graceMs?: number): Promise<void>
  /** Runs that this process works on now. */
  active(): readonly RunId[]
}

const BEAT_MS = 2000
const STALE_MS = 10_000
const LET_GO_POLL_MS = 50

/** An attempt that this process works on. */
interface Active {
  readonly key: AttemptKey
  readonly abort: AbortController
  progress: number | null
  deadline: NodeJS.Timeout | null
}

/**
 * Works on queued runs and takes over those whose process has died. At most one a process: DBOS allows no more.
 * @throws whatever the database says when it cannot be reached
 */
export async function startRunWorker(options: RunWorkerOptions): Promise<RunWorker> {
  const queue = await openRunQueue(options.database, options.url, options.version)
  const worker = new Worker(options, queue)
  try {
    await worker.start()
  } catch (error) {
    await worker.stop(0)
    throw error
  }
  return worker
}

class Worker implements RunWorker {
  readonly #options: RunWorkerOptions
  readonly #queue: RunQueue
  readonly #watch: RunWatch
  readonly #active = new Map<string, Active>()
  #executor: Executor | null = null
  #timer: NodeJS.Timeout | null = null
  #ticking: Promise<void> = Promise.resolve()
  #isStopping = false

  constructor(options: RunWorkerOptions, queue: RunQueue) {
    const { beatMs = BEAT_MS, staleMs = STALE_MS, database, processId, clock } = options
    this.#options = options
    this.#queue = queue
    this.#watch = new RunWatch({
      database,
      queue,
      processId,
      clock,
      staleTicks: Math.max(2, Math.ceil(staleMs / beatMs)),
      isMine: (run) => this.#active.has(nameOf(run)),
    })
  }

  async start(): Promise<void> {
    const { url, processId, version, concurrency = 1 } = this.#options
    // A worker that nobody knows of would be taken for dead as soon as it has its first run.
    await this.#beat()
    this.#executor = await startExecutor({ url, processId, version, concurrency }, (run, once) =>
      this.#execute(run, once),
    )
    this.#schedule()
  }

  active(): readonly RunId[] {
    return [...this.#active.values()].map(({ key: { model, number } }) => ({ model, number }))
  }

  async stop(graceMs = 10_000): Promise<void> {
    if (this.#isStopping) return
    this.#isStopping = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#ticking
    for (const { abort } of this.#active.values()) abort.abort(stop('shutdown', 'this process stops; another goes on'))
    // DBOS would wait for the runs themselves, which go on elsewhere; here it is enough that the attempts have let go.
    for (let waited = 0; this.#active.size > 0 && waited < graceMs; waited += LET_GO_POLL_MS)
      await new Promise((done) => setTimeout(done, LET_GO_POLL_MS))
    await this.#executor?.stop(LET_GO_POLL_MS)
    await this.#queue.close()
  }

  #schedule(): void {
    const { beatMs = BEAT_MS } = this.#options
    this.#timer = setTimeout(() => {
      this.#ticking = this.#tick().then(() => {
        if (!this.#isStopping) this.#schedule()
      })
    }, beatMs)
  }

  async #tick(): Promise<void> {
    try {
      await this.#beat()
      await this.#watch.look()
    } catch (error) {
      this.#trouble(`life signs could not be given: ${errorText(error)}`)
    }
  }

  async #beat(): Promise<void> {
    const { database, processId, clock, roles = ['worker'] } = this.#options
    await beatProcess(database, { id: processId, pid: process.pid, host: hostname(), roles }, clock.now())
    for (const active of [...this.#active.values()]) {
      const beaten = await beatAttempt(database, active.key, { now: clock.now(), progress: active.progress })
      if (this.#active.get(nameOf(active.key)) !== active) continue
      if (beaten === null) active.abort.abort(lost(active.key))
      else if (beaten.isCancelRequested) active.abort.abort(stop('cancelled', cancelText(beaten.cancelledBy)))
    }
  }

  /** One execution by DBOS: claims the run, works on it, and says whether the run goes on elsewhere. */
  async #execute(id: RunId, once: Attempt['checkpoints']['once']): Promise<void> {
    const claimed = await this.#claim(id)
    if (claimed === null) return
    const { key } = claimed
    const log = new AttemptLog(this.#options.database, key, this.#options.clock)
    const active: Active = { key, abort: new AbortController(), progress: null, deadline: null }
    this.#active.set(nameOf(key), active)
    const folder = join(this.#options.dataFolder, 'runs', key.model, String(key.number), String(key.epoch))
    try {
      this.#watchDeadline(active, claimed)
      if (claimed.isCancelRequested) active.abort.abort(stop('cancelled', cancelText(claimed.cancelledBy)))
      // An attempt that was handed over in order left its half-done work.
      await rm(folder, { recursive: true, force: true })
      await ensureFolder(folder)
      log.add(`attempt ${key.epoch} by process ${key.owner}`)
      const record = this.#record(active, log)
      const attempt = {
        run: claimed.run,
        epoch: key.epoch,
        signal: active.abort.signal,
        folder,
        checkpoints: { once },
        record,
      }
      await this.#options.work(attempt)
      await removeAttempt(folder)
    } catch (error) {
      // Once the run is out of hand, lines are refused and the folder is that of whoever goes on.
      await log.flush()
      await removeAttempt(folder)
      await this.#letGo(active, error)
      throw new LostAttempt()
    } finally {
      if (active.deadline !== null) clearTimeout(active.deadline)
      await log.flush()
      this.#active.delete(nameOf(key))
    }
  }

  async #claim(id: RunId): Promise<Claimed | null> {
    const { database, processId, clock } = this.#options
    try {
      if (this.#isStopping) throw new Error('this process stops')
      return await claimRun(database.kysely, id, { owner: processId, now: clock.now() })
    } catch (error) {
      this.#trouble(`run ${id.number} of '${id.model}' could not be begun: ${errorText(error)}`)
      await this.#queue.enqueueAgain(id).catch((again: unknown) => this.#trouble(errorText(again)))
      throw new LostAttempt()
    }
  }

  #watchDeadline(active: Active, { run }: Claimed): void {
    const left = Math.max(0, run.deadlineAt - this.#options.clock.now())
    const late = () => active.abort.abort(stop('deadline', 'the run was not done by its deadline'))
    if (left === 0) late()
    else active.deadline = setTimeout(late, Math.min(left, 2 ** 31 - 1))
  }

  /** What is thrown out of an attempt ends the attempt, not the run. */
  async #letGo({ key }: Active, error: unknown): Promise<void> {
    const { database } = this.#options
    const isShutdown = error instanceof Fault && error.details['cause'] === 'shutdown'
    if (!isShutdown && !(error instanceof Fault && error.code === 'RUN_TAKEN_OVER'))
      this.#trouble(`run ${key.number} of '${key.model}': ${errorText(error)}`)
    try {
      if (await handOver(database, key)) await this.#queue.enqueueAgain(key)
    } catch (failure) {
      // Whoever looks after silent runs will find it.
      this.#trouble(`run ${key.number} of '${key.model}' could not be handed over: ${errorText(failure)}`)
    }
  }

  #record(active: Active, log: AttemptLog): AttemptRecord {
    const { database, clock } = this.#options
    const { key } = active
    return {
      async beginStep(step) {
        active.progress = null
        await beginStep(database, key, step, clock.now())
        log.add(step)
      },
      async endStep(step, said) {
        await endStep(database, key, { step, said, now: clock.now() })
        log.add(`${step}: ${said}`)
      },
      log: (line, stream, at) => log.add(line, stream, at),
      progress(share) {
        active.progress = Math.min(1, Math.max(0, share))
      },
      register: (draft, learned, trained) =>
        registerTrained(database, key, { draft, learned, trained, now: clock.now() }),
      async end(end) {
        log.add(end.state === 'blocked' ? `blocked: ${end.breaches.join('; ')}` : `${end.state}: ${end.why}`)
        await log.flush()
        await endRun(database, key, end, clock.now())
      },
    }
  }

  #trouble(message: string): void {
    this.#options.onTrouble?.(message)
  }
}

/** The last attempt takes the folders of the run and of the model with it; others still have theirs in it. */
async function removeAttempt(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => {})
  for (const above of [dirname(folder), dirname(dirname(folder))]) await rmdir(above).catch(() => {})
}

function nameOf({ model, number }: RunId): string {
  return `${model}/${number}`
}

function cancelText(by: string | null): string {
  return `cancelled by ${by ?? 'nobody knows whom'}`
}

function lost({ model, number, epoch }: AttemptKey): Fault {
  return new Fault('RUN_TAKEN_OVER', `attempt ${epoch} of run ${number} of '${model}' was taken over`)
}

/** As `pipeline/attempt.ts` reads it. */
function stop(cause: StopCause, message: string): Fault {
  return new Fault('RUN_STOPPED', message, { cause })
}
