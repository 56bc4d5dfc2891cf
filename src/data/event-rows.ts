import type { EventValue, PredictionEvent } from './event.ts'
import { type EventColumn, eventColumn } from './event-columns.ts'
import {
  type CorrectedPredictions,
  correctedPredictions,
  type EventHeads,
  eventHeads,
  inOrder,
  isNewer,
  type KeptRows,
  originals,
} from './event-heads.ts'
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

/** Many predictions at once, none of which corrects another; each has its values where the functions say. */
export interface PredictionChunk {
  readonly rows: number
  readonly seq: (row: number) => number
  /** Ms since 1970 UTC. */
  readonly time: (row: number) => number
  readonly id: (row: number) => string
  readonly version: (row: number) => number | null
  readonly score: (row: number) => PredictionEvent['score']
  /** For each feature, in the order of the schema, as it stood in the event's JSON; undefined: no event told it. */
  readonly features: readonly (((row: number) => unknown) | undefined)[]
}

/** Predictions of a stretch and all that corrects them, in any order, each event once. */
export interface EventRows {
  /** An event's head with the features of its own JSON. */
  pushEvent(head: PredictionHead, features: PredictionEvent['features']): void
  pushChunk(chunk: PredictionChunk): void
  /** Makes room at once for so many more. */
  reserve(more: number): void
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

/**
 * Collects predictions as rows. A prediction belongs where the earliest of its events stands; what its newest event says
 * counts, of equally new ones the last to come.
 */
export function eventRows(schema: ModelSchema): EventRows {
  const columns = schema.features.map(eventColumn)
  const heads = eventHeads()
  // Nobody need be looked up by name until something is corrected: of most windows nothing ever is.
  let corrected: CorrectedPredictions | null = null
  const lookUp = () => {
    corrected ??= correctedPredictions(heads)
    return corrected
  }
  return {
    pushEvent(head, features) {
      if (head.isCorrection) lookUp()
      const row = heads.push(head)
      corrected?.hear(row, head.isCorrection)
      for (const [i, { name }] of schema.features.entries()) {
        columns[i]!.push(Object.hasOwn(features, name) ? features[name] : undefined)
      }
    },
    pushChunk(chunk) {
      const { rows, seq, time, id, version, score } = chunk
      for (let i = 0; i < rows; i++) {
        const row = heads.push({
          seq: seq(i),
          time: time(i),
          predictionId: id(i),
          version: version(i),
          score: score(i),
        })
        corrected?.hear(row, false)
      }
      for (const [i, column] of columns.entries()) column.pushMany(rows, chunk.features[i])
    },
    reserve(more) {
      for (const column of columns) column.reserve(more)
    },
    has: (predictionId) => lookUp().has(predictionId),
    strays: () => corrected?.strays() ?? [],
    settle(start, end) {
      const kept = corrected === null ? originals(heads, start, end) : corrected.keep(start, end)
      return settled({ task: schema.task, columns, heads, kept: inOrder(heads, kept) })
    },
  }
}

interface Settling {
  readonly task: Task
  readonly columns: readonly EventColumn[]
  readonly heads: EventHeads
  readonly kept: KeptRows
}

function settled({ task, columns, heads, kept }: Settling): SettledRows {
  const { index, places } = kept
  const ids = Array.from(index, (row) => heads.id(row))
  const newest = newestLabels(ids)
  return {
    ids,
    pushLabel: newest.push,
    build(absentAs) {
      const taken = columns.map((column) => column.take(index))
      const labels = labelCodes(task, newest.labels(), absentAs)
      const recorded = recordedScores(task, heads, index)
      const features = frame(taken.map(({ column }) => column))
      return {
        ids,
        times: places,
        features: columns.length === 0 ? { rows: ids.length, columns: [] } : features,
        labels: labels.values,
        recorded: recorded.values,
        versions: Int32Array.from(index, (row) => heads.version(row)),
        newestSeq: Math.max(kept.newestSeq, newest.newestSeq()),
        strange: taken.reduce((sum, { strange }) => sum + strange, labels.strange + recorded.strange),
      }
    },
  }
}

/** Of each prediction the label that counts. */
function newestLabels(ids: readonly string[]) {
  let rowOf: Map<string, number> | null = null
  const newest: ({ readonly seq: number; readonly time: number; readonly label: EventValue } | undefined)[] = []
  let newestSeq = 0
  return {
    push({ predictionId, seq, time }: EventPlace, label: EventValue): void {
      rowOf ??= new Map(ids.map((id, row) => [id, row]))
      const row = rowOf.get(predictionId)
      if (row === undefined) return
      newestSeq = Math.max(newestSeq, seq)
      const known = newest[row]
      if (known === undefined || isNewer({ seq, time }, known)) newest[row] = { seq, time, label }
    },
    newestSeq: () => newestSeq,
    labels: (): readonly EventValue[] => ids.map((_, row) => newest[row]?.label ?? null),
  }
}

function labelCodes(task: Task, labels: readonly EventValue[], absentAs: number | null) {
  const read = labelReader(task)
  const values = new Float64Array(labels.length)
  let strange = 0
  for (let row = 0; row < labels.length; row++) {
    const code = read(labels[row] ?? null)
    if (code === STRANGE) strange += 1
    values[row] = code === STRANGE ? Number.NaN : (code ?? absentAs ?? Number.NaN)
  }
  return { values, strange }
}

function recordedScores(task: Task, heads: EventHeads, index: Uint32Array) {
  const width = scoresPerRow(task)
  const read = scoreReader(task)
  const values = new Float32Array(index.length * width).fill(Number.NaN)
  let strange = 0
  let told = 0
  for (let row = 0; row < index.length; row++) {
    const line = read(heads.score(index[row]!))
    if (line === STRANGE) strange += 1
    else if (line !== undefined) {
      values.set(line, row * width)
      told += 1
    }
  }
  return { values: told === 0 ? null : values, strange }
}
