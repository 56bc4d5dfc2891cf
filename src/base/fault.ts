/**
 * Every expected failure of the system, the exit code it gives a command and the status it gives a request.
 * Exit 1 the check says no · 2 wrong input or usage · 3 something broke.
 */
export const FAULTS = {
  USAGE: { exit: 2, http: 400 },
  CONFIG_INVALID: { exit: 2, http: 422 },
  PLUGIN_UNKNOWN: { exit: 2, http: 422 },
  FILE_MISSING: { exit: 2, http: 404 },
  FILE_UNREADABLE: { exit: 2, http: 422 },
  DATA_INVALID: { exit: 2, http: 422 },
  COLUMN_UNKNOWN: { exit: 2, http: 422 },
  /** What the address names does not exist. */
  NOT_FOUND: { exit: 2, http: 404 },
  METHOD_NOT_ALLOWED: { exit: 3, http: 405 },
  /** It exists already with other content, or its state does not allow this. */
  CONFLICT: { exit: 2, http: 409 },
  TOO_LARGE: { exit: 2, http: 413 },
  UNSUPPORTED_MEDIA: { exit: 2, http: 415 },
  UNAUTHENTICATED: { exit: 2, http: 401 },
  /** Known, but not allowed: the token lacks the scope, or the request comes from a strange page. */
  FORBIDDEN: { exit: 2, http: 403 },
  /** Asked for more than is served at a time; later it may go. */
  BUSY: { exit: 3, http: 429 },
  TRAINING_FAILED: { exit: 3, http: 422 },
  ARTIFACT_CORRUPT: { exit: 3, http: 500 },
  SCORING_FAILED: { exit: 3, http: 422 },
  SCORER_UNAVAILABLE: { exit: 3, http: 503 },
  STATE_UNREADABLE: { exit: 3, http: 500 },
  DATABASE_UNAVAILABLE: { exit: 3, http: 503 },
  DATABASE_UNSUPPORTED: { exit: 3, http: 503 },
  DISK_FULL: { exit: 3, http: 507 },
  /** The data folder is held by another process. */
  FOLDER_HELD: { exit: 3, http: 503 },
  /** No Keepfit answers at the address that a command asks. */
  SERVER_UNAVAILABLE: { exit: 3, http: 503 },
  /** The server stops, and takes nothing new. */
  DRAINING: { exit: 3, http: 503 },
  /** Another attempt works on the run by now: what an older one would write is refused. */
  RUN_TAKEN_OVER: { exit: 3, http: 409 },
  /** A person or a limit of time ended the run. */
  RUN_STOPPED: { exit: 3, http: 409 },
  /** Our own fault: said without its inner details. */
  INTERNAL: { exit: 3, http: 500 },
} as const satisfies Record<string, { exit: number; http: number }>

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
