import type { Column } from '../../data/frame.ts'
import type { ColumnSketch, TableSketch } from '../../data/sketch/table-sketch.ts'
import type { CheckResult } from './check-result.ts'
import { checkFeature, FEATURE_VERDICTS, type FeatureCheck, type FeatureVerdict } from './feature-check.ts'
import { checkLevels } from './levels.ts'
import { type MetricChange, overallPerformance } from './performance-change.ts'
import { sentence } from './sentence.ts'
import { targetImportance } from './target-importance.ts'

export interface CheckInput {
  readonly reference: TableSketch
  readonly current: TableSketch
  readonly label?: string | undefined
  readonly prediction?: string | undefined
  /** The column that orders the rows: no feature. */
  readonly time?: string | undefined
  /** Only these; default every column that is none of the above. */
  readonly features?: readonly string[] | undefined
  /** Empty where it could not be measured. */
  readonly performance: readonly MetricChange[]
}

/** Fewer sampled values that only grow may be a coincidence. */
const FEWEST_STEPS = 50

/**
 * Holds a current file against a reference: what changed, and whether it hurts. With two files there is no history to
 * learn from how much is normal, so two-sample tests at ½ % a file (Bonferroni over all tests) decide together with the
 * least effect that matters.
 */
export function checkTables(input: CheckInput): CheckResult {
  const { reference, current, label, prediction, time } = input
  const later = new Map(current.columns.map((column) => [column.name, column]))
  const counters = reference.columns.filter(
    ({ name }) => name !== time && isCounter(reference, name) && isCounter(current, name),
  )
  const aside = new Set([label, prediction, time, ...counters.map(({ name }) => name)])
  const wanted = input.features === undefined ? null : new Set(input.features)
  const compared = reference.columns.filter(
    ({ name, kind }) => kind !== 'time' && (wanted === null ? !aside.has(name) : wanted.has(name)),
  )
  const special = reference.columns.filter(({ name }) => name === label || name === prediction)
  const limits = checkLevels(
    [...compared, ...special].flatMap((column) => {
      const now = later.get(column.name)
      return now !== undefined && now.kind === column.kind ? [{ reference: column, current: now }] : []
    }),
  )
  const performance = overallPerformance(input.performance)
  const target = prediction ?? label
  const names = compared.map(({ name }) => name)
  const importance = target === undefined ? null : targetImportance(reference.sample, target, names)
  const check = (column: ColumnSketch) =>
    checkFeature(column, later.get(column.name), {
      limits,
      importance: importance?.get(column.name),
      target: prediction === undefined ? 'label' : 'prediction',
      performance,
    })
  const features = compared.map(check).sort(byImportanceOfNews)
  const ofColumn = (name: string | undefined) => {
    const column = special.find((one) => one.name === name)
    return column === undefined || !later.has(column.name) ? null : check(column)
  }
  const result = {
    features,
    prediction: ofColumn(prediction),
    label: ofColumn(label),
    performance: input.performance,
    notes: notesOn(input, counters),
  }
  const verdict = overall(result, performance)
  return { verdict, because: sentence(verdict, result, [label, prediction]), ...result }
}

function overall(
  { features, prediction, label }: Pick<CheckResult, 'features' | 'prediction' | 'label'>,
  performance: string,
): FeatureVerdict {
  if (performance === 'worse') return 'hurts'
  const all = [...features, ...[prediction, label].filter((one) => one !== null)]
  // What could not be looked at says nothing against the others, but nothing for them either.
  if (all.every(({ verdict }) => verdict === 'insufficient')) return 'insufficient'
  return FEATURE_VERDICTS.find((verdict) => all.some((one) => one.verdict === verdict)) ?? 'quiet'
}

function byImportanceOfNews(a: FeatureCheck, b: FeatureCheck): number {
  const rank = ({ verdict }: FeatureCheck) => FEATURE_VERDICTS.indexOf(verdict)
  const weight = ({ importance, findings }: FeatureCheck) => (importance ?? 1) * Math.log1p(findings[0]?.strength ?? 0)
  return rank(a) - rank(b) || weight(b) - weight(a)
}

/** Whether a column only grows from row to row, as a row number or a time does: its values never come back. */
function isCounter({ sample }: TableSketch, name: string): boolean {
  const column = sample.columns.find((one) => one.name === name)
  if (column?.kind !== 'numeric') return false
  let last = Number.NEGATIVE_INFINITY
  let steps = 0
  for (const [row, value] of column.values.entries()) {
    if (isMissing(column, row)) continue
    if (value < last) return false
    if (value > last) steps++
    last = value
  }
  return steps >= FEWEST_STEPS
}

function isMissing(column: Column, row: number): boolean {
  return column.missing[row] === 1
}

function notesOn(
  { reference, current, features, performance }: CheckInput,
  counters: readonly ColumnSketch[],
): string[] {
  const known = new Set(reference.columns.map(({ name }) => name))
  const added = current.columns.filter(({ name }) => !known.has(name)).map(({ name }) => `'${name}'`)
  const isReversed = performance.some(({ metric, reference: before }) => metric === 'auc' && before.interval.high < 0.5)
  const left = counters.filter(({ name }) => features?.includes(name) !== true)
  return [
    ...left.map(({ name }) => `'${name}' grows from row to row like a counter or a time; it was not compared`),
    ...(isReversed
      ? ['the reference is predicted worse than by chance: does --positive name the class of the score?']
      : []),
    ...(added.length > 0 ? [`not compared, for the reference lacks them: ${added.join(', ')}`] : []),
  ]
}
