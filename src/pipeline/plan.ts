import type { TrainingPlan } from '../base/training.ts'

/** Windows to learn from and to judge on, both increasing; every held-out window is newer than every learned one. */
export interface ChosenWindows {
  readonly train: readonly number[]
  readonly heldOut: readonly number[]
  /** Windows of the training span that the contract kept out. */
  readonly excluded: readonly number[]
}

/** @param rollingWindows default span of the rolling strategy, in windows, ≥ 1 */
export function chooseWindows(plan: TrainingPlan, rollingWindows: number): ChosenWindows {
  const banned = new Set(plan.exclude)
  const heldOut: number[] = []
  let newest = plan.toWindow
  for (; heldOut.length < plan.holdOutWindows && newest > 0; newest--) if (!banned.has(newest)) heldOut.unshift(newest)

  const span: number[] = []
  for (let window = firstWindow(plan, newest, rollingWindows); window <= newest; window++) span.push(window)
  return {
    heldOut,
    train: span.filter((window) => !banned.has(window)),
    excluded: span.filter((window) => banned.has(window)),
  }
}

function firstWindow(plan: TrainingPlan, newest: number, rollingWindows: number): number {
  const { data } = plan
  const rolling = (windows: number) => Math.max(0, newest - windows + 1)
  switch (data.strategy) {
    case 'full':
      return 0
    case 'rolling':
      return rolling(data.windows ?? rollingWindows)
    case 'since-change':
      if (plan.changeWindow === null) return rolling(rollingWindows)
      return Math.max(0, Math.min(plan.changeWindow, newest - data.minWindows + 1))
  }
}
