/** One reason behind a decision, in plain words, with the numbers it rests on. */
export interface Reason {
  /** Id of the trigger, or of the loop's rule, that speaks. */
  readonly by: string
  readonly text: string
  readonly value?: number
  readonly limit?: number
  readonly rows?: number
}

/** What a trigger says should happen. */
export type Decision =
  /** `isHard`: fires whatever the cooldown says. */
  | { readonly kind: 'retrain'; readonly isHard?: boolean; readonly because: readonly Reason[] }
  | { readonly kind: 'reinstate'; readonly version: number; readonly because: readonly Reason[] }
  /** Nothing to do. `isPostponed`: a training would pay, but a little later it will pay more. */
  | { readonly kind: 'wait'; readonly isPostponed?: boolean; readonly because: readonly Reason[] }
  /** Cannot say yet: `missing` names what it needs. */
  | { readonly kind: 'undecided'; readonly missing: readonly Missing[]; readonly because: readonly Reason[] }

/** What an undecided trigger may ask for. `origin`: how the live version was trained. */
export type Missing = 'labels' | 'rows' | 'baseline' | 'retired-versions' | 'time' | 'origin'
