import { assert } from '../base/assert.ts'
import { errorText } from '../base/error-text.ts'
import { Fault } from '../base/fault.ts'
import type { Attempt } from './attempt.ts'
import { backoffMs, type Cause, causeOf, pause, type RetryTerms } from './causes.ts'
import type { RunStep, StepResult, StepRunner, StepWorld } from './step-runner.ts'

/** What is remembered of a step: its value, or that it broke for good. */
type Kept<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

interface Failure {
  readonly cause: 'operating' | 'training' | 'data' | 'ours'
  readonly message: string
}

/** A step that broke for good, in this attempt or an earlier one. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed'
  readonly step: RunStep
  readonly failure: Failure

  constructor(step: RunStep, failure: Failure) {
    super(failure.message)
    this.step = step
    this.failure = failure
  }
}

/** `setTimeout` takes no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * Runs the steps of one attempt: each within its limit of time, tried again where the world was at fault, and
 * remembered once it is done or has failed for good. What ends the attempt itself is thrown and not remembered.
 */
export function attemptSteps(attempt: Attempt, retry: RetryTerms): StepRunner {
  return {
    async step(name, limitMs, work) {
      const kept = await attempt.checkpoints.once(name, () => tried(attempt, { name, limitMs, retry }, work))
      if (kept.ok) return kept.value
      throw new StepFailed(name, kept.failure)
    },
  }
}

interface StepTerms {
  readonly name: RunStep
  readonly limitMs: number
  readonly retry: RetryTerms
}

async function tried<T>(
  attempt: Attempt,
  terms: StepTerms,
  work: (world: StepWorld) => Promise<StepResult<T>>,
): Promise<Kept<T>> {
  const { name, limitMs, retry } = terms
  const { record } = attempt
  for (let tries = 1; ; tries++) {
    try {
      await record.beginStep(name)
      const { value, said } = await within(attempt, { name, limitMs }, work)
      // The last step ends with its run.
      if (name !== 'register') await record.endStep(name, said)
      return { ok: true, value }
    } catch (error) {
      const cause = causeNow(error, attempt.signal)
      if (cause === 'taken-over' || cause === 'stopped') throw attempt.signal.aborted ? attempt.signal.reason : error
      const message = errorText(error)
      const waitMs = cause === 'operating' ? backoffMs(tries + 1, retry) : null
      record.log(
        waitMs === null ? `${name}: ${message}` : `${name}: ${message}; trying again in ${waitMs / 1000} s`,
        'err',
      )
      if (waitMs === null) return { ok: false, failure: { cause, message: told(cause, message, tries) } }
      await pause(waitMs, attempt.signal)
    }
  }
}

/** What is thrown while an attempt is being stopped is a consequence of that. */
function causeNow(error: unknown, signal: AbortSignal): Cause {
  return signal.aborted ? causeOf(signal.reason) : causeOf(error)
}

function told(cause: Cause, message: string, tries: number): string {
  if (cause === 'operating') return `gave up after ${tries} tries: ${message}`
  return cause === 'ours' ? `a mistake of Keepfit's own: ${message}` : message
}

/** Work that stops waiting, at the latest, when its time is over or the attempt ends: whoever hangs must not hold the run. */
async function within<T>(
  attempt: Attempt,
  { name, limitMs }: { readonly name: RunStep; readonly limitMs: number },
  work: (world: StepWorld) => Promise<StepResult<T>>,
): Promise<StepResult<T>> {
  assert(limitMs > 0, `step ${name} has no time at all`)
  const { record, folder } = attempt
  const late = new AbortController()
  const timer = setTimeout(
    () => late.abort(new Fault('TRAINING_FAILED', `the step ${name} took longer than ${limitMs / 1000} s`)),
    Math.min(limitMs, LONGEST_TIMER_MS),
  )
  const signal = AbortSignal.any([attempt.signal, late.signal])
  const world: StepWorld = { signal, folder, log: record.log.bind(record), progress: record.progress.bind(record) }
  try {
    signal.throwIfAborted()
    return await Promise.race([work(world), aborted(signal)])
  } finally {
    clearTimeout(timer)
  }
}

/** A polite end takes a moment: work that heeds the signal ends first, and its own word counts. */
const GRACE_MS = 10_000

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const after = () => setTimeout(() => reject(signal.reason), GRACE_MS).unref()
    signal.addEventListener('abort', after, { once: true })
  })
}
