import { type RecordedStream, windowFeatures, windowLabels } from '../backtest/stream.ts'
import type { RuleConfig } from '../data/contract/catalog.ts'
import { type Frame, sliceRows } from '../data/frame.ts'
import type { Labels } from '../data/labels.ts'
import type { Profile } from '../data/profile.ts'
import { learnLayout } from '../data/profile-layout.ts'
import type { Window } from '../data/windows.ts'
import { contractInspector } from '../watch/inspector.ts'
import type { Inspector } from './replay-world.ts'

export interface InspectorOptions {
  readonly seed: number
  /** Labels as the policy is shown them; default: as recorded. */
  readonly labels?: (window: number) => Labels
  /** Every column of the rows, also those that nothing is learned from; default: the features. */
  readonly table?: Frame
}

/** Holds the windows of a recorded stream against a data contract. */
export function recordedInspector(
  stream: RecordedStream,
  contract: readonly RuleConfig[],
  { seed, labels, table }: InspectorOptions,
): Inspector {
  const warmupRows = stream.windows[stream.warmupWindows - 1]?.to ?? 0
  const inspector = contractInspector(
    {
      task: stream.task,
      rollingWindows: stream.rollingWindows,
      layout: learnLayout(sliceRows(stream.features, 0, warmupRows)),
      profile: (window) => stream.profiles[window] as Profile,
      features: (window) => windowFeatures(stream, window),
      labels: labels ?? ((window) => windowLabels(stream, window)),
      table(window) {
        const { from, to } = stream.windows[window] as Window
        return sliceRows(table ?? stream.features, from, to)
      },
      endOf: (window) => stream.windows[window]?.end ?? null,
      has: (window) => stream.windows[window] !== undefined,
    },
    contract,
    { seed },
  )
  return {
    rows: (window, { windows }, quarantined) => inspector.rows(window, windows, quarantined),
    labels: (window, { windows }, quarantined) => inspector.labels(window, windows, quarantined),
  }
}
