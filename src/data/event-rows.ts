import type { EventValue, PredictionEvent } from './event.ts'
import { type EventColumn, eventColumn } from './event-columns.ts'
import { labelReader, STRANGE, scoreReader } from './event-values.ts'
import { frame } from './frame.ts'
import type { ModelSchema } from './model-schema.ts'
import { scoresPerRow, type Task } from './schema.ts'
import type { WindowRows } from './window-rows.ts'

/** Where an event stands in its stream. */
export interface EventPlace {
  readonly seq: number
  /** Ms since 1970 UTC. */
  readonly time: number
  readonly predictionId: string
}

export interface PredictionHead extends EventPlace {
  /** It speaks of a prediction that another event made. */
  readonly isCorrection: boolean
  readonly version: number | null
  readonly score: PredictionEvent['score']
}

/** Predictions of a stretch and all that corrects them, in any order, each event once. */
export interface EventRows {
  /** For each feature, in the order of the schema: one value a prediction, pushed with its head. */
  readonly columns: readonly EventColumn[]
  push(head: PredictionHead): void
  /** Head and features at once, from an event's own JSON. */
  pushEvent(head: PredictionHead, features: PredictionEvent['features']): void
  has(predictionId: string): boolean
  /** Ids of which only corrections were pushed so far: what they correct may stand elsewhere. */
  strays(): string[]
  /** Which predictions have their place in start ≤ time < end: what is asked of labels is asked of these. */
  settle(start: number, end: number): SettledRows
}

export interface SettledRows {
  /** Ids of the predictions, by time, then id. */
  readonly ids: readonly string[]
  /** A label of any prediction; of others than `ids` it is left aside. */
  pushLabel(place: EventPlace, label: EventValue): void
  /** @param absentAs the code of a prediction without a label; null: it has none yet */
  build(absentAs: number | null): WindowRows
}

interface Prediction {
  /** When it was first made: the window that it belongs to. */
  place: number
  /** Row of what was last said of it. */
  row: number
  /** Newest event of all that were said of it. */
  seq: number
  hasOriginal: boolean
}

/**
 * Collects predictions as rows. A prediction belongs where the earliest of its events stands; what its newest event says
 * counts, of equally new ones the last to come.
 */
export function eventRows(schema: ModelSchema): EventRows {
  const columns = schema.features.map(eventColumn)
  const heads: PredictionHead[] = []
  const byId = new Map<string, Prediction>()
  const push = (head: PredictionHead) => {
    const { predictionId, time, seq, isCorrection } = head
    const row = heads.push(head) - 1
    const known = byId.get(predictionId)
    if (known === undefined) byId.set(predictionId, { place: time, row, seq, hasOriginal: !isCorrection })
    else {
      known.place = Math.min(known.place, time)
      known.seq = Math.max(known.seq, seq)
      known.hasOriginal ||= !isCorrection
      if (isNewer(head, heads[known.row]!)) known.row = row
    }
  }
  return {
    columns,
    push,
    pushEvent(head, features) {
      push(head)
      for (const [i, { name }] of schema.features.entries()) {
        columns[i]!.push(Object.hasOwn(features, name) ? features[name] : undefined)
      }
    },
    has: (predictionId) => byId.has(predictionId),
    strays: () => [...byId].filter(([, { hasOriginal }]) => !hasOriginal).map(([id]) => id),
    settle(start, end) {
      const kept = [...byId].filter(([, { place }]) => place >= start && place < end)
      kept.sort(([a, x], [b, y]) => x.place - y.place || (a < b ? -1 : 1))
      return settled({ task: schema.task, columns, heads, kept })
    },
  }
}

function isNewer(a: EventPlace, b: EventPlace): boolean {
  return a.time > b.time || (a.time === b.time && a.seq > b.seq)
}

interface Settling {
  readonly task: Task
  readonly columns: readonly EventColumn[]
  readonly heads: readonly PredictionHead[]
  readonly kept: readonly (readonly [string, Prediction])[]
}

function settled({ task, columns, heads, kept }: Settling): SettledRows {
  const ids = kept.map(([id]) => id)
  const rowOf = new Map(ids.map((id, row) => [id, row]))
  const newest: ({ readonly place: EventPlace; readonly label: EventValue } | undefined)[] = []
  let newestSeq = kept.reduce((newest, [, { seq }]) => Math.max(newest, seq), 0)
  return {
    ids,
    pushLabel(place, label) {
      const row = rowOf.get(place.predictionId)
      if (row === undefined) return
      newestSeq = Math.max(newestSeq, place.seq)
      const known = newest[row]
      if (known === undefined || isNewer(place, known.place)) newest[row] = { place, label }
    },
    build(absentAs) {
      const index = Uint32Array.from(kept, ([, { row }]) => row)
      const taken = columns.map((column) => column.take(index))
      const labels = labelCodes(
        task,
        Array.from(ids, (_, row) => newest[row]?.label ?? null),
        absentAs,
      )
      const recorded = recordedScores(
        task,
        Array.from(index, (row) => heads[row]!.score),
      )
      const features = frame(taken.map(({ column }) => column))
      return {
        ids,
        times: Float64Array.from(kept, ([, { place }]) => place),
        features: columns.length === 0 ? { rows: ids.length, columns: [] } : features,
        labels: labels.values,
        recorded: recorded.values,
        versions: Int32Array.from(index, (row) => heads[row]!.version ?? 0),
        newestSeq,
        strange: taken.reduce((sum, { strange }) => sum + strange, labels.strange + recorded.strange),
      }
    },
  }
}

function labelCodes(task: Task, labels: readonly EventValue[], absentAs: number | null) {
  const read = labelReader(task)
  let strange = 0
  const values = Float64Array.from(labels, (label) => {
    const code = read(label)
    if (code === STRANGE) {
      strange += 1
      return Number.NaN
    }
    return code ?? absentAs ?? Number.NaN
  })
  return { values, strange }
}

function recordedScores(task: Task, scores: readonly PredictionEvent['score'][]) {
  const width = scoresPerRow(task)
  const read = scoreReader(task)
  const values = new Float32Array(scores.length * width).fill(Number.NaN)
  let strange = 0
  let told = 0
  for (const [row, score] of scores.entries()) {
    const line = read(score)
    if (line === STRANGE) strange += 1
    else if (line !== undefined) {
      values.set(line, row * width)
      told += 1
    }
  }
  return { values: told === 0 ? null : values, strange }
}
