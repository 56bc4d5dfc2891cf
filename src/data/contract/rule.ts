import type { z } from 'zod'
import type { Profile } from '../profile.ts'

/** What the rules of the contract look at. All profiles are on the same layout. */
export interface ContractInput {
  /** Trusted rows: those that the live model was trained on, or the newest windows that passed. */
  readonly reference: Profile
  /** The windows that `reference` was merged from: how much the columns vary when nothing is wrong. May be empty. */
  readonly referenceWindows: readonly Profile[]
  /** One window. A whole training set hides a change that only its newest windows have: check window by window. */
  readonly current: Profile
  /** How many labels look flipped; null where it could not be measured. */
  readonly labelNoise: {
    /** Flipped share of the reference, in [0, 1]. */
    readonly reference: number
    /** Flipped share of the current rows; about 0 when they are clean, and it may be below. */
    readonly current: number
    readonly standardError: number
    readonly rows: number
  } | null
}

/** One promise of the contract that the current rows break. */
export interface Breach {
  /** Id of the rule. */
  readonly rule: string
  /** The column it is about; null when it is about the rows as a whole. */
  readonly column: string | null
  readonly observed: number
  readonly limit: number
  /** Rows it rests on (n). */
  readonly rows: number
  /** One plain sentence. */
  readonly text: string
}

/** Something a rule could not look at. Never read as "all is well". */
export interface Unchecked {
  readonly column: string | null
  readonly haveRows: number
  readonly needRows: number
  readonly because: string
}

/** What one rule says. `ok` means that at least one thing was checked and none is broken. */
export interface Finding {
  readonly rule: string
  readonly kind: 'ok' | 'breach' | 'insufficient'
  readonly breaches: readonly Breach[]
  readonly unchecked: readonly Unchecked[]
}

/** A plug-in: one promise about the rows that a training may read. */
export interface Rule<Id extends string, Config extends z.ZodType> {
  readonly id: Id
  readonly title: string
  /** Where the idea comes from: author and year, or why it is ours. */
  readonly source: string
  /** Whether it can speak when a window closes, or only once its labels have matured. */
  readonly reads: 'rows' | 'labels'
  readonly config: Config
  /** Pure: the same input and config give the same finding. */
  check(input: ContractInput, config: z.output<Config>): Finding
}

/** Gives a rule its exact types and freezes it. */
export function defineRule<const Id extends string, Config extends z.ZodType>(
  rule: Rule<Id, Config>,
): Readonly<Rule<Id, Config>> {
  return Object.freeze(rule)
}

/** A share in [0, 1] as a reader sees it, such as «12.5 %». */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

/** The finding of a rule that looked at `checked` things. Silence is never a pass: nothing checked is insufficient. */
export function finding(
  rule: string,
  checked: number,
  found: { readonly breaches: readonly Breach[]; readonly unchecked: readonly Unchecked[] },
): Finding {
  const kind = found.breaches.length > 0 ? 'breach' : checked > 0 ? 'ok' : 'insufficient'
  return { rule, kind, ...found }
}
