import type { TrainingPlan } from '../base/training.ts'

/** Windows to learn from and to judge on, both increasing; every held-out window is newer than every learned one. */
export interface ChosenWindows {
  readonly train: readonly number[]
  readonly heldOut: readonly number[]
  /** Windows of the training span that the contract kept out. */
  readonly excluded: readonly number[]
}

/**
 * Chooses the windows of one run: the newest trusted ones are held out, the span before them is learned from. Window 0
 * is never held out, so that something is left to learn from.
 *
 * @param rollingWindows default span of the rolling strategy, in windows, ≥ 1
 * @param championFrom   first window that the champion learned from; 0 where it is not known
 */
export function chooseWindows(plan: TrainingPlan, rollingWindows: number, championFrom = 0): ChosenWindows {
  const banned = new Set(plan.exclude)
  const heldOut: number[] = []
  let newest = plan.toWindow
  for (; heldOut.length < plan.holdOutWindows && newest > 0; newest--) if (!banned.has(newest)) heldOut.unshift(newest)

  const span: number[] = []
  for (let window = firstWindow(plan, newest, { rollingWindows, championFrom }); window <= newest; window++)
    span.push(window)
  return {
    heldOut,
    train: span.filter((window) => !banned.has(window)),
    excluded: span.filter((window) => banned.has(window)),
  }
}

function firstWindow(
  plan: TrainingPlan,
  newest: number,
  { rollingWindows, championFrom }: { readonly rollingWindows: number; readonly championFrom: number },
): number {
  const { data } = plan
  const rolling = (windows: number) => Math.max(0, newest - windows + 1)
  // What is older than the champion's own first window was left out of its training: it is from before a change.
  const spanWindows = data.strategy === 'since-change' ? (data.windows ?? rollingWindows) : rollingWindows
  const since = () => plan.changeWindow ?? Math.max(rolling(spanWindows), championFrom)
  switch (data.strategy) {
    case 'full':
      return 0
    case 'rolling':
      return rolling(data.windows ?? rollingWindows)
    case 'recency-weighted':
      return data.windows === undefined ? 0 : rolling(data.windows)
    case 'since-change':
      return Math.max(0, Math.min(since(), newest - data.minWindows + 1))
  }
}
