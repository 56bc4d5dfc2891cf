import type { CheckResult } from '../watch/check/check-result.ts'

/** Changes whenever a reader of the JSON could be surprised; keys may be added without it. */
export const CHECK_VERSION = 1

/** The words of `keepfit check`. */
export interface CheckAsked {
  readonly reference: string
  readonly current: string
  readonly label?: string | undefined
  readonly prediction?: string | undefined
  readonly time?: string | undefined
  readonly positive?: string | undefined
  readonly features?: readonly string[] | undefined
}

/** What `--json` prints; described in docs/check.md. */
export interface CheckReport extends CheckResult {
  readonly version: typeof CHECK_VERSION
  readonly reference: FileRows
  readonly current: FileRows
}

interface FileRows {
  readonly file: string
  readonly rows: number
  /** First and last value of the time column, ISO 8601 or a number; absent without one. */
  readonly span?: readonly [string, string]
}
