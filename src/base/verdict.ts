import type { Interval } from './evidence.ts'

/** Outcomes of a gate from best to worst. The order is the meaning: `worst()` of several is the verdict on all. */
export const OUTCOMES = ['pass', 'skipped', 'inconclusive', 'error', 'fail'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** What a gate says of a challenger. */
export interface Verdict {
  readonly gate: string
  readonly outcome: Outcome
  /** What was seen, in the unit that `because` names; null where nothing could be measured. */
  readonly observed: number | null
  readonly limit: number | null
  readonly interval: Interval | null
  /** Rows it rests on (n). */
  readonly rows: number
  /** The verdict in one plain sentence. */
  readonly because: string
  /** Only when inconclusive: what it would take, such as "about 14 more blocks of 200 rows". */
  readonly needs?: string
}

/** The worst of several outcomes. No verdict at all is `inconclusive`: silence is never a pass. */
export function worst(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.length === 0) return 'inconclusive'
  let at = 0
  for (const outcome of outcomes) at = Math.max(at, OUTCOMES.indexOf(outcome))
  return OUTCOMES[at] as Outcome
}
