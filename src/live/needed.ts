import type { DataStrategy, TrainingPlan } from '../base/training.ts'
import { defaultRollingWindows } from '../data/windows.ts'
import type { LoopConfig } from '../loop/config.ts'
import type { LoopState } from '../loop/state.ts'
import type { Cursor } from './turn.ts'

/** More windows than any part looks back beside what is named below. */
const SPARE_WINDOWS = 20

export interface LifeNeeds {
  readonly cursor: Cursor
  readonly state: LoopState
  readonly loop: Pick<LoopConfig, 'data' | 'holdOutWindows' | 'probationWindows'>
  /** Of each version that may be served, scored or held against again: the windows that it learned from; empty where nobody knows. */
  readonly learned: readonly (readonly number[])[]
}

/**
 * The oldest window whose events may still be read: for labels that are out, by a training to come, under way or
 * proposed, to judge it, or to watch a version against what it learned from.
 * @returns its number; 0: all are needed
 */
export function oldestNeeded({ cursor, state, loop, learned }: LifeNeeds): number {
  const matured = cursor.nextMatured
  const plans: TrainingPlan[] = []
  if (state.run !== null) plans.push(state.run.plan)
  for (const effect of state.proposal ?? []) if (effect.kind === 'start-run') plans.push(effect.plan)
  const reach = loop.holdOutWindows + loop.probationWindows + SPARE_WINDOWS
  return Math.max(
    0,
    Math.min(
      matured - reach,
      oldestLearned(loop.data, matured - reach, matured),
      state.pending?.window ?? matured,
      ...plans.map((plan) =>
        Math.min(
          oldestLearned(plan.data, plan.toWindow - plan.holdOutWindows - SPARE_WINDOWS, matured),
          plan.changeWindow ?? matured,
        ),
      ),
      // The reference of a version of unknown origin is the warm-up.
      ...learned.map((windows) => windows[0] ?? 0),
    ),
  )
}

function oldestLearned(data: DataStrategy, upTo: number, closed: number): number {
  if (data.strategy === 'full') return 0
  if (data.strategy === 'recency-weighted' && data.windows === undefined) return 0
  const span = data.windows ?? defaultRollingWindows(closed)
  return upTo - Math.max(span, data.strategy === 'since-change' ? data.minWindows : 0)
}
