import type { Instant } from './clock.ts'

/** A command that runs outside this process, and what it may take of the machine. */
export interface SupervisedSpec {
  /** The program and its arguments; no shell reads them. At least one. */
  readonly argv: readonly string[]
  /** Where `log.txt` and `outcome.json` are written. It exists. */
  readonly workFolder: string
  /** Where the command starts; default: the work folder. */
  readonly cwd?: string
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
  /** Values that must not be read in any output. Shorter than 4 characters they cannot be told from other text. */
  readonly secrets: readonly string[]
  readonly limits: SupervisedLimits
  /** Unguessable and of this run alone: by it every process of the run is found, wherever it hides. */
  readonly runKey: string
}

export interface SupervisedLimits {
  /** Milliseconds, > 0. */
  readonly wallMs: number
  /** Resident memory of all its processes together; null: no limit. */
  readonly memoryBytes: number | null
  /** Milliseconds between the polite signal and the one that cannot be refused, ≥ 0. */
  readonly graceMs: number
  /** Most bytes of `log.txt`. */
  readonly logBytes: number
}

/** Why a supervised command is over. `not-started`: the program could not be run at all. */
export type EndedBecause = 'ended' | 'timeout' | 'memory' | 'cancelled' | 'owner-died' | 'not-started'

export interface SupervisedOutcome {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly why: EndedBecause
  /** Why it could not be started; null when it was. */
  readonly startError: string | null
  readonly startedAt: Instant
  readonly endedAt: Instant
  /** Most resident memory seen of all its processes together. */
  readonly peakRssBytes: number
  readonly cpuMs: number
  /** The last lines, secrets taken out; at most 8 KiB. */
  readonly stdoutTail: string
  readonly stderrTail: string
}

export interface SupervisedLine {
  readonly stream: 'out' | 'err'
  /** One line without its end, secrets taken out; at most 4,096 characters. */
  readonly text: string
  readonly at: Instant
}

/** How far a training says it is. */
export interface TrainerProgress {
  /** 0 … 1; null where it did not say. */
  readonly share: number | null
  readonly message: string | null
  readonly metrics: Readonly<Record<string, number>>
}

export interface SupervisedListener {
  onLine?(line: SupervisedLine): void
  onProgress?(progress: TrainerProgress): void
}

/**
 * Runs a command to its end. An abort cancels it; the promise then still waits until nothing of it is left.
 * @throws Fault TRAINING_FAILED when nobody can say how it ended
 */
export type Supervise = (
  spec: SupervisedSpec,
  listener: SupervisedListener,
  signal: AbortSignal,
) => Promise<SupervisedOutcome>
