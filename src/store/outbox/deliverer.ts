import type { Kysely } from 'kysely'
import type { Clock } from '../../base/clock.ts'
import { errorText } from '../../base/error-text.ts'
import type { Delivery, Message } from '../../base/message.ts'
import type { Rng } from '../../base/rng.ts'
import type { Tables } from '../postgres/tables.ts'
import { type Backoff, PATIENT, waitAfter } from './backoff.ts'
import { type ClaimedMessage, claimMessages, markDelivered, markFailed } from './messages.ts'

export interface DelivererOptions {
  readonly db: Kysely<Tables>
  readonly clock: Clock
  /** Spreads the attempts; ask no secret of it. */
  readonly rng: Rng
  /** Hands one message to its target. What it throws is a failed attempt. */
  readonly deliver: (message: Message, signal: AbortSignal) => Promise<Delivery>
  /** Told of what could not be written down; the work goes on. */
  readonly onError?: (error: unknown) => void
  /** Told of each attempt. */
  readonly onAttempt?: (message: Message, outcome: Delivery) => void
  readonly backoff?: Backoff
  /** Milliseconds between looks when nothing is due; 1,000 unless told. */
  readonly pollMs?: number
  /** An attempt takes no longer: it is aborted before somebody else may take the message. 150,000 unless told. */
  readonly leaseMs?: number
  /** Messages on their way at a time, ≥ 1; 8 unless told. */
  readonly atOnce?: number
}

export interface Deliverer {
  /** Something was written: looks at once. */
  wake(): void
  /** Takes nothing new, waits for what is on its way, aborts it after `graceMs`. It is delivered again later. */
  stop(graceMs?: number): Promise<void>
}

/** The part of a lease that is kept for writing down what came of an attempt. */
const MARGIN = 0.1

/**
 * Tells the world what stands in the outbox, until it is stopped: each message at least once, under the same id, in order
 * per model and target; several processes may do so at once. A message that failed waits longer each time and is given up
 * in the end; those behind it wait for that, and where they are old by then they are tried once.
 */
export function startDeliverer(options: DelivererOptions): Deliverer {
  const { db, clock, deliver, pollMs = 1000, leaseMs = 150_000, atOnce = 8 } = options
  const onWay = new Set<Promise<void>>()
  const abort = new AbortController()
  let isStopping = false
  let isWoken = false
  let nudge = () => {}
  const wake = () => {
    isWoken = true
    nudge()
  }

  async function attempt(message: ClaimedMessage): Promise<void> {
    const outcome = await attempted(message).catch(
      (error: unknown): Delivery => ({ kind: 'failed', why: errorText(error) }),
    )
    options.onAttempt?.(message, outcome)
    await settle(options, message, outcome, clock.now())
  }

  function attempted(message: ClaimedMessage): Promise<Delivery> {
    const limit = AbortSignal.timeout(Math.ceil(leaseMs * (1 - MARGIN)))
    const signal = AbortSignal.any([abort.signal, limit])
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      deliver(message, signal).then(resolve, reject)
    })
  }

  async function look(): Promise<number> {
    const limit = atOnce - onWay.size
    if (limit === 0) return 0
    const claimed = await claimMessages(db, { now: clock.now(), leaseMs, limit })
    for (const message of claimed) {
      const work: Promise<void> = attempt(message)
        .catch((error: unknown) => options.onError?.(error))
        .finally(() => {
          onWay.delete(work)
          wake()
        })
      onWay.add(work)
    }
    return claimed.length
  }

  const loop = (async () => {
    while (!isStopping) {
      isWoken = false
      const taken = await look().catch((error: unknown) => {
        options.onError?.(error)
        return 0
      })
      if (taken === 0 && !isWoken && !isStopping) await nap()
    }
  })()

  function nap(): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, pollMs)
      nudge = () => {
        clearTimeout(timer)
        done()
      }
    })
  }

  return {
    wake,
    async stop(graceMs = 5000) {
      isStopping = true
      wake()
      await loop
      const timer = setTimeout(() => abort.abort(new Error('Keepfit stopped before it was done')), graceMs)
      await Promise.all(onWay)
      clearTimeout(timer)
    },
  }
}

async function settle(
  { db, rng, backoff = PATIENT }: DelivererOptions,
  message: ClaimedMessage,
  outcome: Delivery,
  now: number,
): Promise<void> {
  if (outcome.kind === 'delivered') return markDelivered(db, message.row, now)
  const { why, retryAfterMs = 0, isFinal = false } = outcome
  const tried = { attempt: message.attempt, ageMs: now - message.writtenAt }
  const wait = isFinal ? null : waitAfter(tried, backoff, rng)
  if (wait === null) return markFailed(db, message, { why, givenUpAt: now })
  return markFailed(db, message, { why, dueAt: now + Math.max(wait, retryAfterMs), now })
}
