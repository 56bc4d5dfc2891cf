/**
 * Every expected failure of the system, and the exit code it gives a command.
 * 1 the check says no · 2 wrong input or usage · 3 something broke.
 */
export const FAULTS = {
  USAGE: { exit: 2 },
  CONFIG_INVALID: { exit: 2 },
  PLUGIN_UNKNOWN: { exit: 2 },
  FILE_MISSING: { exit: 2 },
  FILE_UNREADABLE: { exit: 2 },
  DATA_INVALID: { exit: 2 },
  COLUMN_UNKNOWN: { exit: 2 },
  TRAINING_FAILED: { exit: 3 },
  ARTIFACT_CORRUPT: { exit: 3 },
  SCORING_FAILED: { exit: 3 },
  SCORER_UNAVAILABLE: { exit: 3 },
  STATE_UNREADABLE: { exit: 3 },
  DATABASE_UNAVAILABLE: { exit: 3 },
  DATABASE_UNSUPPORTED: { exit: 3 },
  DISK_FULL: { exit: 3 },
} as const satisfies Record<string, { exit: number }>

export type FaultCode = keyof typeof FAULTS

/**
 * An operating failure: expected, coded, safe to show to a user. Its message says what was wrong, the value given and
 * what is allowed. A broken invariant of our own is `assert`, never a `Fault`.
 */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: FaultCode, message: string, details: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(message, { cause })
    this.code = code
    this.details = details
  }
}
