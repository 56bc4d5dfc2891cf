import type { EventValue, PredictionEvent } from './event.ts'
import type { ColumnKind, Task } from './schema.ts'
import { scoresPerRow } from './schema.ts'

/** A value that is there but not of its column's kind: kept as missing, and counted. */
export const STRANGE = Symbol('strange')

const ISO_TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/

/**
 * Milliseconds since 1970 UTC of an ISO 8601 text; without a zone it is UTC.
 * @returns NaN when it is none, or no day of the calendar
 */
export function momentOfText(text: string): number {
  if (!ISO_TIME.test(text)) return Number.NaN
  const isDate = text.length === 10
  const hasZone = isDate || /(?:Z|[+-]\d{2}:?\d{2})$/.test(text.slice(10))
  const plain = text.replace(' ', 'T')
  const at = Date.parse(hasZone ? plain : `${plain}Z`)
  // Date.parse takes the 30th of February for the 1st or 2nd of March.
  const day = Number(text.slice(8, 10))
  const month = Number(text.slice(5, 7))
  const days = new Date(Date.UTC(Number(text.slice(0, 4)), month, 0)).getUTCDate()
  return day >= 1 && day <= days ? at : Number.NaN
}

/**
 * A feature's value as the number or text that its column holds. Numbers and truth values are texts in a categorical
 * column, 0 and 1 are truth values; nothing else changes its kind.
 * @returns undefined where it is missing, STRANGE where it is not of the kind
 */
export function cellOf(value: unknown, kind: ColumnKind): number | string | undefined | typeof STRANGE {
  if (value === null || value === undefined) return undefined
  switch (kind) {
    case 'numeric':
      return typeof value === 'number' && Number.isFinite(value) ? value : STRANGE
    case 'boolean':
      if (typeof value === 'boolean') return Number(value)
      return value === 0 || value === 1 ? value : STRANGE
    case 'categorical':
      return typeof value === 'string' ? value : isPlain(value) ? String(value) : STRANGE
    case 'time': {
      const at = typeof value === 'string' ? momentOfText(value) : value
      return typeof at === 'number' && Number.isFinite(at) ? at : STRANGE
    }
  }
}

function isPlain(value: unknown): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean'
}

/**
 * Reads labels of a task: the class code or the value.
 * @returns a function that gives undefined for null (taken back), STRANGE for what is no label of the task
 */
export function labelReader(task: Task): (label: EventValue) => number | undefined | typeof STRANGE {
  if (task.kind === 'regression') {
    return (label) => (label === null ? undefined : typeof label === 'number' ? label : STRANGE)
  }
  const codes = new Map(task.classes.map((text, code) => [text, code]))
  const alias = codes.has('true') ? { '0': 'false', '1': 'true' } : { false: '0', true: '1' }
  return (label) => {
    if (label === null) return undefined
    const text = String(label)
    return codes.get(text) ?? codes.get((alias as Record<string, string>)[text] ?? '') ?? STRANGE
  }
}

/**
 * Reads what the model said, as one row of `Scores`: a number, one a class in the order of the classes, or one by the
 * name of each class. Probabilities lie in [0, 1].
 * @returns a function that gives undefined where nothing was told, STRANGE for what is no score of the task
 */
export function scoreReader(
  task: Task,
): (score: PredictionEvent['score']) => readonly number[] | undefined | typeof STRANGE {
  const width = scoresPerRow(task)
  return (score) => {
    if (score === null || score === undefined) return undefined
    const row = scoreRow(task, score)
    if (row === undefined || row.length !== width) return STRANGE
    const isFine = (p: number) => Number.isFinite(p) && (task.kind === 'regression' || (p >= 0 && p <= 1))
    return row.every(isFine) ? row : STRANGE
  }
}

function scoreRow(task: Task, score: Exclude<PredictionEvent['score'], null>): readonly number[] | undefined {
  if (typeof score === 'number') return task.kind === 'multiclass' ? undefined : [score]
  if (task.kind === 'regression') return Array.isArray(score) ? score : undefined
  const given = Array.isArray(score) ? score : task.classes.map((name) => (score as Record<string, number>)[name])
  if (task.kind === 'multiclass') return given.map((p) => p ?? Number.NaN)
  if (Array.isArray(score) && score.length === 1) return score
  return given.length === 2 && given[1] !== undefined ? [given[1]] : undefined
}
