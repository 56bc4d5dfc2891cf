import type { BacktestPorts, ModelRef } from '../../src/backtest/ports.ts'
import { type RecordedStream, recordedStream } from '../../src/backtest/stream.ts'
import type { TrainingOutcome } from '../../src/base/training.ts'
import { frame } from '../../src/data/frame.ts'
import { windowsByRows } from '../../src/data/windows.ts'
import { NO_INSPECTION } from '../../src/watch/inspect.ts'

/** A stream on which every model's mean loss on every window is written down beforehand. */
export interface MatrixWish {
  readonly windows: number
  readonly warmupWindows: number
  /** Rows of each window; default 10, so that losses are tenths. */
  readonly rows?: number
  /** Wrong rows of the model whose newest training window is `model`, on `window`. */
  readonly wrong: (model: number, window: number) => number
  /** Newest training windows after which the trainer does not converge. */
  readonly diverges?: readonly number[]
}

export interface MatrixWorld {
  readonly stream: RecordedStream
  readonly ports: BacktestPorts
  readonly initial: ModelRef
  /** The model of the rolling span that ends with `window`. */
  rolling(window: number): ModelRef
}

/** Labels alternate 0, 1; a model is wrong on the first rows of a window, as many as `wrong` says. */
export function matrixWorld({ windows, warmupWindows, rows = 10, wrong, diverges = [] }: MatrixWish): MatrixWorld {
  const total = windows * rows
  const values = Float64Array.from({ length: total }, (_, row) => (row * 7) % 11)
  const stream = recordedStream({
    task: { kind: 'binary', classes: ['no', 'yes'] },
    features: frame([{ kind: 'numeric', name: 'x', values, missing: new Uint8Array(total) }]),
    labels: Float64Array.from({ length: total }, (_, row) => row % 2),
    windows: windowsByRows(
      total,
      windows,
      Float64Array.from({ length: total }, (_, row) => row * 1000),
    ),
    warmupWindows,
  })
  const models = new Map<number, ModelRef>()

  function rolling(to: number): ModelRef {
    const from = Math.max(0, to - stream.rollingWindows + 1)
    const span = Array.from({ length: to - from + 1 }, (_, i) => from + i)
    const model = models.get(to) ?? { key: `to ${to}`, windows: span, trainedTo: to }
    models.set(to, model)
    return model
  }

  const ports: BacktestPorts = {
    async train(plan): Promise<TrainingOutcome<ModelRef>> {
      if (diverges.includes(plan.toWindow)) return { kind: 'failed', why: 'the loss is NaN' }
      return { kind: 'trained', model: rolling(plan.toWindow), verdicts: [], notes: [] }
    },
    scores(model, window) {
      const wrongRows = wrong(model.trainedTo, window)
      return Float32Array.from({ length: rows }, (_, row) => {
        const label = (window * rows + row) % 2
        return (label === 1) === row >= wrongRows ? 0.9 : 0.1
      })
    },
    inspectRows: () => NO_INSPECTION,
    inspectLabels: () => NO_INSPECTION,
    labels: (window) => stream.labels.subarray(window * rows, (window + 1) * rows),
  }
  return { stream, ports, initial: rolling(warmupWindows - 1), rolling }
}
