import { lossesInUnits } from '../../../data/row-losses.ts'
import type { WatchedVersion, WindowView } from '../../detector.ts'

/** Labelled rows whose median splits errors of values into small and large ones. */
export const SPLIT_ROWS = 100

/** How losses of values become 0 and 1: the losses so far, until there are enough, then their median. */
export interface SplitState {
  readonly early: readonly number[]
  /** A loss above it counts as 1. */
  readonly median: number | null
}

export const NO_SPLIT: SplitState = { early: [], median: null }

/**
 * Losses of the labelled rows in their order: 0/1 for classes, absolute errors in units of `scale` for values. Absolute and
 * not squared: one wild row should not be an alarm.
 */
export function labelledLosses({ task, scale }: WatchedVersion, { labels, scores }: WindowView): Float64Array {
  const loss = task.kind === 'regression' ? 'absolute' : '0/1'
  return lossesInUnits({ task, loss, scale }, labels, scores).filter((x) => Number.isFinite(x))
}

/**
 * For methods that read 0 and 1 only: a loss of a value is 1 when it exceeds the median of the version's first
 * `SPLIT_ROWS` labelled rows. The rows that the median was taken from are handed on too, once it is known.
 */
export function splitLosses(state: SplitState, losses: Float64Array): { state: SplitState; losses: Float64Array } {
  const { median } = state
  if (median !== null) return { state, losses: losses.map((x) => (x > median ? 1 : 0)) }
  const early = [...state.early, ...losses]
  if (early.length < SPLIT_ROWS) return { state: { early, median: null }, losses: new Float64Array(0) }
  const sorted = Float64Array.from(early.slice(0, SPLIT_ROWS)).sort()
  const [low, high] = [sorted[SPLIT_ROWS / 2 - 1] as number, sorted[SPLIT_ROWS / 2] as number]
  return splitLosses({ early: [], median: (low + high) / 2 }, Float64Array.from(early))
}
