import type { Reason } from '../base/decision.ts'
import { parseSpan } from '../base/units.ts'
import type { BudgetConfig, LoopConfig } from './config.ts'
import type { Override } from './observation.ts'
import type { LoopState, StartedTraining } from './state.ts'
import type { Turn } from './turn.ts'

/** Of a span of time nobody can say how many trainings it holds; more than these are not remembered. */
const MOST_TRAININGS = 10_000

/** What a training that wants to start may pass over. */
export interface Urgency {
  /** The cooldown does not hold it up. */
  readonly isHard: boolean
  /** What a person said shall not hold it up either. */
  readonly despite?: readonly Override[]
}

/** The breach of the data contract that stops everything while it lasts; null where there is none. */
export function stopOf({ contractStop }: LoopState): Reason | null {
  const breach = contractStop.rows ?? contractStop.labels
  return breach === null ? null : { ...breach, by: 'contract', text: `${breach.by}: ${breach.text}` }
}

/** Why no training may start now; null when one may. One run at a time, and enough rows to learn from: always. */
export function obstacleTo({ state, config }: Turn, { isHard, despite = [] }: Urgency): Reason | null {
  if (state.run !== null) return { by: 'one-run', text: `run ${state.run.run} is still active` }
  const stop = stopOf(state)
  if (stop !== null) return stop
  if (state.breaker.openedAt !== null && !despite.includes('breaker'))
    return { by: 'breaker', text: `the breaker is open: ${state.breaker.because}` }
  if (state.labelledRows < config.minLabelledRows) {
    const text = 'too few labelled rows are known so far'
    return { by: 'min-labelled-rows', text, value: state.labelledRows, limit: config.minLabelledRows }
  }
  const cooling = isHard ? null : cooldownOf(state, config)
  if (cooling !== null) return cooling
  if (config.budget === null || despite.includes('budget')) return null
  const { trainings } = config.budget
  const used = state.trainings.filter(within(state, config.budget)).length
  if (used < trainings) return null
  const text = `the budget of trainings within ${spanOf(config.budget)} is used up`
  return { by: 'budget', text, value: used, limit: trainings }
}

/** The first version's own training does not count: nothing cools down after it. */
function cooldownOf(state: LoopState, { cooldownWindows, cooldown }: LoopConfig): Reason | null {
  if (state.trainings.length === 0) return null
  const age = state.window - state.lastTraining.window
  const text = 'the last training is too recent'
  if (age < cooldownWindows) return { by: 'cooldown', text, value: age, limit: cooldownWindows }
  if (cooldown === null) return null
  const { now } = state
  const since = state.lastTraining.now
  if (now === null || since === null)
    return { by: 'cooldown', text: `nobody knows whether ${cooldown} have passed since the last training` }
  return now - since < parseSpan(cooldown, 'cooldown')
    ? { by: 'cooldown', text: `${text}: less than ${cooldown} ago` }
    : null
}

/** Whether a training counts against a budget. One whose time nobody knows does. */
function within(state: LoopState, { per, perWindows }: BudgetConfig): (training: StartedTraining) => boolean {
  if (per === undefined) return ({ window }) => state.window - window < (perWindows ?? 0)
  const span = parseSpan(per, 'budget.per')
  return ({ now }) => state.now === null || now === null || state.now - now < span
}

function spanOf({ per, perWindows }: BudgetConfig): string {
  return per ?? `${perWindows} windows`
}

/** The trainings that budget, cooldown and breaker may still ask about, with the one that starts now. */
export function keptTrainings(state: LoopState, { budget, breaker }: LoopConfig): readonly StartedTraining[] {
  const windows = Math.max(budget?.perWindows ?? 0, breaker?.perWindows ?? 0, 1)
  const isBudgeted = budget === null ? () => false : within(state, budget)
  return [...state.trainings, { window: state.window, now: state.now }]
    .filter((training) => state.window - training.window < windows || isBudgeted(training))
    .slice(-MOST_TRAININGS)
}
