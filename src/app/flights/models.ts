import type { ModelRef } from '../../backtest/ports.ts'
import { type ModelPool, openModelPool } from '../model-pool.ts'
import { type TrainedModels, trainedModels } from '../trained-models.ts'
import type { FlightStream } from './stream.ts'

/** The models of a run: those of the training job as it should be, and of the one with the wrong join. */
export interface FlightModels {
  readonly asRecorded: TrainedModels
  readonly misjoined: TrainedModels
  close(): Promise<void>
}

export interface LearnerOptions {
  readonly trainer: { readonly trainer: string } & Readonly<Record<string, unknown>>
  readonly workers: number
  readonly seed: number
}

const MISJOINED = 'misjoined:'

/** Opens the pool that trains and scores; the one for the wrong join, with its own labels, only when it is needed. */
export function flightModels(flights: FlightStream, { trainer, workers, seed }: LearnerOptions): FlightModels {
  const { task, features, labels } = flights.stream
  const pool = openModelPool({ task, features, labels, workers })
  const asRecorded = trainedModels(pool, flights.stream, trainer, seed)
  let wrongPool: ModelPool | undefined
  let wrong: TrainedModels | undefined

  function wrongModels(): TrainedModels {
    wrongPool ??= openModelPool({ task, features, labels: flights.misjoined, workers: 1 })
    wrong ??= trainedModels(wrongPool, flights.stream, trainer, seed)
    return wrong
  }
  /** What any model of the run says: a key says which job made it. */
  const scores: TrainedModels['scores'] = (model, window) =>
    isMisjoined(model)
      ? wrongModels().scores(withKey(model, model.key.slice(MISJOINED.length)), window)
      : asRecorded.scores(model, window)

  return {
    asRecorded: { fit: asRecorded.fit, scores },
    misjoined: {
      async fit(windows, weights) {
        const model = await wrongModels().fit(windows, weights)
        return withKey(model, MISJOINED + model.key)
      },
      scores,
    },
    async close() {
      await Promise.all([pool.close(), wrongPool?.close()])
    },
  }
}

/** Whether the training job had the wrong join when it made this model. */
export function isMisjoined(model: ModelRef): boolean {
  return model.key.startsWith(MISJOINED)
}

function withKey(model: ModelRef, key: string): ModelRef {
  return { ...model, key }
}
