import { errorText } from '../base/error-text.ts'
import { type Attempt, type AttemptEnd, stopCauseOf } from './attempt.ts'
import { attemptSteps, StepFailed } from './attempt-steps.ts'
import { backoffMs, causeOf, pause, type RetryTerms } from './causes.ts'
import { runDurably } from './durable-run.ts'
import type { LiveRunPorts } from './live-ports.ts'

/** Four tries within about twenty seconds: what takes longer is for a person, or for the next run. */
export const USUAL_RETRIES: RetryTerms = { tries: 4, firstMs: 1000 }

/**
 * Works on one attempt of a run until the run has ended and its record says how.
 * @throws Fault RUN_TAKEN_OVER, or RUN_STOPPED by a shutdown: the run goes on elsewhere, and nothing was written; what
 *   the database said where it could not even be told how the run ended
 */
export async function workOnRun(
  attempt: Attempt,
  ports: LiveRunPorts,
  retry: RetryTerms = USUAL_RETRIES,
): Promise<void> {
  const end = await endOf(attempt, ports, retry)
  if (end !== null) await again(() => attempt.record.end(end), retry, null)
}

async function endOf(attempt: Attempt, ports: LiveRunPorts, retry: RetryTerms): Promise<AttemptEnd | null> {
  const steps = attemptSteps(attempt, retry)
  try {
    // What is read between the steps may be out of reach for a moment too; steps that are done are not done again.
    const outcome = await again(() => runDurably(steps, ports, attempt.run, attempt.record), retry, attempt.signal)
    switch (outcome.kind) {
      case 'trained':
        return null
      case 'blocked':
        return { state: 'blocked', isCorrupted: outcome.isCorrupted, breaches: outcome.breaches }
      case 'failed':
        return { state: 'failed', why: outcome.why }
    }
  } catch (error) {
    return endAfter(error)
  }
}

async function again<T>(work: () => Promise<T>, retry: RetryTerms, signal: AbortSignal | null): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      const waitMs = causeOf(error) === 'operating' ? backoffMs(tries + 1, retry) : null
      if (waitMs === null || error instanceof StepFailed) throw error
      await pause(waitMs, signal)
    }
  }
}

function endAfter(error: unknown): AttemptEnd {
  if (error instanceof StepFailed) {
    const { step, failure } = error
    const why = `${step}: ${failure.message}`
    // Rows that cannot be used will not be better in the next run: the breaker opens until somebody has looked.
    return failure.cause === 'data'
      ? { state: 'blocked', isCorrupted: true, breaches: [why] }
      : { state: 'failed', why }
  }
  const stop = stopCauseOf(error)
  if (stop === 'cancelled') return { state: 'cancelled', why: errorText(error) }
  if (stop === 'deadline') return { state: 'failed', why: errorText(error) }
  const cause = causeOf(error)
  if (stop === 'shutdown' || cause === 'taken-over') throw error
  // Before its first step, or between two: what the run rests on could not be read.
  return {
    state: 'failed',
    why: cause === 'ours' ? `a mistake of Keepfit's own: ${errorText(error)}` : errorText(error),
  }
}
