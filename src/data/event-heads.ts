import type { PredictionEvent } from './event.ts'

/** What is kept of a prediction event beside its features. */
export interface EventHead {
  readonly seq: number
  /** Ms since 1970 UTC. */
  readonly time: number
  readonly predictionId: string
  readonly version: number | null
  readonly score: PredictionEvent['score']
}

/** Heads of events, one a row, in the order in which they were pushed. */
export interface EventHeads {
  /** @returns its row */
  push(head: EventHead): number
  rows(): number
  seq(row: number): number
  time(row: number): number
  id(row: number): string
  /** 0 where none was told. */
  version(row: number): number
  score(row: number): PredictionEvent['score']
}

/** Starts without any. */
export function eventHeads(): EventHeads {
  let seqs = new Float64Array(1024)
  let times = new Float64Array(1024)
  let versions = new Int32Array(1024)
  const ids: string[] = []
  const scores: PredictionEvent['score'][] = []
  const grow = (length: number) => {
    const wider = { seqs: new Float64Array(length), times: new Float64Array(length), versions: new Int32Array(length) }
    wider.seqs.set(seqs)
    wider.times.set(times)
    wider.versions.set(versions)
    ;({ seqs, times, versions } = wider)
  }
  return {
    push({ seq, time, predictionId, version, score }) {
      const row = ids.length
      if (row === seqs.length) grow(row * 2)
      seqs[row] = seq
      times[row] = time
      versions[row] = version ?? 0
      ids.push(predictionId)
      scores.push(score)
      return row
    },
    rows: () => ids.length,
    seq: (row) => seqs[row]!,
    time: (row) => times[row]!,
    id: (row) => ids[row]!,
    version: (row) => versions[row]!,
    score: (row) => scores[row]!,
  }
}

/** Rows that make a window: what was last said of each prediction, and where the prediction stands. */
export interface KeptRows {
  readonly index: Uint32Array
  /** Event time of each prediction, ms since 1970 UTC. */
  readonly places: Float64Array
  /** Newest event that was said of them. */
  readonly newestSeq: number
}

/** Every row in start ≤ time < end, where nothing was corrected: its own place, its own values. */
export function originals(heads: EventHeads, start: number, end: number): KeptRows {
  const index = new Uint32Array(heads.rows())
  const places = new Float64Array(heads.rows())
  let count = 0
  let newestSeq = 0
  for (let row = 0; row < heads.rows(); row++) {
    const time = heads.time(row)
    if (time < start || time >= end) continue
    index[count] = row
    places[count++] = time
    newestSeq = Math.max(newestSeq, heads.seq(row))
  }
  return { index: index.slice(0, count), places: places.slice(0, count), newestSeq }
}

/** The same rows by place, then id. */
export function inOrder(heads: EventHeads, kept: KeptRows): KeptRows {
  const { index, places } = kept
  const before = (a: number, b: number) =>
    places[a]! - places[b]! || (heads.id(index[a]!) < heads.id(index[b]!) ? -1 : 1)
  let isSorted = true
  for (let at = 1; at < index.length && isSorted; at++) isSorted = before(at - 1, at) < 0
  // Services tell of predictions as they make them: mostly there is nothing to sort.
  if (isSorted) return kept
  const order = Uint32Array.from(index, (_, at) => at).sort(before)
  return { ...kept, index: order.map((at) => index[at]!), places: Float64Array.from(order, (at) => places[at]!) }
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

/** Predictions by id, each with all that was said of it. */
export interface CorrectedPredictions {
  hear(row: number, isCorrection: boolean): void
  has(predictionId: string): boolean
  strays(): string[]
  keep(start: number, end: number): KeptRows
}

/** Starts with the rows that are there, none of which corrects another. */
export function correctedPredictions(heads: EventHeads): CorrectedPredictions {
  const byId = new Map<string, Prediction>()
  function hear(row: number, isCorrection: boolean): void {
    const [id, time, seq] = [heads.id(row), heads.time(row), heads.seq(row)]
    const known = byId.get(id)
    if (known === undefined) {
      byId.set(id, { place: time, row, seq, hasOriginal: !isCorrection })
      return
    }
    known.place = Math.min(known.place, time)
    known.seq = Math.max(known.seq, seq)
    known.hasOriginal ||= !isCorrection
    if (isNewer({ time, seq }, { time: heads.time(known.row), seq: heads.seq(known.row) })) known.row = row
  }
  for (let row = 0; row < heads.rows(); row++) hear(row, false)
  return {
    hear,
    has: (predictionId) => byId.has(predictionId),
    strays: () => [...byId].filter(([, { hasOriginal }]) => !hasOriginal).map(([id]) => id),
    keep(start, end) {
      const kept = [...byId.values()].filter(({ place }) => place >= start && place < end)
      return {
        index: Uint32Array.from(kept, ({ row }) => row),
        places: Float64Array.from(kept, ({ place }) => place),
        newestSeq: kept.reduce((newest, { seq }) => Math.max(newest, seq), 0),
      }
    },
  }
}

/** Whether an event counts rather than another: it is newer, or as new and came later. */
export function isNewer(
  a: { readonly time: number; readonly seq: number },
  b: { readonly time: number; readonly seq: number },
): boolean {
  return a.time > b.time || (a.time === b.time && a.seq > b.seq)
}
