import { assert } from '../base/assert.ts'
import type { Instant } from '../base/clock.ts'
import { type Frame, takeRows } from '../data/frame.ts'
import { joined, type Labels } from '../data/labels.ts'
import type { Schema } from '../data/schema.ts'
import { stackedFrames } from '../data/stacked-frames.ts'
import type { WindowRows } from '../data/window-rows.ts'
import type { SnapshotWindow } from './live-run.ts'

/** A window as it was read for a run. */
export interface CollectedWindow {
  readonly window: number
  /** In event time: startAt ≤ t < endAt. */
  readonly startAt: Instant
  readonly endAt: Instant
  readonly rows: WindowRows
}

/** Rows of consecutive windows, as they stand in one file of a snapshot. */
export interface SnapshotRows {
  readonly windows: readonly SnapshotWindow[]
  readonly ids: readonly string[]
  /** Event times, ms since 1970 UTC. */
  readonly times: Float64Array
  readonly features: Frame
  readonly labels: Labels
}

/** The rows of windows below each other. @param labelledOnly leaves out rows that nothing can be learned from */
export function snapshotRows(
  collected: readonly CollectedWindow[],
  schema: Schema,
  { labelledOnly }: { readonly labelledOnly: boolean },
): SnapshotRows {
  const parts = collected.map(({ rows, ...window }) => {
    const all = Array.from(rows.ids, (_, row) => row)
    const kept = labelledOnly ? all.filter((row) => !Number.isNaN(rows.labels[row])) : all
    return {
      window: { ...window, rows: kept.length },
      ids: kept.map((row) => rows.ids[row] as string),
      times: Float64Array.from(kept, (row) => rows.times[row] as number),
      features: takeRows(rows.features, kept),
      labels: Float64Array.from(kept, (row) => rows.labels[row] as number),
    }
  })
  return {
    windows: parts.map(({ window }) => window),
    ids: parts.flatMap(({ ids }) => ids),
    times: joined(
      parts.map(({ times }) => times),
      Float64Array,
    ),
    features: stackedFrames(
      parts.map(({ features }) => features),
      schema,
    ),
    labels: joined(
      parts.map(({ labels }) => labels),
      Float64Array,
    ),
  }
}

/** Where the rows of a window begin and end; null where the rows have no such window. */
export function spanOf({ windows }: SnapshotRows, window: number): { from: number; to: number } | null {
  let from = 0
  for (const each of windows) {
    if (each.window === window) return { from, to: from + each.rows }
    from += each.rows
  }
  return null
}

/**
 * Refuses what may never be learned from: a row of a held-out window, of a window that was not asked for, outside its
 * window in time, twice, or without a label; and an event that the run may not know of.
 * @throws BrokenInvariant: whoever reads rows is wrong
 */
export function auditRows(
  train: SnapshotRows,
  heldOut: SnapshotRows,
  { newestSeq, knownSeq }: { readonly newestSeq: number; readonly knownSeq: number },
): void {
  assert(newestSeq <= knownSeq, `rows know of event ${newestSeq}, the run may know of ${knownSeq}`)
  const judgedFrom = heldOut.windows[0]?.startAt ?? Number.POSITIVE_INFINITY
  const seen = new Set<string>()
  for (const part of [train, heldOut]) {
    let row = 0
    for (const { window, startAt, endAt, rows } of part.windows) {
      assert(
        part !== train || endAt <= judgedFrom,
        `window ${window} would be learned from and is newer than one held out`,
      )
      for (const end = row + rows; row < end; row++) {
        const time = part.times[row] as number
        const id = part.ids[row] as string
        assert(time >= startAt && time < endAt, `row ${id} of window ${window} is of another time, ${time}`)
        assert(!seen.has(id), `row ${id} was read twice`)
        assert(part !== train || !Number.isNaN(part.labels[row]), `row ${id} would be learned from and has no label`)
        seen.add(id)
      }
    }
    assert(row === part.ids.length, `${part.ids.length - row} rows belong to no window`)
  }
}
