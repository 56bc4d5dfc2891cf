import type { Action } from '../data/contract/rule.ts'

/** The words of `keepfit contract learn`. */
export interface LearnAsked {
  readonly file: string
  readonly label?: string | undefined
  readonly time?: string | undefined
  readonly source?: string | undefined
}

export interface LearnAnswer {
  /** The contract as YAML. */
  readonly text: string
  readonly rows: number
  readonly columns: number
  /** Every repair of the file, in one plain sentence each. */
  readonly notes: readonly string[]
}

/** The words of `keepfit contract check`. */
export interface ContractAsked {
  readonly file: string
  readonly contract: string
  /** Event time that ages are measured from, ms since 1970 UTC; undefined: the machine's clock. */
  readonly now?: number | undefined
}

/** What one rule says of one column, or of the rows as a whole. */
export interface ContractFinding {
  readonly rule: string
  readonly kind: 'ok' | 'breach' | 'insufficient'
  /** Null: the rows as a whole. */
  readonly column: string | null
  /** Null where nothing was measured. */
  readonly observed: number | null
  readonly limit: number | null
  /** Rows it rests on. */
  readonly rows: number
  /** What follows a breach. */
  readonly action: Action
  /** One plain sentence; empty where all is well. */
  readonly text: string
}

/** What `keepfit contract check --json` writes. */
export interface ContractReport {
  readonly version: 1
  readonly file: string
  readonly rows: number
  readonly contract: string
  /** broken: a rule whose action is not `pass` is; insufficient: none is, but a rule could look at nothing. */
  readonly outcome: 'ok' | 'broken' | 'insufficient'
  readonly findings: readonly ContractFinding[]
  readonly notes: readonly string[]
}

export type ContractAnswer = ContractReport
