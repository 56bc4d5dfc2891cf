import type { Origin } from '../../src/base/training.ts'
import type { TriggerId } from '../../src/triggers/catalog.ts'
import type { Exemptions } from './law.ts'
import type { TriggerTrial } from './trigger-laws.ts'
import { trueLoss } from './worlds.ts'

const DRIFTS = [{ trigger: 'psi-drift' }, { trigger: 'ks-drift' }]
const RARELY = { trigger: 'schedule', everyWindows: 30 }

/** Where a version comes from that learned its last just before the first window of a life. */
const BORN: Origin = { rows: 1500, toWindow: -1, cutOffAt: 0, trainer: 'forest v1' }

/** What of a trigger's options has no default. */
export const LEAST_OPTIONS: Readonly<Record<TriggerId, Readonly<Record<string, unknown>>>> = {
  'avoidable-loss': {},
  schedule: { everyWindows: 8 },
  'performance-floor': {},
  'performance-decay': {},
  'psi-drift': {},
  'ks-drift': {},
  'soft-or-schedule': { when: [{ trigger: 'psi-drift' }], fallback: { everyWindows: 30 } },
  'drifting-share': {},
  'concept-drift': {},
  'new-labels': { rows: 2000 },
  'model-age': { olderThanWindows: 8 },
  'trainer-changed': {},
  'by-hand': {},
  'estimated-performance': {},
  'any-of': { of: DRIFTS },
  'all-of': { of: DRIFTS },
  // As many as may be counted.
  'at-least': { of: [1, 2, 3, 4, 5, 6, 7, 8].map((minFeatures) => ({ trigger: 'psi-drift', minFeatures })) },
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
  // One of three numbers and a colour moves.
  'drifting-share': { kind: 'binary', shift: 'features', options: { share: 0.25 }, claimed: 0.001 },
  // At a confidence of .002 for each cut, over three windows.
  'concept-drift': { kind: 'binary', shift: 'concept', options: {}, claimed: 0.01 },
  // 400 rows a window, due on the fifth.
  'new-labels': {
    kind: 'binary',
    shift: 'concept',
    options: {},
    claimed: 0,
    knows: (window) => ({ labelledRowsSinceTraining: 400 * (window + 1) }),
  },
  'model-age': {
    kind: 'binary',
    shift: 'concept',
    options: {},
    claimed: 0,
    knows: (window) => ({ live: { ...BORN, windowsSinceCutOff: window + 1 } }),
  },
  'trainer-changed': {
    kind: 'binary',
    shift: 'concept',
    options: {},
    claimed: 0,
    knows: (window, isChanged) => ({
      live: { ...BORN, windowsSinceCutOff: window + 1 },
      trainer: { now: isChanged ? 'forest v2' : 'forest v1', atLastTraining: 'forest v1' },
    }),
  },
  'by-hand': {
    kind: 'binary',
    shift: 'concept',
    options: {},
    claimed: 0,
    knows: (_, isChanged) => ({ request: isChanged ? { actor: 'ada', reason: 'I looked' } : null }),
  },
  // The labels of a turned concept teach the estimate, one window late. Its 95 % interval errs on one side.
  'estimated-performance': { kind: 'binary', shift: 'concept', options: {}, claimed: 0.025 },
  'any-of': { kind: 'binary', shift: 'features', options: { of: [...DRIFTS, RARELY] }, claimed: 0.002 },
  'all-of': { kind: 'binary', shift: 'features', options: {}, claimed: 0.001 },
  'at-least': { kind: 'binary', shift: 'features', options: { of: [...DRIFTS, RARELY] }, claimed: 0.001 },
}

const NO_DEFAULT = 'every number has a default'
const EXACTLY_ONE = 'exactly one of several ways to say when is given; a default would choose for the user'

const UNDECIDED = 'without evidence, or with too few rows, it is undecided and names what is missing'

export const TRIGGER_EXEMPTIONS: Exemptions = {
  schedule: { [NO_DEFAULT]: EXACTLY_ONE, [UNDECIDED]: 'it reads the clock and the count of windows, not evidence' },
  'new-labels': {
    [NO_DEFAULT]: 'rows, a share, or both: a default would choose for the user',
    [UNDECIDED]: 'it counts labelled rows and reads no evidence',
  },
  'model-age': { [NO_DEFAULT]: EXACTLY_ONE, [UNDECIDED]: 'it reads the age of the live version, not evidence' },
  'trainer-changed': { [UNDECIDED]: 'it compares two trainers and reads no evidence' },
  'by-hand': { [UNDECIDED]: 'a person who says nothing has not asked; nothing is missing' },
  'soft-or-schedule': { [NO_DEFAULT]: EXACTLY_ONE },
}
