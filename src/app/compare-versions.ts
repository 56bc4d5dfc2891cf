import { joined, type Labels, type Scores } from '../data/labels.ts'
import type { KnownVersion, LivePorts } from '../live/ports.ts'
import type { RowComparison } from '../models/diff.ts'
import { compareScores } from '../models/row-comparison.ts'

/** Newest windows that two versions are compared on. */
const MOST_WINDOWS = 8

type Ports = Pick<LivePorts, 'settings' | 'life' | 'shape' | 'version' | 'windows' | 'rows' | 'scores'>

/**
 * Scores two versions on the newest windows whose labels have matured and that neither has learned from.
 * @returns null where there are no such rows, or nobody knows what a version has learned from
 */
export async function compareOnRows(ports: Ports, model: string, a: number, b: number): Promise<RowComparison | null> {
  const shape = await ports.shape(model)
  const pair = [await ports.version(model, a), await ports.version(model, b)]
  if (shape === null || pair.some((version) => firstUnseen(version) === null)) return null
  const { schema } = shape
  const { cursor } = await ports.life(model)
  const from = Math.max(
    ...pair.map((version) => firstUnseen(version)?.window ?? 0),
    cursor.nextMatured - MOST_WINDOWS,
    0,
  )
  const since = Math.max(...pair.map((version) => firstUnseen(version)?.time ?? 0))
  const numbers = Array.from({ length: Math.max(0, cursor.nextMatured - from) }, (_, i) => from + i)
  const settings = await ports.settings(model)
  const absentAs = settings.labels.absentAfterMs === null ? null : settings.labels.absentMeans
  const parts: { labels: Labels; a: Scores; b: Scores }[] = []
  for (const { start, end, maturedSeq } of await ports.windows(model, numbers)) {
    if (start < since || maturedSeq === null) continue
    const rows = await ports.rows(model, { start, end, schema, labels: { upToSeq: maturedSeq, absentAs } })
    if (rows.features.rows === 0) continue
    const [saidA, saidB] = [await ports.scores(model, a, rows), await ports.scores(model, b, rows)]
    parts.push({ labels: rows.labels, a: saidA, b: saidB })
  }
  return compareScores(
    schema.task,
    joined(
      parts.map(({ labels }) => labels),
      Float64Array,
    ),
    joined(
      parts.map((part) => part.a),
      Float32Array,
    ),
    joined(
      parts.map((part) => part.b),
      Float32Array,
    ),
  )
}

/** First window, and first event time, that a version cannot know; null: nobody knows. */
function firstUnseen({ windows, cutOffAt }: KnownVersion): { readonly window: number; readonly time: number } | null {
  const newest = windows.at(-1)
  if (newest === undefined && cutOffAt === null) return null
  return { window: (newest ?? -1) + 1, time: newest === undefined ? (cutOffAt ?? 0) : 0 }
}
