import type { SupervisedLine, SupervisedOutcome } from '../../base/supervised.ts'

/** Where a supervisor tells its owner. Not standard output: writing to that may block, and limits could not be kept. */
export const MESSAGES_FD = 3

/** What a supervisor says, a line of JSON each. */
export type SupervisorMessage =
  | { readonly kind: 'line'; readonly line: SupervisedLine }
  | { readonly kind: 'end'; readonly outcome: SupervisedOutcome }
