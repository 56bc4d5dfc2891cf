import { anyAlarm, type DetectorTrial, hearsOnly } from './detector-trial.ts'

const ONE_WINDOW = { kinds: ['binary'], rows: 500, windows: 1, changeAt: 0, isFalseAlarm: anyAlarm } as const

export const DATA_QUALITY_TRIALS = {
  'null-spike': { ...ONE_WINDOW, shift: 'nulls', claimed: 0.001, hears: hearsOnly('x1') },
  // Its claim is that of the rule: 5 % of windows would be too many; measured on this world: none of 200.
  'scale-change': { ...ONE_WINDOW, shift: 'unit', claimed: 0.005, hears: hearsOnly('x1') },
  'new-categories': { ...ONE_WINDOW, shift: 'category', claimed: 0.001, hears: hearsOnly('colour') },
  'lost-categories': { ...ONE_WINDOW, shift: 'lost', claimed: 0.001, hears: hearsOnly('colour') },
  'out-of-range': { ...ONE_WINDOW, shift: 'range', claimed: 0.001, hears: hearsOnly('x1') },
  constant: { ...ONE_WINDOW, shift: 'constant', claimed: 0.001, hears: hearsOnly('x1') },
} satisfies Record<string, DetectorTrial>
