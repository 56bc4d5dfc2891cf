import { z } from 'zod'
import type { LabelFacts } from '../label-facts.ts'
import type { Profile } from '../profile.ts'
import type { RowFacts } from '../row-facts.ts'

/** What follows when a rule is broken. */
export const ACTIONS = ['block', 'quarantine', 'pass'] as const
export type Action = (typeof ACTIONS)[number]

const ActionOption = {
  action: z
    .enum(ACTIONS)
    .default('quarantine')
    .describe(
      'block: no training starts and nothing is decided while it holds; quarantine: the rows are kept out; pass: noted only.',
    ),
}

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
  /** What profiles lack, of the rows as they came; null where it was not measured. */
  readonly facts?: Compared<RowFacts> | null
  /** The same of rows whose labels are known. */
  readonly labels?: Compared<LabelFacts> | null
  /** Event time that ages are measured from, in ms since 1970 UTC; null without a clock. */
  readonly now?: number | null
}

/** The same measured on one window and on each trusted one. */
export interface Compared<Facts> {
  readonly current: Facts
  /** Oldest first; may be empty. */
  readonly reference: readonly Facts[]
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

/** A finding with what its rule's options say must follow. */
export interface Judged extends Finding {
  readonly action: Action
}

/** A plug-in: one promise about the rows that a training may read. */
export interface Rule<Id extends string, Config extends z.ZodType> {
  readonly id: Id
  readonly title: string
  /** Where the idea comes from: author and year, or why it is ours. */
  readonly source: string
  /** Whether it can speak when a window closes, or only once its labels have matured. */
  readonly reads: 'rows' | 'labels'
  /** Facts that it needs beside the profiles. */
  readonly needs?: 'row-facts' | 'label-facts' | undefined
  readonly config: Config
  /** Pure: the same input and config give the same finding. */
  check(input: ContractInput, config: z.output<Config>): Finding
}

type StrictObject<Shape extends z.ZodRawShape> = z.ZodObject<Shape, z.core.$strict>
type Acting<Shape extends z.ZodRawShape> = StrictObject<z.util.Extend<Shape, typeof ActionOption>>

/** Gives a rule its exact types and the option that all share, and freezes it. */
export function defineRule<const Id extends string, Shape extends z.ZodRawShape>(
  rule: Rule<Id, StrictObject<Shape>>,
): Rule<Id, Acting<Shape>> {
  const own: z.ZodObject = rule.config
  return Object.freeze({ ...rule, config: own.safeExtend(ActionOption) }) as unknown as Rule<Id, Acting<Shape>>
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

/** Finding of a rule to which nothing was given that it could look at. */
export function notMeasured(rule: string, because: string): Finding {
  return finding(rule, 0, { breaches: [], unchecked: [{ column: null, haveRows: 0, needRows: 1, because }] })
}

/** An option that rules of shares have in common: a share counts as too large only beyond its sampling error. */
export const StandardErrors = z
  .number()
  .min(0)
  .max(10)
  .default(2.33)
  .describe('Standard errors by which the limit must be passed. Ratio.')

/** Fewer rows than this are not evidence. */
export const MinRows = z.int().min(1).max(1e9).default(50).describe('Fewer rows are not evidence. Rows.')

/**
 * What is wrong with bounds that no value lies between; null where nothing is.
 * @param upper key of the upper bound, for the message
 */
export function crossedBounds(min: number | undefined, max: number | undefined, upper = 'max'): string | null {
  const isCrossed = min !== undefined && max !== undefined && min > max
  return isCrossed ? `must be <= ${upper}, ${max}; got ${min}` : null
}

/** Name of a column. */
export const ColumnName = z.string().min(1).max(1000)
