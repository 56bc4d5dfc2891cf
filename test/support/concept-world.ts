import type { BacktestPorts, ModelRef } from '../../src/backtest/ports.ts'
import { type RecordedStream, recordedStream, windowLabels } from '../../src/backtest/stream.ts'
import { type Rng, seededRng } from '../../src/base/rng.ts'
import { frame } from '../../src/data/frame.ts'
import type { Labels, Scores } from '../../src/data/labels.ts'
import { windowsByRows } from '../../src/data/windows.ts'
import type { PipelinePorts } from '../../src/pipeline/ports.ts'
import { runTraining } from '../../src/pipeline/run.ts'
import { NO_INSPECTION } from '../../src/watch/inspect.ts'

/** A stream whose label follows the sign of x, and in some windows its opposite. */
export interface ConceptWish {
  /** One digit a window: 0 = the label is whether x > 0, 1 = whether x < 0. */
  readonly concepts: string
  readonly rows?: number
  readonly warmupWindows?: number
  /** From this window on, labels are drawn otherwise. */
  readonly labelsDifferFrom?: number
  /** From this window on, rows are drawn otherwise. */
  readonly rowsDifferFrom?: number
}

export interface ConceptWorld {
  readonly stream: RecordedStream
  readonly ports: BacktestPorts
  readonly initial: ModelRef
  /** The concept that a model learned: 0 or 1. */
  conceptOf(model: ModelRef): number
}

/** Share of labels that follow no concept. */
const NOISE = 0.04

/** The learner knows one thing only: which of the two concepts most of its rows follow. Its scores are real. */
export function conceptWorld(wish: ConceptWish): ConceptWorld {
  const { concepts, rows = 300, warmupWindows = 4 } = wish
  const stream = draw(concepts, rows, warmupWindows, wish)
  const x = stream.features.columns[0]?.values ?? new Float64Array(0)
  const learned = new Map<string, { readonly model: ModelRef; readonly concept: number }>()

  async function fit(windows: readonly number[], weights: readonly number[] | null = null): Promise<ModelRef> {
    const key = [...windows, ...(weights ?? [])].join(',')
    const known = learned.get(key)
    if (known !== undefined) return known.model
    let forFirst = 0
    for (const [at, window] of windows.entries()) {
      const weight = weights?.[at] ?? 1
      for (const [i, label] of windowLabels(stream, window).entries())
        forFirst += label === ((x[window * rows + i] as number) > 0 ? 1 : 0) ? weight : -weight
    }
    const model: ModelRef = { key, windows, trainedTo: windows.at(-1) ?? -1 }
    learned.set(key, { model, concept: forFirst >= 0 ? 0 : 1 })
    return model
  }

  function conceptOf(model: ModelRef): number {
    return learned.get(model.key)?.concept ?? 0
  }

  function scores(model: ModelRef, window: number): Scores {
    const concept = conceptOf(model)
    return Float32Array.from({ length: rows }, (_, i) =>
      (x[window * rows + i] as number) > 0 === (concept === 0) ? 0.9 : 0.1,
    )
  }

  const labels = (window: number): Labels => windowLabels(stream, window)
  const pipeline: PipelinePorts<ModelRef> = {
    fit,
    scores,
    labels,
    learnedFrom: (model) => model.windows,
    rowIds: (window) => Float64Array.from({ length: rows }, (_, i) => window * rows + i),
    contentHashes: (window) => Float64Array.from({ length: rows }, (_, i) => window * rows + i),
    lookups: null,
  }
  const settings = { task: stream.task, scale: 1, rollingWindows: stream.rollingWindows, gates: [] }
  const first = Array.from({ length: warmupWindows }, (_, i) => i)
  const initial: ModelRef = { key: first.join(','), windows: first, trainedTo: warmupWindows - 1 }
  learned.set(initial.key, { model: initial, concept: Number(concepts[0]) })
  return {
    stream,
    initial,
    conceptOf,
    ports: {
      train: (plan, champion) => runTraining(pipeline, plan, champion, settings),
      scores,
      labels,
      inspectRows: () => NO_INSPECTION,
      inspectLabels: () => NO_INSPECTION,
    },
  }
}

function draw(concepts: string, rows: number, warmupWindows: number, wish: ConceptWish): RecordedStream {
  const { labelsDifferFrom = Number.POSITIVE_INFINITY, rowsDifferFrom = Number.POSITIVE_INFINITY } = wish
  const total = concepts.length * rows
  const [x, noise, labels] = [new Float64Array(total), new Float64Array(total), new Float64Array(total)]
  for (const [window, concept] of [...concepts].entries()) {
    const rng = seededRng(1000 * (window + 1) + (window >= rowsDifferFrom ? 500 : 0))
    const labelRng = seededRng(1000 * (window + 1) + 1 + (window >= labelsDifferFrom ? 500 : 0))
    for (let row = window * rows; row < (window + 1) * rows; row++) {
      x[row] = 2 * rng() - 1
      noise[row] = rng()
      labels[row] = labelFor(x[row] as number, { concept, isOther: window >= labelsDifferFrom }, labelRng)
    }
  }
  const missing = () => new Uint8Array(total)
  return recordedStream({
    task: { kind: 'binary', classes: ['no', 'yes'] },
    features: frame([
      { kind: 'numeric', name: 'x', values: x, missing: missing() },
      { kind: 'numeric', name: 'noise', values: noise, missing: missing() },
    ]),
    labels,
    windows: windowsByRows(total, concepts.length),
    warmupWindows,
  })
}

function labelFor(x: number, { concept, isOther }: { concept: string; isOther: boolean }, rng: Rng): number {
  const follows = x > 0 === (concept === '0') ? 1 : 0
  const isFlipped = rng() < (isOther ? 0.3 : NOISE)
  return isFlipped ? 1 - follows : follows
}
