import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../base/clock.ts'
import { errorText } from '../../base/error-text.ts'
import { advance, type Shelf } from '../../live/advance.ts'
import type { AtHand } from '../../live/at-hand.ts'
import type { LivePorts } from '../../live/ports.ts'
import type { LookedAfter } from '../../store/loop/due-models.ts'

/** Moves models on for as long as it runs. */
export interface LoopRole {
  /** A model may have something to do: looks at it soon. */
  wake(model: string): void
  /** Takes no new step, and waits for the one that is being taken. */
  stop(): Promise<void>
}

/** Where it is kept that a model cannot be moved on, for every process to see. */
export interface TroubleBook {
  note(model: string, why: string): Promise<void>
  clear(model: string): Promise<void>
}

export interface LoopRoleOptions {
  readonly ports: LivePorts
  readonly clock: Clock
  /** Every model, for calls may be lost and time may pass. */
  readonly models: () => Promise<readonly LookedAfter[]>
  readonly troubles: TroubleBook
  readonly onTrouble: (model: string, error: unknown) => void
  /** Told after each step. */
  readonly onStep?: (model: string) => void
  /** Milliseconds between looks at all models; 1,000 unless told. */
  readonly sweepMs?: number
}

const SWEEP_MS = 1000
/** A model that could not be moved on is left alone for a while. */
interface Rest {
  readonly tries: number
  readonly from: number
  readonly pauseMs: number
}

/** Even where nothing came, event time goes on: every model is looked at so often. */
const PATROL_MS = 60_000
/** Models whose rows are kept at hand. */
const SHELF = 16
/**
 * Then it is another model's turn: one with a long past to catch up with must not keep the others waiting, and where
 * processes die every few seconds it would do so for ever.
 */
const STEPS_IN_A_ROW = 50
const TURN_MS = 500
const FIRST_PAUSE_MS = 500
/** A step that takes longer is left where it is: nothing of it is written. */
const LONGEST_STEP_MS = 30_000
const LONGEST_PAUSE_MS = 60_000

/**
 * One model after the other, one step after the other. A model that cannot be moved on is left alone for ever longer, and
 * holds up no other.
 */
export function startLoopRole(options: LoopRoleOptions): LoopRole {
  const { ports, clock, models, sweepMs = SWEEP_MS } = options
  const shelf = boundedShelf(SHELF)
  const waiting = new Set<string>()
  const resting = new Map<string, Rest>()
  const noted = new Set<string>()
  const stopping = new AbortController()
  const seen = new Map<string, number>()
  let patrolledAt = Number.NEGATIVE_INFINITY
  let nudge = () => {}

  async function moveOn(model: string): Promise<void> {
    try {
      const begunAt = clock.now()
      for (let steps = 1; !stopping.signal.aborted && (await advance(ports, shelf, model, clock.now())); steps++) {
        options.onStep?.(model)
        const tookMs = clock.now() - begunAt
        if (steps < STEPS_IN_A_ROW && tookMs >= 0 && tookMs < TURN_MS) continue
        waiting.add(model)
        break
      }
      resting.delete(model)
      // Whoever led before may have left a word that does not hold any more.
      if (noted.delete(model)) await options.troubles.clear(model).catch(() => {})
    } catch (error) {
      shelf.forget(model)
      options.onTrouble(model, error)
      const tries = (resting.get(model)?.tries ?? 0) + 1
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1))
      resting.set(model, { tries, from: clock.now(), pauseMs })
      noted.add(model)
      // A database that is away cannot hold it, and whoever asks for the status hears of that.
      await options.troubles.note(model, errorText(error)).catch(() => {})
    }
  }

  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      for (const model of [...waiting]) {
        waiting.delete(model)
        if (stopping.signal.aborted) return
        if (isResting(resting.get(model), clock.now())) continue
        await moveOn(model)
      }
      if (waiting.size === 0) await pause()
      await sweep()
    }
  }

  async function sweep(): Promise<void> {
    const now = clock.now()
    const isPatrol = now - patrolledAt >= PATROL_MS || now < patrolledAt
    if (isPatrol) patrolledAt = now
    // While the database is away there is nothing to look at; whoever restores it is not this.
    const found = await models().catch(() => [])
    // Who has something half done comes first, whoever had the first turn before.
    for (const { model, newestSeq, isUrgent, isTroubled } of found.toSorted(
      (a, b) => Number(b.isUrgent) - Number(a.isUrgent),
    )) {
      if (isTroubled) noted.add(model)
      if (isPatrol || isUrgent || seen.get(model) !== newestSeq || noted.has(model)) waiting.add(model)
      seen.set(model, newestSeq)
    }
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, sweepMs)
      nudge = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  const working = work()
  return {
    wake(model) {
      waiting.add(model)
      nudge()
    },
    async stop() {
      stopping.abort()
      nudge()
      await Promise.race([working, sleep(LONGEST_STEP_MS, undefined, { ref: false })])
    },
  }
}

/** A clock that stepped back must not make a pause longer: what began later than now is over. */
function isResting(rest: Rest | undefined, now: number): boolean {
  return rest !== undefined && now >= rest.from && now < rest.from + rest.pauseMs
}

/** Keeps what was read of the models that were moved on last. */
function boundedShelf(most: number): Shelf {
  const hands = new Map<string, AtHand>()
  return {
    get(model) {
      const hand = hands.get(model)
      if (hand !== undefined) {
        hands.delete(model)
        hands.set(model, hand)
      }
      return hand
    },
    set(model, hand) {
      hands.set(model, hand)
      for (const oldest of hands.keys()) {
        if (hands.size <= most) break
        hands.delete(oldest)
      }
    },
    forget: (model) => void hands.delete(model),
  }
}
