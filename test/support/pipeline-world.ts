import { Fault } from '../../src/base/fault.ts'
import type { Task } from '../../src/data/schema.ts'
import type { GateLookups, PipelinePorts } from '../../src/pipeline/ports.ts'

/** A model of the fake world: wrong on every `wrongEvery`-th row of a window. */
export interface FakeModel {
  readonly windows: readonly number[]
  readonly wrongEvery: number
}

export interface PipelineWorld {
  readonly ports: PipelinePorts<FakeModel>
  readonly task: Task
  /** Windows that each training was given. */
  readonly fitted: (readonly number[])[]
  /** [model, window] of each scoring, in order. */
  readonly scored: (readonly [FakeModel, number])[]
  readonly labelsAsked: number[]
}

interface Wish {
  readonly rows?: number
  /** What a training gives; 'diverges' for one that does not converge, 'breaks' for one that breaks otherwise. */
  readonly fit?: number | 'diverges' | 'breaks'
  readonly rowId?: (window: number, row: number) => number | string
  readonly content?: (window: number, row: number) => number
  readonly lookups?: GateLookups<FakeModel>
}

/** Windows of equally many rows whose labels alternate; each row has its own id and content unless told otherwise. */
export function pipelineWorld({ rows = 200, fit = 10, ...wish }: Wish = {}): PipelineWorld {
  const rowId = wish.rowId ?? ((window, row) => window * rows + row)
  const content = wish.content ?? ((window, row) => window * rows + row)
  const each = (make: (row: number) => number) => Float64Array.from({ length: rows }, (_, row) => make(row))
  const fitted: (readonly number[])[] = []
  const scored: (readonly [FakeModel, number])[] = []
  const labelsAsked: number[] = []
  return {
    task: { kind: 'binary', classes: ['no', 'yes'] },
    fitted,
    scored,
    labelsAsked,
    ports: {
      async fit(windows) {
        fitted.push(windows)
        if (fit === 'diverges') throw new Fault('TRAINING_FAILED', 'the loss is NaN')
        if (fit === 'breaks') throw new Fault('FILE_UNREADABLE', 'the disk is gone')
        return { windows, wrongEvery: fit }
      },
      scores(model, window) {
        scored.push([model, window])
        // A constant share of errors that moves on from window to window, so that blocks of rows differ a little.
        return Float32Array.from({ length: rows }, (_, row) => {
          const isWrong = (row + window) % model.wrongEvery === 0
          return (row % 2 === 1) === isWrong ? 0.1 : 0.9
        })
      },
      learnedFrom: (model) => model.windows,
      labels(window) {
        labelsAsked.push(window)
        return each((row) => row % 2)
      },
      rowIds: (window) => Array.from({ length: rows }, (_, row) => rowId(window, row)),
      contentHashes: (window) => each((row) => content(window, row)),
      lookups: wish.lookups ?? null,
    },
  }
}
