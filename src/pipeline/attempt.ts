import type { Instant } from '../base/clock.ts'
import { Fault } from '../base/fault.ts'
import type { Learned } from '../base/training.ts'
import type { VersionDraft } from '../models/version.ts'
import type { LiveRun, LiveTrained } from './live-run.ts'
import type { RunStep } from './step-runner.ts'

/** One attempt at a run: this process works on it until the run ends, or the attempt does. */
export interface Attempt {
  readonly run: LiveRun
  /** Counts attempts, ≥ 1. */
  readonly epoch: number
  /** Aborted with `stopped()` or a Fault RUN_TAKEN_OVER. */
  readonly signal: AbortSignal
  /** A folder of this attempt alone. */
  readonly folder: string
  readonly checkpoints: Checkpoints
  readonly record: AttemptRecord
}

/** Remembers over the deaths of processes what was done. */
export interface Checkpoints {
  /** The value of work that was done before under this name; else does it. What throws is not remembered. */
  once<T>(name: string, work: () => Promise<T>): Promise<T>
}

/** How a run ends without a version. */
export type AttemptEnd =
  | { readonly state: 'blocked'; readonly isCorrupted: boolean; readonly breaches: readonly string[] }
  | { readonly state: 'failed'; readonly why: string }
  | { readonly state: 'cancelled'; readonly why: string }

/** The record of one attempt. Each write is refused with Fault RUN_TAKEN_OVER once a newer attempt has begun. */
export interface AttemptRecord {
  beginStep(step: RunStep): Promise<void>
  /** @param said what came of it, in a sentence */
  endStep(step: RunStep, said: string): Promise<void>
  log(line: string, stream?: 'keepfit' | 'out' | 'err', at?: Instant): void
  /** Part done of the step, in [0, 1]. */
  progress(share: number): void
  /**
   * Gives the version its number and ends the run, and its last step, as trained: all of it or nothing.
   * @returns the version's number
   */
  register(draft: Omit<VersionDraft, 'run'>, learned: Learned, trained: LiveTrained): Promise<number>
  end(end: AttemptEnd): Promise<void>
}

/** What may end an attempt from outside. `shutdown`: the process stops, and another one goes on. */
export type StopCause = 'cancelled' | 'deadline' | 'shutdown'

export function stopped(cause: StopCause, message: string): Fault {
  return new Fault('RUN_STOPPED', message, { cause })
}

/** Why an attempt was stopped; null: by something else. */
export function stopCauseOf(error: unknown): StopCause | null {
  if (!(error instanceof Fault) || error.code !== 'RUN_STOPPED') return null
  const { cause } = error.details
  return cause === 'cancelled' || cause === 'deadline' || cause === 'shutdown' ? cause : null
}
