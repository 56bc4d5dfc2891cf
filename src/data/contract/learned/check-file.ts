import { type Column, type Frame, findColumn } from '../../frame.ts'
import { type LabelFacts, labelFacts } from '../../label-facts.ts'
import type { Labels } from '../../labels.ts'
import { rowFacts } from '../../row-facts.ts'
import type { Task } from '../../schema.ts'
import { readTask } from '../../task.ts'
import { rules } from '../catalog.ts'
import { checkContract } from '../check.ts'
import type { ContractInput, Judged } from '../rule.ts'
import type { ContractDocument } from './document.ts'
import { featuresOf } from './learn.ts'
import { rulesOf } from './rules-of.ts'
import { shapesOf } from './shape.ts'

export type Outcome = 'ok' | 'broken' | 'insufficient'

export interface CheckedFile {
  readonly outcome: Outcome
  /** One a rule, in the order of the catalog. */
  readonly findings: readonly Judged[]
  /** Why some rules could not look, where it is not for want of rows. */
  readonly notes: readonly string[]
}

/**
 * Holds rows against a contract. Broken: a rule whose action is not `pass` is. Insufficient: none is, but a rule of rows
 * could look at nothing.
 *
 * @param now event time that ages are measured from, ms since 1970 UTC; null: ages are not checked
 */
export function checkContractFile(table: Frame, document: ContractDocument, now: number | null): CheckedFile {
  const current = rowFacts(table)
  const shapes = shapesOf(document.columns, current)
  const notes: string[] = []
  const labels = labelsOf(table, document, notes)
  const input: ContractInput = {
    ...shapes,
    labelNoise: null,
    facts: { current, reference: [] },
    labels: labels === null ? null : { current: labels, reference: [] },
    now,
  }
  const findings = merged(checkContract(input, rulesOf(document, labels !== null)))
  return { outcome: outcomeOf(findings), findings, notes }
}

/** Columns with other allowances are other entries of one rule: it has looked when one of them has. */
function merged(findings: readonly Judged[]): Judged[] {
  const byRule = new Map<string, Judged>()
  for (const finding of findings) {
    const known = byRule.get(finding.rule)
    byRule.set(finding.rule, known === undefined ? finding : together(known, finding))
  }
  return [...byRule.values()]
}

function together(a: Judged, b: Judged): Judged {
  const kinds = [a.kind, b.kind]
  const kind = kinds.includes('breach') ? 'breach' : kinds.includes('ok') ? 'ok' : 'insufficient'
  return { ...a, kind, breaches: [...a.breaches, ...b.breaches], unchecked: [...a.unchecked, ...b.unchecked] }
}

function outcomeOf(findings: readonly Judged[]): Outcome {
  if (findings.some(({ kind, action }) => kind === 'breach' && action !== 'pass')) return 'broken'
  // Rules that read labels may stay silent: new rows have none yet.
  const isSilent = ({ rule, kind, action }: Judged) =>
    kind === 'insufficient' && action !== 'pass' && rules.get(rule).reads === 'rows'
  return findings.some(isSilent) ? 'insufficient' : 'ok'
}

function labelsOf(table: Frame, { label, time, source }: ContractDocument, notes: string[]): LabelFacts | null {
  if (label === undefined) return null
  const column = findColumn(table, label.column)
  if (column === undefined || column.missing.every((gap) => gap === 1)) {
    const why = column === undefined ? 'there is no such column' : 'it has no value in any row'
    notes.push(`the label '${label.column}' was not checked: ${why}`)
    return null
  }
  const features = featuresOf(table, { label: label.column, time: time?.column, source: source?.column })
  const { task, labels } = asClasses(column) ?? readTask(column)
  return labelFacts(task, features, labels)
}

/** One class only is a breach to be told, not an input to be refused. */
function asClasses(column: Column): { readonly task: Task; readonly labels: Labels } | null {
  const present = new Set<number>()
  for (const [row, value] of column.values.entries()) if (column.missing[row] === 0) present.add(value)
  if (present.size !== 1 || column.kind === 'time') return null
  const [only] = present
  const text = column.kind === 'categorical' ? (column.categories[only ?? 0] ?? '') : boolOr(column.kind, only ?? 0)
  const labels = Float64Array.from(column.missing, (gap) => (gap === 1 ? Number.NaN : 0))
  return { task: { kind: 'multiclass', classes: [text] }, labels }
}

function boolOr(kind: Column['kind'], value: number): string {
  if (kind === 'boolean') return value === 1 ? 'true' : 'false'
  return String(value)
}
