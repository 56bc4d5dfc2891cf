import type { Instant } from '../base/clock.ts'

/** The steps of a run, in their order. */
export const RUN_STEPS = ['collect', 'validate', 'train', 'judge', 'register'] as const
export type RunStep = (typeof RUN_STEPS)[number]

/** What a step works with. */
export interface StepWorld {
  /** Aborted when the run is cancelled, taken over, too late, or its process stops; the reason says which. */
  readonly signal: AbortSignal
  /** A folder of this attempt alone. It exists. */
  readonly folder: string
  /** One line for whoever follows the run. */
  log(line: string, stream?: 'keepfit' | 'out' | 'err', at?: Instant): void
  /** Part done, in [0, 1]. */
  progress(share: number): void
}

/** What came of a step: a value that survives the process, and a sentence for whoever looks at the run. */
export interface StepResult<T> {
  readonly value: T
  readonly said: string
}

/**
 * Runs steps so that one that is done is never done again: the same call in a later attempt of the run gives the same
 * value without working. Values must survive JSON.
 */
export interface StepRunner {
  step<T>(name: RunStep, limitMs: number, work: (world: StepWorld) => Promise<StepResult<T>>): Promise<T>
}
