import { Fault } from '../../base/fault.ts'
import type { MetricInput } from './metric.ts'

/** Probabilities come as 32-bit floats: one may miss 0 or 1 by a rounding. */
const ROUNDING = 1e-6

/**
 * Visits each row that has a label, in order, after checking its label and scores.
 *
 * @param see called with the row's index and its label
 * @returns rows visited
 * @throws RangeError when lengths and classes do not fit; Fault DATA_INVALID for an impossible label or score
 */
export function forEachLabelled(input: MetricInput, see: (row: number, label: number) => void): number {
  requireShape(input)
  const { kind, classes, labels, scores } = input
  const width = kind === 'multiclass' ? classes : 1
  let rows = 0
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!
    if (Number.isNaN(label)) continue
    requireLabel(input, row, label)
    for (let i = row * width; i < (row + 1) * width; i++) requireScore(kind, row, scores[i]!)
    see(row, label)
    rows += 1
  }
  return rows
}

/** Rows that have a label. */
export function countLabelled(input: MetricInput): number {
  let rows = 0
  for (const label of input.labels) if (!Number.isNaN(label)) rows += 1
  return rows
}

/** The class a row is given: 1 where P(class 1) > ½; of several the likeliest, on a tie the lower code. */
export function predictedClass({ kind, classes, scores }: MetricInput, row: number): number {
  if (kind === 'binary') return scores[row]! > 0.5 ? 1 : 0
  let best = 0
  for (let c = 1; c < classes; c++) if (scores[row * classes + c]! > scores[row * classes + best]!) best = c
  return best
}

function requireShape({ kind, classes, labels, scores }: MetricInput): void {
  const isClasses =
    kind === 'regression' ? classes === 0 : kind === 'binary' ? classes === 2 : Number.isInteger(classes) && classes > 1
  if (!isClasses) throw new RangeError(`${kind} cannot have ${classes} classes`)
  const wanted = labels.length * (kind === 'multiclass' ? classes : 1)
  if (scores.length !== wanted)
    throw new RangeError(`${labels.length} rows need ${wanted} scores; got ${scores.length}`)
}

function requireLabel({ kind, classes }: MetricInput, row: number, label: number): void {
  const isPossible =
    kind === 'regression' ? Number.isFinite(label) : Number.isInteger(label) && label >= 0 && label < classes
  if (isPossible) return
  const allowed = kind === 'regression' ? 'a finite number' : `a class code from 0 to ${classes - 1}`
  throw new Fault('DATA_INVALID', `the label of row ${row} must be ${allowed}; got ${label}`)
}

function requireScore(kind: MetricInput['kind'], row: number, score: number): void {
  const allowed = impossibleScore(kind, score)
  if (allowed !== null) throw new Fault('DATA_INVALID', `the score of row ${row} must be ${allowed}; got ${score}`)
}

/** What a score must be, in plain words, when `score` is not: finite for a value, else a probability but for a rounding. */
export function impossibleScore(kind: MetricInput['kind'], score: number): string | null {
  if (kind === 'regression') return Number.isFinite(score) ? null : 'a finite number'
  return score >= -ROUNDING && score <= 1 + ROUNDING ? null : 'a probability in [0, 1]'
}
