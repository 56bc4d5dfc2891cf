import type { TriggerId } from '../../src/triggers/catalog.ts'
import type { Exemptions } from './law.ts'
import type { TriggerTrial } from './trigger-laws.ts'
import { trueLoss } from './worlds.ts'

/** What of a trigger's options has no default. */
export const LEAST_OPTIONS: Readonly<Record<TriggerId, Readonly<Record<string, unknown>>>> = {
  'avoidable-loss': {},
  schedule: { everyWindows: 8 },
  'performance-floor': {},
  'performance-decay': {},
  'psi-drift': {},
  'ks-drift': {},
  'soft-or-schedule': { when: [{ trigger: 'psi-drift' }], fallback: { everyWindows: 30 } },
}

export const TRIGGER_TRIALS: Readonly<Record<TriggerId, TriggerTrial>> = {
  // One standard error below the estimate, one-sided.
  'avoidable-loss': { kind: 'binary', shift: 'concept', options: {}, claimed: 0.1587 },
  // Due on the eighth window, changed or not; on the third it must be silent.
  schedule: { kind: 'binary', shift: 'concept', options: {}, claimed: 0 },
  // The floor lies where the champion really is: half of the 5 % that its interval errs.
  'performance-floor': {
    kind: 'binary',
    shift: 'concept',
    options: { metric: 'accuracy', floor: 1 - trueLoss('binary') },
    claimed: 0.025,
  },
  // Two windows are compared by the interval of one: P(Z > 1.96/√2).
  'performance-decay': { kind: 'regression', shift: 'concept', options: { sure: true }, claimed: 0.083 },
  'psi-drift': { kind: 'binary', shift: 'features', options: {}, claimed: 0.001 },
  'ks-drift': { kind: 'binary', shift: 'features', options: {}, claimed: 0.001 },
  'soft-or-schedule': { kind: 'binary', shift: 'features', options: {}, claimed: 0.001 },
}

const NO_DEFAULT = 'every number has a default'
const EXACTLY_ONE = 'exactly one of several ways to say when is given; a default would choose for the user'

export const TRIGGER_EXEMPTIONS: Exemptions = {
  schedule: {
    [NO_DEFAULT]: EXACTLY_ONE,
    'without evidence, or with too few rows, it is undecided and names what is missing':
      'it reads the clock and the count of windows, not evidence',
  },
  'soft-or-schedule': { [NO_DEFAULT]: EXACTLY_ONE },
}
