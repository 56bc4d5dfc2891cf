import { Fault } from '../base/fault.ts'
import type { PredictionEvent } from './event.ts'

interface HalfBase {
  /** Of the request: its answer has the same. */
  readonly id: string
  readonly model: string
  /** When the request came, or was answered. Ms since 1970 UTC. */
  readonly time: number
}

/** What a model was asked: the features of one row or of several. */
export interface RequestHalf extends HalfBase {
  readonly side: 'request'
  readonly rows: readonly PredictionEvent['features'][]
}

/** What it answered, row by row. */
export interface ResponseHalf extends HalfBase {
  readonly side: 'response'
  readonly rows: readonly PredictionEvent['score'][]
}

/** Half of what a serving system logs of an inference; only with the other half it is a prediction. */
export type InferenceHalf = RequestHalf | ResponseHalf

/**
 * The predictions of a request and its answer, at the time of the request: one row is called like the request, several
 * are called `<id>:0`, `<id>:1` and so on.
 * @throws Fault USAGE where they have not as many rows
 */
export function joinHalves(a: InferenceHalf, b: InferenceHalf): readonly PredictionEvent[] {
  const [request, response] = a.side === 'request' ? [a, b] : [b, a]
  if (request.side !== 'request' || response.side !== 'response')
    throw new Fault('USAGE', `both halves of '${a.id}' are of the side ${a.side}`)
  const { id, model, time, rows } = request
  if (rows.length !== response.rows.length) {
    const said = `the request '${id}' has ${rows.length} rows, its response ${response.rows.length}`
    throw new Fault('USAGE', `${said}: they must have as many`)
  }
  return rows.map((features, row) => {
    const own = rows.length === 1 ? id : `${id}:${row}`
    const score = response.rows[row] ?? null
    return { type: 'prediction', id: own, predictionId: own, model, time, features, score, version: null }
  })
}
