import type { Comparison } from '../base/comparison.ts'
import { sliceRows, takeRows } from '../data/frame.ts'
import type { Labels } from '../data/labels.ts'
import { mergeProfiles, type Profile } from '../data/profile.ts'
import { defaultRowLoss, lossesInUnits } from '../data/row-losses.ts'
import type { WatchedVersion, WindowView } from '../detectors/detector.ts'
import { pairedSums } from '../stats/paired-rows.ts'
import type { BacktestPorts, ModelRef } from './ports.ts'
import { type RecordedStream, windowFeatures } from './stream.ts'

/** Reads a recorded stream through the eyes of its models; what was worked out once is kept for the other policies. */
export interface Observed {
  readonly stream: RecordedStream
  watched(model: ModelRef): WatchedVersion
  /** A window that just closed: none of its labels is known. */
  closedView(model: ModelRef, window: number, ports: BacktestPorts): WindowView
  /** A window whose labels have matured. */
  view(model: ModelRef, window: number, ports: BacktestPorts): WindowView
  /** Loss of each row: 0/1 for classes, squared error in warm-up variances for values; NaN without a label. */
  losses(model: ModelRef, window: number, ports: BacktestPorts): Float64Array
}

/** A stream through the eyes of its models. The same `seed` gives every version the same layouts, whatever the policy. */
export function observe(stream: RecordedStream, seed: number): Observed {
  const watchedByKey = new Map<string, WatchedVersion>()
  const { task, scale } = stream
  const terms = { task, loss: defaultRowLoss(task), scale }

  function watchedOf(model: ModelRef): WatchedVersion {
    const training = trainingRows(stream, model)
    const referenceWindows = model.windows.map((window) => stream.profiles[window] as Profile)
    const reference = mergeProfiles(referenceWindows)
    return { task, reference, referenceWindows, training, scale, seed: seed + model.trainedTo }
  }
  function viewOf(model: ModelRef, window: number, ports: BacktestPorts, labels: Labels): WindowView {
    return {
      window,
      profile: stream.profiles[window] as WindowView['profile'],
      features: windowFeatures(stream, window),
      labels,
      scores: ports.scores(model, window),
    }
  }
  return {
    stream,
    watched(model) {
      const known = watchedByKey.get(model.key) ?? watchedOf(model)
      watchedByKey.set(model.key, known)
      return known
    },
    closedView: (model, window, ports) =>
      viewOf(model, window, ports, new Float64Array(stream.windows[window]?.rows ?? 0).fill(Number.NaN)),
    view: (model, window, ports) => viewOf(model, window, ports, ports.labels(window)),
    losses: (model, window, ports) => lossesInUnits(terms, ports.labels(window), ports.scores(model, window)),
  }
}

/** Both versions on the rows of one window, as sums of loss(live) − loss(other). */
export function compareOn(
  observed: Observed,
  ports: BacktestPorts,
  live: ModelRef,
  other: { readonly version: number; readonly model: ModelRef },
  window: number,
): Comparison {
  const sums = pairedSums(observed.losses(live, window, ports), observed.losses(other.model, window, ports))
  return { version: other.version, ...sums }
}

function trainingRows(stream: RecordedStream, model: ModelRef): WatchedVersion['training'] {
  const first = stream.windows[model.windows[0] as number]
  const last = stream.windows[model.trainedTo]
  const from = first?.from ?? 0
  const to = last?.to ?? 0
  const isContiguous = model.trainedTo - (model.windows[0] as number) + 1 === model.windows.length
  if (isContiguous) return { features: sliceRows(stream.features, from, to), labels: stream.labels.subarray(from, to) }
  const rows = model.windows.flatMap((index) => {
    const window = stream.windows[index]
    return window === undefined ? [] : Array.from({ length: window.rows }, (_, i) => window.from + i)
  })
  return {
    features: takeRows(stream.features, rows),
    labels: Float64Array.from(rows, (row) => stream.labels[row] as number),
  }
}
