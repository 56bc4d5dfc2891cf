import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import { defaultRowLoss, lossesInUnits } from '../../data/row-losses.ts'
import { defineDetector, type WatchedVersion, type WindowView } from '../detector.ts'
import { add, bestSplit, type Split, type WindowSums } from './change/split.ts'

interface State {
  readonly windows: readonly WindowSums[]
}

/** Windows kept one by one; beyond that the two oldest become one, which costs resolution long ago only. */
const MAX_WINDOWS = 60
const MIN_WINDOWS = 4

/**
 * Since which window has the live version been losing more?
 *
 * The windows since it went live are cut in two where the likelihood of its losses is greatest (0/1 loss for classes,
 * squared error for regression). Evidence: estimate of the index of the first window after the change, with the 95 % set
 * of such windows. Insufficient below 4 windows, where one segment explains the losses as well, where the loss fell,
 * and where the set is wider than half of the windows ("not localisable").
 */
export const changePointDetector = defineDetector({
  id: 'change-point',
  title: 'When the loss began to rise (profile likelihood)',
  source: 'Hinkley 1970, Biometrika 57',
  reads: 'labels',
  config: z.strictObject({
    detector: z.literal('change-point'),
    minRows: z.int().min(1).max(1e6).default(20).describe('Windows with fewer labelled rows are passed over. Rows.'),
  }),

  start: (): State => ({ windows: [] }),

  measure(state, version, view, { minRows }) {
    const newest = sumsOf(version, view)
    const windows = newest.rows < minRows ? state.windows : keep([...state.windows, newest])
    return { evidence: [locate(windows, version, newest.rows)], state: { windows } }
  },
})

function locate(windows: readonly WindowSums[], version: WatchedVersion, newestRows: number): Evidence {
  const { rows } = add(windows)
  const about = { detector: 'change-point', subject: 'loss', rows }
  const more = { kind: 'insufficient', ...about, needRows: rows + Math.max(1, newestRows) } as const
  if (windows.length < MIN_WINDOWS) {
    return { ...more, because: `${windows.length} windows with labels; it takes ${MIN_WINDOWS}` }
  }
  const split = bestSplit(windows, version.task.kind === 'regression' ? 'gaussian' : 'bernoulli')
  const obstacle = obstacleTo(split, windows.length)
  if (obstacle !== null) return { ...more, because: obstacle }
  const indexAt = (k: number) => windows[k]?.window ?? 0
  const interval = { low: indexAt(split.low), high: indexAt(split.high), level: 0.95 }
  return { kind: 'estimate', ...about, value: indexAt(split.at), interval, unit: 'window' }
}

function obstacleTo({ isChange, rise, low, high }: Split, windows: number): string | null {
  if (!isChange) return 'no change of the loss stands out from its spread'
  if (rise <= 0) return 'the loss fell; it did not rise'
  const width = high - low + 1
  return width > windows / 2 ? `not localisable: the change may lie at any of ${width} of ${windows} windows` : null
}

function sumsOf({ task, scale }: WatchedVersion, view: WindowView): WindowSums {
  const losses = lossesInUnits({ task, loss: defaultRowLoss(task), scale }, view.labels, view.scores)
  let [rows, sum, squares] = [0, 0, 0]
  for (const loss of losses) {
    if (Number.isNaN(loss)) continue
    rows++
    sum += loss
    squares += loss * loss
  }
  return { window: view.window, rows, sum, squares }
}

function keep(windows: readonly WindowSums[]): readonly WindowSums[] {
  return windows.length <= MAX_WINDOWS ? windows : [add(windows.slice(0, 2)), ...windows.slice(2)]
}
