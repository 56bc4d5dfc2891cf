/** One thing that was looked at. */
export interface DoctorLine {
  /** machine, node, configuration, disk, database, clock … */
  readonly what: string
  readonly state: 'ok' | 'warn' | 'bad'
  /** What was found, in one plain sentence. */
  readonly detail: string
  /** What to do about it; null where nothing is to be done. */
  readonly todo: string | null
}

/** What `keepfit doctor --json` writes. */
export interface DoctorReport {
  readonly version: 1
  /** Of Keepfit. */
  readonly keepfit: string
  readonly lines: readonly DoctorLine[]
}

/** The words of `keepfit doctor`. */
export interface DoctorAsked {
  readonly data?: string | undefined
  readonly config: string
  readonly database?: string | undefined
}
