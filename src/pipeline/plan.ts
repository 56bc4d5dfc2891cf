/** How rows for a training are chosen. */
export type Strategy =
  | { readonly strategy: 'full' }
  | { readonly strategy: 'rolling'; readonly windows?: number | undefined }
  | { readonly strategy: 'since-change'; readonly minWindows: number }

/** What a training run is asked to do. */
export interface RunPlan {
  readonly data: Strategy
  /** Newest window whose labels may be used, for training or for judging. */
  readonly toWindow: number
  /** Newest windows held out of training and used to judge; 0 = none. */
  readonly holdOutWindows: number
  /** First window after a located change; null where none was. */
  readonly changeWindow: number | null
  /** Windows that the data contract keeps out of training and judging. */
  readonly exclude: readonly number[]
}

/** Windows to learn from and to judge on, both increasing; every held-out window is newer than every learned one. */
export interface ChosenWindows {
  readonly train: readonly number[]
  readonly heldOut: readonly number[]
  /** Windows of the training span that the contract kept out. */
  readonly excluded: readonly number[]
}

/** @param rollingWindows default span of the rolling strategy, in windows, ≥ 1 */
export function chooseWindows(plan: RunPlan, rollingWindows: number): ChosenWindows {
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

function firstWindow(plan: RunPlan, newest: number, rollingWindows: number): number {
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
