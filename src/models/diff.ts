import type { Interval } from '../base/evidence.ts'
import { canonicalJson } from '../data/event-body.ts'
import type { Version } from './version.ts'

/** One thing in which two versions differ, or that they share. */
export interface Difference {
  readonly part: 'data' | 'trainer' | 'parameters' | 'metrics' | 'verdicts' | 'code' | 'artifact'
  readonly what: string
  /** As text; null where the version has no such thing. */
  readonly a: string | null
  readonly b: string | null
  readonly isSame: boolean
  /** b − a, of numbers. */
  readonly change: number | null
}

/** What two versions say about the same rows. */
export interface RowComparison {
  /** Labelled rows that both were scored on. */
  readonly rows: number
  /** Share of rows on which both say the same. */
  readonly agreement: number
  readonly meanLossA: number
  readonly meanLossB: number
  /** Mean loss of b less that of a, and where it may plausibly lie. Below zero: b is better. */
  readonly difference: { readonly value: number; readonly interval: Interval }
}

/** Everything in which two versions may differ, with what is the same beside it. */
export function versionDiff(a: Version, b: Version): readonly Difference[] {
  const of = (part: Difference['part'], what: string, left: unknown, right: unknown) =>
    difference(part, what, left, right)
  return [
    of('data', 'windows', spanOf(a), spanOf(b)),
    of('data', 'window count', count(a), count(b)),
    of('data', 'rows', a.rows, b.rows),
    of('data', 'snapshot md5', a.snapshot?.md5, b.snapshot?.md5),
    of('data', 'cut-off', time(a.cutOffAt), time(b.cutOffAt)),
    ...entries('trainer', a.trainer, b.trainer),
    of('trainer', 'origin', a.origin, b.origin),
    of('trainer', 'training time (ms)', a.trainMs, b.trainMs),
    ...entries('parameters', a.parameters, b.parameters),
    ...entries('metrics', a.metrics, b.metrics),
    ...entries('verdicts', outcomes(a), outcomes(b)),
    of('code', 'code version', a.codeVersion, b.codeVersion),
    of('artifact', 'digest', a.artifactDigest, b.artifactDigest),
    of('artifact', 'bytes', a.artifactBytes, b.artifactBytes),
  ]
}

type Named = Readonly<Record<string, unknown>>

function entries(part: Difference['part'], a: Named, b: Named): Difference[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()
  const own = (of: Named, name: string) => (Object.hasOwn(of, name) ? of[name] : undefined)
  return names.map((name) => difference(part, name, own(a, name), own(b, name)))
}

function difference(part: Difference['part'], what: string, left: unknown, right: unknown): Difference {
  const [a, b] = [textOf(left), textOf(right)]
  const change = typeof left === 'number' && typeof right === 'number' ? right - left : null
  return { part, what, a, b, isSame: a === b, change }
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null
  return typeof value === 'string' ? value : canonicalJson(value)
}

function outcomes({ verdicts }: Version): Named {
  return Object.fromEntries(
    verdicts.map(({ gate, outcome, observed, limit, rows }) => [
      gate,
      `${outcome} (observed ${observed ?? '–'}, limit ${limit ?? '–'}, n ${rows})`,
    ]),
  )
}

function spanOf({ windows }: Version): string | null {
  return windows.length === 0 ? null : `${windows[0]} to ${windows.at(-1)}`
}

function count({ windows }: Version): number | null {
  return windows.length === 0 ? null : windows.length
}

function time(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString()
}
