import type { Comparison } from '../../src/base/comparison.ts'
import type { Reason } from '../../src/base/decision.ts'
import type { Evidence } from '../../src/base/evidence.ts'
import type { Learned, TrainingOutcome } from '../../src/base/training.ts'
import type { Outcome, Verdict } from '../../src/base/verdict.ts'
import type { LoopConfig } from '../../src/loop/config.ts'
import type { Effect } from '../../src/loop/effect.ts'
import type { Observation, Override } from '../../src/loop/observation.ts'
import type { DecisionRecord } from '../../src/loop/record.ts'
import { type Beginning, type LoopState, startLoop } from '../../src/loop/state.ts'
import { type StepResult, step } from '../../src/loop/step.ts'
import { TriggerConfig } from '../../src/triggers/catalog.ts'

/** Newest window that version 1 was trained on: its first online window is 10. */
export const BORN = 9

/** Labelled rows of a window. */
export const ROWS = 500

/** Avoidable loss decides, everything is allowed, nothing is held out. */
const FREE: LoopConfig = {
  triggers: [TriggerConfig.parse({ trigger: 'avoidable-loss' })],
  cost: 0.1,
  labelDelayWindows: 0,
  data: { strategy: 'rolling' },
  deploy: 'at-once',
  holdOutWindows: 0,
  probationWindows: 0,
  reusePool: 4,
  cooldownWindows: 0,
  cooldown: null,
  minLabelledRows: 0,
  trainer: null,
  budget: null,
  breaker: null,
  mode: 'auto',
}

export function loopConfig(change: Partial<LoopConfig> = {}): LoopConfig {
  return { ...FREE, ...change }
}

export function triggersOf(...options: readonly Record<string, unknown>[]): LoopConfig['triggers'] {
  return options.map((entry) => TriggerConfig.parse(entry))
}

/** Retrains whenever the accuracy is below .8; its challengers are judged on held-out windows. */
export const FLOOR = { trigger: 'performance-floor', metric: 'accuracy', floor: 0.8 }

export function gap(value: number, low = value, previous?: number): Evidence {
  const interval = { low, high: 2 * value - low, level: 0.6827 }
  const about = { detector: 'avoidable-loss', subject: 'loss', rows: 500 }
  const estimate: Evidence = { kind: 'estimate', ...about, value, interval, unit: 'loss per row' }
  return previous === undefined ? estimate : { ...estimate, previous }
}

/** An avoidable loss that pays for any training, and has long been as high. */
export const BAD = gap(0.2, 0.2, 0.2)
export const FINE = gap(0, -0.01, 0)
export const NO_GAP_YET: Evidence = {
  kind: 'insufficient',
  detector: 'avoidable-loss',
  subject: 'loss',
  rows: 5,
  needRows: 20,
}

export function accuracy(value: number): Evidence {
  const interval = { low: value - 0.01, high: value + 0.01, level: 0.95 }
  return { kind: 'estimate', detector: 'performance', subject: 'accuracy', rows: 500, value, interval, unit: 'metric' }
}

/** `saved` loss a row over 100 rows that differ; positive favours `version`. */
export function versus(version: number, saved: number): Comparison {
  return { version, rows: 100, sum: 100 * saved, sumSquares: Math.abs(100 * saved) }
}

export function verdict(outcome: Outcome, gate = 'paired-blocks'): Verdict {
  return { gate, outcome, observed: 0.01, limit: 0, interval: null, rows: 400, because: `${gate} says ${outcome}` }
}

export function trained(model: number, ...outcomes: readonly Outcome[]): TrainingOutcome<number> {
  return { kind: 'trained', model, verdicts: outcomes.map((outcome) => verdict(outcome)), notes: [] }
}

export const BREACH: Reason = {
  by: 'null-spike',
  text: 'half of the rows have no age',
  value: 0.5,
  limit: 0.1,
  rows: 500,
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) deepFreeze(part)
  }
  return value
}

export interface LoopLife {
  readonly state: LoopState
  /** Everything so far. */
  readonly decisions: readonly DecisionRecord[]
  readonly effects: readonly Effect[]
  /** Kinds of all decisions so far. */
  kinds(): string[]
  tell(observation: Observation): StepResult
  closed(window: number, evidence?: readonly Evidence[], breaches?: readonly Reason[]): StepResult
  matured(window: number, evidence: readonly Evidence[], breaches?: readonly Reason[]): StepResult
  compared(purpose: 'probation' | 'reuse', window: number, ...comparisons: readonly Comparison[]): StepResult
  /** Ends the run that is active. */
  ended(result: TrainingOutcome<number>, learned?: Learned): StepResult
  say(command: 'approve' | 'reject' | 'close-breaker'): StepResult
  /** Ada asks for a training. */
  askFor(...despite: readonly Override[]): StepResult
  /** From now on the person's settings are these. */
  configure(config: LoopConfig): void
}

/** A model's loop, told one thing after another; all that it is given is frozen to the last leaf. */
export function loopLife(given: LoopConfig, beginning?: Beginning): LoopLife {
  let config = deepFreeze(given)
  let state = startLoop(1, BORN, null, beginning)
  const decisions: DecisionRecord[] = []
  const effects: Effect[] = []
  const tell = (observation: Observation): StepResult => {
    const result = step(deepFreeze(state), deepFreeze(observation), config)
    state = result.state
    decisions.push(...result.decisions)
    effects.push(...result.effects)
    return result
  }
  return {
    get state() {
      return state
    },
    decisions,
    effects,
    kinds: () => decisions.map(({ kind }) => kind),
    tell,
    closed: (window, evidence = [], breaches = []) =>
      tell({ kind: 'window-closed', window, now: null, evidence, breaches }),
    matured: (window, evidence, breaches = []) =>
      tell({ kind: 'labels-matured', window, now: null, evidence, labelledRows: ROWS, breaches }),
    compared: (purpose, window, ...comparisons) => tell({ kind: 'compared', purpose, window, comparisons }),
    ended: (result, learned) =>
      tell({ kind: 'run-ended', run: state.run?.run ?? -1, result, ...(learned === undefined ? {} : { learned }) }),
    say: (command) => tell({ kind: 'command', command, actor: 'ada', reason: 'because I looked' }),
    askFor: (...despite) =>
      tell({ kind: 'command', command: 'retrain', actor: 'ada', reason: 'because I looked', despite }),
    configure(changed) {
      config = deepFreeze(changed)
    },
  }
}
