import type { ModelRef } from '../backtest/ports.ts'
import type { RecordedStream } from '../backtest/stream.ts'
import { assert } from '../base/assert.ts'
import type { Scores } from '../data/labels.ts'
import { scoresPerRow } from '../data/schema.ts'
import type { ModelPool } from './model-pool.ts'

/** Every model that any policy asks for: trained once, scored once on all windows after it. */
export interface TrainedModels {
  /** @throws Fault TRAINING_FAILED */
  fit(windows: readonly number[]): Promise<ModelRef>
  /** What a trained model says about the rows of a window newer than all it learned from. */
  scores(model: ModelRef, window: number): Scores
}

interface Fitted {
  readonly model: ModelRef
  readonly scores: Scores
}

/** @param trainer options of one entry of the trainers' catalog, with its id as `trainer` */
export function trainedModels(
  pool: ModelPool,
  stream: RecordedStream,
  trainer: { readonly trainer: string },
  seed: number,
): TrainedModels {
  const asked = new Map<string, Promise<Fitted>>()
  const done = new Map<string, Fitted>()
  const perRow = scoresPerRow(stream.task)

  async function fitNew(key: string, windows: readonly number[]): Promise<Fitted> {
    const trainedTo = windows.at(-1) as number
    const scoreFrom = firstRow(stream, trainedTo + 1)
    const { trainer: id, ...config } = trainer
    const fitted = await pool.fit({
      trainer: id,
      config,
      rows: rowsOf(stream, windows),
      seed,
      scoreFrom,
      scoreTo: stream.features.rows,
    })
    const entry = { model: { key, windows, trainedTo }, scores: fitted.scores }
    done.set(key, entry)
    return entry
  }

  return {
    async fit(windows) {
      const key = windows.join(',')
      const fitting = asked.get(key) ?? fitNew(key, windows)
      asked.set(key, fitting)
      return (await fitting).model
    },
    scores(model, window) {
      const fitted = done.get(model.key)
      assert(fitted !== undefined, `model ${model.key} was never trained`)
      assert(window > model.trainedTo, `window ${window} is not newer than what model ${model.key} learned from`)
      const begin = firstRow(stream, model.trainedTo + 1)
      const span = stream.windows[window]
      assert(span !== undefined, `there is no window ${window}`)
      return fitted.scores.subarray((span.from - begin) * perRow, (span.to - begin) * perRow)
    },
  }
}

function firstRow(stream: RecordedStream, window: number): number {
  return stream.windows[window]?.from ?? stream.features.rows
}

function rowsOf(stream: RecordedStream, windows: readonly number[]) {
  const spans = windows.map((index) => {
    const window = stream.windows[index]
    assert(window !== undefined, `there is no window ${index}`)
    return window
  })
  const first = spans[0]
  const last = spans.at(-1)
  assert(first !== undefined && last !== undefined, 'a training needs a window')
  if (last.index - first.index + 1 === spans.length) return { from: first.from, to: last.to }
  return Int32Array.from(spans.flatMap(({ from, rows }) => Array.from({ length: rows }, (_, i) => from + i)))
}
