import type { Evidence } from '../../src/base/evidence.ts'
import { type Column, type Frame, frame } from '../../src/data/frame.ts'
import type { Labels, Scores } from '../../src/data/labels.ts'
import { profileRows } from '../../src/data/profile.ts'
import { learnLayout } from '../../src/data/profile-layout.ts'
import type { Task } from '../../src/data/schema.ts'
import type { WatchedVersion, WindowView } from '../../src/detectors/detector.ts'

/** A column of numbers; NaN is a gap. */
export function numbersColumn(name: string, values: Iterable<number>): Column {
  const all = Float64Array.from(values)
  return { kind: 'numeric', name, values: all, missing: Uint8Array.from(all, (x) => (Number.isNaN(x) ? 1 : 0)) }
}

/** A column of texts, numbered in order of first sight; null is a gap. */
export function textsColumn(name: string, texts: readonly (string | null)[]): Column {
  const categories = [...new Set(texts.filter((text) => text !== null))]
  const values = Int32Array.from(texts, (text) => (text === null ? -1 : categories.indexOf(text)))
  return {
    kind: 'categorical',
    name,
    values,
    missing: Uint8Array.from(values, (code) => (code < 0 ? 1 : 0)),
    categories,
  }
}

/** A column of yes and no. */
export function flagsColumn(name: string, flags: readonly boolean[]): Column {
  const values = Uint8Array.from(flags, Number)
  return { kind: 'boolean', name, values, missing: new Uint8Array(flags.length) }
}

interface Outcomes {
  readonly labels?: Labels
  readonly scores?: Scores
}

/** A version trained on these columns, and the windows that it is shown. */
export function watchedOn(
  columns: readonly Column[],
  { task = { kind: 'binary', classes: ['no', 'yes'] }, labels }: { task?: Task; labels?: Labels } = {},
) {
  const features: Frame = frame(columns)
  const layout = learnLayout(features)
  const reference = profileRows(features, layout)
  const known = labels ?? new Float64Array(features.rows)
  const training = { features, labels: known }
  const version: WatchedVersion = { task, reference, referenceWindows: [reference], training, scale: 1, seed: 1 }
  const view = (now: readonly Column[], outcomes: Outcomes = {}, window = 0): WindowView => {
    const rows = frame(now)
    const { labels: seen = new Float64Array(rows.rows).fill(Number.NaN), scores = new Float32Array(rows.rows) } =
      outcomes
    return { window, features: rows, profile: profileRows(rows, layout), labels: seen, scores }
  }
  return { version, view }
}

/** The alarms among the evidence, by subject. */
export function alarmsOf(evidence: readonly Evidence[]): readonly string[] {
  return evidence.filter((e) => (e.kind === 'distance' || e.kind === 'p-value') && e.alarm).map((e) => e.subject)
}

/** The value of a distance; NaN for anything else. */
export function distanceOf(evidence: Evidence | undefined): number {
  return evidence?.kind === 'distance' ? evidence.value : Number.NaN
}
