import { RuleConfig } from '../catalog.ts'
import type { ContractDocument, LearnedRule } from './document.ts'

/**
 * The rules that a contract's file stands for, in the order of the catalog; what it does not say is not asked.
 *
 * @param hasLabels whether the rows have labels yet: without, nothing is asked of their column
 */
export function rulesOf(document: ContractDocument, hasLabels: boolean): RuleConfig[] {
  const { columns, rows, time, source, label, actions } = document
  const asked: RuleConfig[] = []
  // What is keyed by names is put in after parsing: a column may be called __proto__, which no parser lets through.
  const ask = (rule: LearnedRule, options: object, keyed: object = {}) => {
    const parsed = RuleConfig.parse({ rule, action: actions[rule] ?? 'quarantine', ...options })
    asked.push({ ...parsed, ...keyed } as RuleConfig)
  }
  const byName = <T>(entries: readonly (readonly [string, T])[]) => Object.fromEntries(entries)

  const kinded = hasLabels && label !== undefined ? [...columns, { name: label.column, kind: label.kind }] : columns
  const kinds = kinded.map(({ name, kind }) => [name, kind ?? 'any'] as const)
  ask('column-kinds', {}, { columns: byName(kinds) })
  for (const [maxShare, ranges] of grouped(columns, ({ maxOutside }) => maxOutside)) {
    const ranged = ranges.filter(({ min, max }) => min !== undefined || max !== undefined)
    if (ranged.length > 0)
      ask('value-range', { maxShare }, { columns: byName(ranged.map(({ name, min, max }) => [name, { min, max }])) })
  }
  if (columns.some(({ quantiles }) => quantiles !== undefined)) ask('scale-change', {})
  ask('missing-share', { maxShare: 1 }, { columns: byName(columns.map(({ name, maxMissing }) => [name, maxMissing])) })
  for (const [maxShare, some] of grouped(columns, ({ maxUnknown }) => maxUnknown)) {
    const listed = some.flatMap(({ name, categories }) =>
      categories === undefined ? [] : [[name, categories] as const],
    )
    if (listed.length > 0) ask('known-categories', { maxShare }, { columns: byName(listed) })
  }
  const unique = columns.filter((column) => column.unique).map(({ name }) => name)
  if (unique.length > 0) ask('unique-values', { columns: unique })
  if (rows.maxDuplicates !== undefined) ask('duplicate-rows', { maxShare: rows.maxDuplicates })
  if (rows.min !== undefined || rows.max !== undefined) ask('row-volume', { minRows: rows.min, maxRows: rows.max })
  if (time?.maxAgeHours !== undefined) ask('freshness', { column: time.column, maxAgeHours: time.maxAgeHours })
  if (source !== undefined) {
    const { column, maxShare, maxRatio, usual } = source
    ask('source-cap', { column, maxShare, maxRatio }, { usual: byName(usual.map(({ name, share }) => [name, share])) })
  }
  if (label !== undefined) {
    const classes = label.classes?.map(({ name, min, max }) => [name, { min, max }] as const)
    if (classes !== undefined) ask('class-balance', {}, { classes: byName(classes) })
    ask('leakage', { except: label.leaks })
  }
  return asked
}

/** Columns with the same allowance make one rule. */
function grouped<T>(columns: readonly T[], allowance: (column: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>()
  for (const column of columns) {
    const share = allowance(column)
    groups.set(share, [...(groups.get(share) ?? []), column])
  }
  return groups
}
