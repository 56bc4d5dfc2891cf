import type { Clock } from '../../base/clock.ts'
import type { AttemptEnd } from '../../pipeline/attempt.ts'
import type { Database } from '../postgres/database.ts'
import type { RunId, RunQueue } from './run-queue.ts'
import { type ActiveRun, activeRuns, endUnowned, fence } from './takeover.ts'

export interface RunWatchOptions {
  readonly database: Database
  readonly queue: RunQueue
  readonly processId: string
  readonly clock: Clock
  /** After so many looks without a sign of life somebody is dead. Count, ≥ 2. */
  readonly staleTicks: number
  /** Whether this process works on the run now. */
  readonly isMine: (run: RunId) => boolean
}

/** A run whose attempts die one after the other is not begun once more. */
export const MOST_ATTEMPTS = 5

/** A sign of life as it was last seen, and in how many looks it has not changed. */
interface Sign {
  readonly seen: string
  readonly looks: number
}

/**
 * Looks for runs that nobody works on. Silence is counted in looks of this process, not by clocks: clocks of machines
 * differ and step, and a process that was itself asleep must first give the others time for a sign of life.
 */
export class RunWatch {
  readonly #options: RunWatchOptions
  #runs = new Map<string, Sign>()
  #processes = new Map<string, Sign>()

  constructor(options: RunWatchOptions) {
    this.#options = options
  }

  async look(): Promise<void> {
    const { database } = this.#options
    const [runs, processes] = await Promise.all([
      activeRuns(database),
      database.kysely.selectFrom('process').select(['id', 'heartbeat_at']).execute(),
    ])
    this.#processes = nextSigns(
      this.#processes,
      processes.map(({ id, heartbeat_at }) => [id, String(heartbeat_at)]),
    )
    this.#runs = nextSigns(
      this.#runs,
      runs.map((run) => [nameOf(run), `${run.epoch} ${run.owner} ${run.heartbeat_at}`]),
    )
    for (const run of runs) if (!this.#options.isMine(run)) await this.#lookAt(run)
  }

  async #lookAt(run: ActiveRun): Promise<void> {
    const looks = this.#runs.get(nameOf(run))?.looks ?? 0
    if (run.owner !== null) {
      if (looks >= this.#options.staleTicks) await this.#takeOver(run)
      return
    }
    // Nobody works on it yet, so nobody else can end it.
    const end = this.#dueEnd(run)
    if (end !== null) await endUnowned(this.#options.database, run, end, this.#options.clock.now())
    else if (looks >= 2 && (await this.#isStranded(run, looks))) await this.#takeOver(run)
  }

  /** Whether it is neither in the queue nor in the hands of a process that lives. */
  async #isStranded(run: ActiveRun, looks: number): Promise<boolean> {
    const place = await this.#options.queue.place(run)
    if (place.kind === 'waiting') return false
    if (place.kind === 'stranded') return true
    const sign = this.#processes.get(place.process)
    const isDead = sign === undefined || sign.looks >= this.#options.staleTicks
    // Who took it out of the queue claims it at once, or never.
    return isDead || looks >= 4 * this.#options.staleTicks
  }

  async #takeOver(run: ActiveRun): Promise<void> {
    const { database, queue, clock } = this.#options
    const now = clock.now()
    const end = this.#dueEnd(run) ?? crashed(run)
    if (end !== null) await endUnowned(database, run, end, now)
    else if (await fence(database, run, now)) await queue.enqueueAgain(run)
  }

  #dueEnd(run: ActiveRun): AttemptEnd | null {
    if (run.cancel_requested_at !== null)
      return { state: 'cancelled', why: `cancelled by ${run.cancelled_by ?? 'nobody knows whom'}` }
    if (run.deadline_at > this.#options.clock.now()) return null
    const why = run.state === 'queued' ? 'no worker was free before its deadline' : 'it was not done by its deadline'
    return { state: 'failed', why }
  }
}

function crashed(run: ActiveRun): AttemptEnd | null {
  if (run.epoch < MOST_ATTEMPTS) return null
  return { state: 'failed', why: `${run.epoch} attempts ended with the death of their process; it is not tried again` }
}

function nextSigns(before: ReadonlyMap<string, Sign>, now: readonly (readonly [string, string])[]): Map<string, Sign> {
  return new Map(
    now.map(([name, seen]) => {
      const last = before.get(name)
      return [name, { seen, looks: last?.seen === seen ? last.looks + 1 : 0 }]
    }),
  )
}

function nameOf({ model, number }: RunId): string {
  return `${model}/${number}`
}
