import type { ModelRef } from '../backtest/ports.ts'
import type { RecordedStream } from '../backtest/stream.ts'
import { assert } from '../base/assert.ts'
import type { Frame } from '../data/frame.ts'
import { joined, type Scores } from '../data/labels.ts'
import { scoresPerRow } from '../data/schema.ts'
import type { ModelFacts } from '../pipeline/ports.ts'
import type { ModelPool } from './model-pool.ts'

/** Every model that any policy asks for: trained once, scored once on all windows after it. */
export interface TrainedModels {
  /**
   * @param weights how much the rows of each window count, > 0; left out or null: all the same
   * @throws Fault TRAINING_FAILED
   */
  fit(windows: readonly number[], weights?: readonly number[] | null): Promise<ModelRef>
  /** What a trained model says about the rows of a window newer than all it learned from. */
  scores(model: ModelRef, window: number): Scores
  /** Left out where only the scores of recorded rows are known. */
  readonly rescoring?: Rescoring
}

/** What can be asked of a trained model beside its scores; each answer comes from the very artifact. */
export interface Rescoring {
  facts(model: ModelRef): ModelFacts
  /** Its scores of the rows of newer windows once for each feature, with that feature missing in all of them. */
  without(model: ModelRef, windows: readonly number[], features: readonly string[]): Promise<readonly Scores[]>
  /** Its scores of rows that are not of the stream. */
  scoreFrame(model: ModelRef, features: Frame): Promise<Scores>
}

interface Fitted {
  readonly model: ModelRef
  readonly scores: Scores
  readonly facts: ModelFacts
  /** Null where nobody will ask for it: the artifacts of many forests fill the memory. */
  readonly artifact: Uint8Array | null
}

/**
 * @param trainer options of one entry of the trainers' catalog, with its id as `trainer`
 * @param keepsArtifacts whether models will be scored on other rows than the recorded ones
 */
export function trainedModels(
  pool: ModelPool,
  stream: RecordedStream,
  trainer: { readonly trainer: string },
  seed: number,
  { keepsArtifacts = false }: { readonly keepsArtifacts?: boolean } = {},
): TrainedModels & { readonly rescoring: Rescoring } {
  const asked = new Map<string, Promise<Fitted>>()
  const done = new Map<string, Fitted>()
  const perRow = scoresPerRow(stream.task)

  async function fitNew(key: string, windows: readonly number[], weights: readonly number[] | null): Promise<Fitted> {
    const trainedTo = windows.at(-1) as number
    const scoreFrom = firstRow(stream, trainedTo + 1)
    const { trainer: id, ...config } = trainer
    const fitted = await pool.fit({
      trainer: id,
      config,
      rows: rowsOf(stream, windows),
      ...(weights === null ? {} : { weights: weightsOf(stream, windows, weights) }),
      seed,
      scoreFrom,
      scoreTo: stream.features.rows,
    })
    const { scores, artifact, trainedRows } = fitted
    const facts = { artifactBytes: artifact.length, trainedRows }
    const entry = { model: { key, windows, trainedTo }, scores, facts, artifact: keepsArtifacts ? artifact : null }
    done.set(key, entry)
    return entry
  }

  function known(model: ModelRef): Fitted {
    const fitted = done.get(model.key)
    assert(fitted !== undefined, `model ${model.key} was never trained`)
    return fitted
  }
  function artifactOf(model: ModelRef): Uint8Array {
    const { artifact } = known(model)
    assert(artifact !== null, `the artifact of model ${model.key} was not kept`)
    return artifact
  }
  function spanOf(model: ModelRef, window: number) {
    assert(window > model.trainedTo, `window ${window} is not newer than what model ${model.key} learned from`)
    const span = stream.windows[window]
    assert(span !== undefined, `there is no window ${window}`)
    return span
  }

  return {
    async fit(windows, weights = null) {
      // Of the same windows another model comes where rows count otherwise.
      const key = weights === null ? windows.join(',') : `${windows.join(',')} by ${weights.join(',')}`
      const fitting = asked.get(key) ?? fitNew(key, windows, weights)
      asked.set(key, fitting)
      return (await fitting).model
    },
    scores(model, window) {
      const fitted = known(model)
      const span = spanOf(model, window)
      const begin = firstRow(stream, model.trainedTo + 1)
      return fitted.scores.subarray((span.from - begin) * perRow, (span.to - begin) * perRow)
    },
    rescoring: {
      facts: (model) => known(model).facts,
      async without(model, windows, features) {
        const spans = windows.map((window) => spanOf(model, window)).map(({ from, to }) => ({ from, to }))
        return pool.scoreBlanked({ artifact: artifactOf(model), spans, blanks: features })
      },
      scoreFrame: async (model, features) => pool.scoreFrame({ artifact: artifactOf(model), features }),
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

/** The weight of each row of the windows, in their order. */
function weightsOf(stream: RecordedStream, windows: readonly number[], weights: readonly number[]): Float64Array {
  assert(weights.length === windows.length, `${weights.length} weights for ${windows.length} windows`)
  const parts = windows.map((window, i) =>
    new Float64Array(stream.windows[window]?.rows ?? 0).fill(weights[i] as number),
  )
  return joined(parts, Float64Array)
}
