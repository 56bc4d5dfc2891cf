import type { TriggerContext } from '../../src/triggers/trigger.ts'

/** A loop in the middle of its life that has no time, has seen nothing and was asked for nothing; but for `change`. */
export function triggerContext(change: Partial<TriggerContext> = {}): TriggerContext {
  return {
    evidence: [],
    cost: 0.1,
    horizonWindows: 10,
    windowsSinceTraining: 5,
    now: null,
    lastTrainedAt: null,
    waits: 0,
    comparisons: null,
    labelledRowsSinceTraining: 0,
    live: { rows: null, toWindow: 0, cutOffAt: null, trainer: null, windowsSinceCutOff: 0 },
    trainer: { now: null, atLastTraining: null },
    request: null,
    ...change,
  }
}
