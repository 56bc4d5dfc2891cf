import type { BacktestPorts, ModelRef } from '../backtest/ports.ts'
import { type RecordedStream, windowFeatures, windowLabels } from '../backtest/stream.ts'
import { rowHashes } from '../data/row-hash.ts'
import type { GateConfig } from '../gates/catalog.ts'
import type { PipelinePorts } from '../pipeline/ports.ts'
import { runTraining } from '../pipeline/run.ts'
import { type Inspection, NO_INSPECTION } from '../watch/inspect.ts'
import type { TrainedModels } from './trained-models.ts'

/** What the data contract has against a window. */
export interface Inspector {
  /** @param quarantined windows that are not to be trusted */
  rows(window: number, champion: ModelRef, quarantined: readonly number[]): Inspection
  labels(window: number, champion: ModelRef, quarantined: readonly number[]): Inspection
}

export const NO_CONTRACT: Inspector = { rows: () => NO_INSPECTION, labels: () => NO_INSPECTION }

/** Where a replay's trainings, scores and labels come from: a recorded stream and a cache of models. */
export function replayWorld(
  stream: RecordedStream,
  models: TrainedModels,
  rowIds: ArrayLike<number | string>,
  policy: { readonly gates: readonly GateConfig[]; readonly inspector: Inspector },
): BacktestPorts {
  const pipeline = pipelinePorts(stream, models, rowIds)
  const { task, scale, rollingWindows } = stream
  return {
    train: (plan, champion) =>
      runTraining(pipeline, plan, champion, { task, scale, rollingWindows, gates: policy.gates }),
    scores: models.scores,
    inspectRows: policy.inspector.rows,
    inspectLabels: policy.inspector.labels,
    labels: (window) => windowLabels(stream, window),
  }
}

function pipelinePorts(
  stream: RecordedStream,
  models: TrainedModels,
  rowIds: ArrayLike<number | string>,
): PipelinePorts<ModelRef> {
  const hashes = new Map<number, Float64Array>()
  return {
    fit: models.fit,
    scores: models.scores,
    learnedFrom: (model) => model.windows,
    labels: (window) => windowLabels(stream, window),
    rowIds(window) {
      const span = stream.windows[window]
      return span === undefined ? [] : Array.prototype.slice.call(rowIds, span.from, span.to)
    },
    contentHashes(window) {
      const known = hashes.get(window) ?? rowHashes(windowFeatures(stream, window))
      hashes.set(window, known)
      return known
    },
  }
}
