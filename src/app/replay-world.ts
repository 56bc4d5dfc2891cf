import type { BacktestPorts, ModelRef } from '../backtest/ports.ts'
import { type RecordedStream, windowFeatures, windowLabels } from '../backtest/stream.ts'
import { type Frame, sliceRows, takeRows } from '../data/frame.ts'
import type { Labels } from '../data/labels.ts'
import { rowHashes } from '../data/row-hash.ts'
import type { GateConfig } from '../gates/catalog.ts'
import type { GateLookups, PipelinePorts } from '../pipeline/ports.ts'
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

/** Rows that never change, with the outcome that each must be given: class codes or values. */
export interface FrozenRows {
  readonly features: Frame
  readonly expected: Labels
}

/** The gates and the contract that a policy brings. */
export interface WorldTerms {
  readonly gates: readonly GateConfig[]
  readonly inspector: Inspector
  /** The frozen rows of those gates that name some. */
  readonly frozen?: ReadonlyMap<GateConfig, FrozenRows> | undefined
}

/** Where a replay's trainings, scores and labels come from: a recorded stream and a cache of models. */
export function replayWorld(
  stream: RecordedStream,
  models: TrainedModels,
  rowIds: ArrayLike<number | string>,
  policy: WorldTerms,
): BacktestPorts {
  const lookups = gateLookups(stream, models, policy.frozen ?? new Map())
  const pipeline = { ...pipelinePorts(stream, models, rowIds), lookups }
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
): Omit<PipelinePorts<ModelRef>, 'lookups'> {
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

/** What a gate may ask beside scores. The artifact of a recorded model answers; nobody waited for its answers, so none has a time. */
function gateLookups(
  stream: RecordedStream,
  { rescoring }: TrainedModels,
  frozen: ReadonlyMap<GateConfig, FrozenRows>,
): GateLookups<ModelRef> {
  return {
    features: (windows) => featuresOf(stream, windows),
    facts: (model) => rescoring?.facts(model) ?? null,
    latencies: () => null,
    scoresWithout: async (model, windows, features) => (await rescoring?.without(model, windows, features)) ?? null,
    async mustPass(model, gate) {
      const rows = frozen.get(gate)
      if (rows === undefined || rescoring === undefined) return null
      return { expected: rows.expected, challenger: await rescoring.scoreFrame(model, rows.features) }
    },
  }
}

function featuresOf({ features, windows: all }: RecordedStream, windows: readonly number[]): Frame {
  const spans = windows.flatMap((window) => all[window] ?? [])
  const [first, last] = [spans[0], spans.at(-1)]
  if (first === undefined || last === undefined) return sliceRows(features, 0, 0)
  if (last.index - first.index + 1 === spans.length) return sliceRows(features, first.from, last.to)
  return takeRows(
    features,
    Int32Array.from(spans.flatMap(({ from, rows }) => Array.from({ length: rows }, (_, i) => from + i))),
  )
}
