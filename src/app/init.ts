import { dirname, isAbsolute, relative, resolve } from 'node:path'
import { Fault } from '../base/fault.ts'
import { MS_PER_DAY, parseSpan } from '../base/units.ts'
import type { InitAnswer, InitAsked } from '../cli/init-report.ts'
import { DEFAULT_CONTRACT, RuleConfig } from '../data/contract/catalog.ts'
import type { ContractDocument } from '../data/contract/learned/document.ts'
import { learnContract } from '../data/contract/learned/learn.ts'
import { type Column, type Frame, frame } from '../data/frame.ts'
import type { Task } from '../data/schema.ts'
import { readTask } from '../data/task.ts'
import { readTable } from '../store/files/read-table.ts'
import { columnCalled } from './column-called.ts'
import { MODEL_NAME, ModelSettings } from './config/schema.ts'
import { configYaml } from './config/write.ts'
import { saidTrainer } from './said-trainer.ts'

/** Lengths of a window that people think in, shortest first. */
const SPANS = ['1h', '2h', '6h', '12h', '1d', '2d', '7d', '14d', '28d', '90d'] as const
/** Fewer rows in a window say little. */
const GOOD_ROWS = 500
/** Fewer windows leave nothing to compare. */
const LEAST_WINDOWS = 12
/** Text of which more than this share of the values stands once only is a name or an id. */
const MOST_DISTINCT = 0.9

/**
 * Learns from a sample what a model reads and predicts and what good rows look like, as the text of a configuration.
 * @throws Fault USAGE for a name that no model can have; COLUMN_UNKNOWN, DATA_INVALID and what reading a file throws
 */
export async function init(asked: InitAsked): Promise<InitAnswer> {
  if (!MODEL_NAME.test(asked.model))
    throw new Fault('USAGE', `a model's name is a-z, 0-9, dot, dash, underscore, at most 64; got '${asked.model}'`)
  const { frame: table, notes: repairs } = await readTable(asked.sample, { timeColumn: asked.time })
  const notes = [...repairs]
  const { task } = readTask(columnCalled(table, asked.label, 'label'), { positive: asked.positive })
  if (asked.positive !== undefined && task.kind !== 'binary')
    throw new Fault('USAGE', `--positive is for two classes; '${asked.label}' is ${task.kind}`)
  const id = asked.id === undefined ? guessedId(table, asked, notes) : columnCalled(table, asked.id, 'id').name
  const { features, ignored } = featuresOf(table, { ...asked, id }, notes)
  const span = windowsOf(timesOf(table, asked.time), asked.every)
  const { document } = learnContract(frame([...features, columnCalled(table, asked.label, 'label')]), {
    label: asked.label,
  })
  const contract = rulesOf(document)
  const label = {
    column: asked.label,
    ...(task.kind === 'binary' ? { positive: task.classes[1] } : {}),
    ...(asked.labelDelay === undefined ? {} : { delay: asked.labelDelay }),
  }
  const settings = ModelSettings.parse({
    task: task.kind,
    label,
    time: asked.time,
    ...(id === undefined ? {} : { id }),
    ...(ignored.length === 0 ? {} : { ignore: ignored }),
    kinds: Object.fromEntries(features.map(({ name, kind }) => [name, kind])),
    source: seenFrom(asked.output, asked.sample),
    windows: { every: span.every },
    contract,
    ...(asked.trainer === undefined ? {} : { trainer: saidTrainer({ trainer: asked.trainer }) }),
    ...(asked.mode === undefined ? {} : { mode: asked.mode }),
  })
  const about = `Written by keepfit init from ${table.rows} rows of ${asked.sample}. Read it, change it; keepfit apply makes a running server read it anew.`
  return {
    text: configYaml(new Map([[asked.model, settings]]), about),
    model: asked.model,
    predicts: predictsText(asked.label, task),
    rows: table.rows,
    features: features.length,
    every: span.every,
    windows: span.count,
    rules: contract.length,
    notes,
  }
}

/** A column that is called an id and never repeats is one. */
function guessedId(table: Frame, { label, time }: InitAsked, notes: string[]): string | undefined {
  const found = table.columns.find(
    (column) =>
      /(?:^|[_-])id$/i.test(column.name) && ![label, time].includes(column.name) && distinctShare(column) === 1,
  )
  if (found !== undefined)
    notes.push(`'${found.name}' never repeats and is taken as the id of a row (--id says otherwise)`)
  return found?.name
}

/** Distinct values per row that has one, in [0, 1]. */
function distinctShare({ values, missing }: Column): number {
  const seen = new Set<number>()
  let rows = 0
  for (const [row, value] of values.entries()) {
    if (missing[row] === 1) continue
    rows++
    seen.add(value)
  }
  return rows === 0 ? 0 : seen.size / rows
}

function featuresOf(
  table: Frame,
  { label, time, id }: { readonly label: string; readonly time: string; readonly id: string | undefined },
  notes: string[],
): { readonly features: Column[]; readonly ignored: string[] } {
  const ignored: string[] = []
  const features = table.columns.filter((column) => {
    const { name, kind } = column
    if ([label, time, id].includes(name) || kind === 'time') return false
    if (kind === 'categorical' && distinctShare(column) > MOST_DISTINCT) {
      notes.push(`'${name}' has another value in nearly every row, as a name or an id has: it is not learned from`)
      ignored.push(name)
      return false
    }
    return true
  })
  if (features.length === 0)
    throw new Fault('DATA_INVALID', `there is no column to learn from beside '${label}' and '${time}'`)
  return { features, ignored }
}

function timesOf(table: Frame, time: string): { readonly first: number; readonly last: number; readonly rows: number } {
  const column = columnCalled(table, time, 'time')
  if (column.kind !== 'time')
    throw new Fault('DATA_INVALID', `the time column '${time}' must hold dates or times; it is ${column.kind}`)
  // In order of time already.
  const known = column.values.filter((_, row) => column.missing[row] === 0)
  return { first: known[0] ?? 0, last: known.at(-1) ?? 0, rows: known.length }
}

/** The shortest usual window with rows enough, as long as there are windows enough to compare. */
function windowsOf(
  { first, last, rows }: { readonly first: number; readonly last: number; readonly rows: number },
  given: string | undefined,
): { readonly every: string; readonly count: number } {
  const length = Math.max(1, last - first)
  const countOf = (span: string) => Math.ceil(length / parseSpan(span, '--every'))
  if (given !== undefined) return { every: given, count: countOf(given) }
  const enough = SPANS.filter((span) => countOf(span) >= LEAST_WINDOWS)
  const every =
    enough.find((span) => rows / countOf(span) >= GOOD_ROWS) ?? enough.at(-1) ?? (length < MS_PER_DAY ? '1h' : '1d')
  return { every, count: countOf(every) }
}

/** What the sample keeps to, as rules that every window must keep to. */
function rulesOf({ columns }: ContractDocument): RuleConfig[] {
  const each = <T>(pick: (column: ContractDocument['columns'][number]) => T | undefined): Record<string, T> =>
    Object.fromEntries(
      columns.flatMap((column) => {
        const picked = pick(column)
        return picked === undefined ? [] : [[column.name, picked]]
      }),
    )
  const ranges = each(({ min, max }) =>
    min === undefined && max === undefined
      ? undefined
      : { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) },
  )
  const known = each(({ categories }) => (categories === undefined || categories.length === 0 ? undefined : categories))
  const gaps = each(({ maxMissing }) => (maxMissing < 1 ? maxMissing : undefined))
  const learned: unknown[] = [{ rule: 'column-kinds', columns: each(({ kind }) => kind) }]
  if (Object.keys(ranges).length > 0) learned.push({ rule: 'value-range', columns: ranges })
  if (Object.keys(known).length > 0) learned.push({ rule: 'known-categories', columns: known })
  if (Object.keys(gaps).length > 0) learned.push({ rule: 'missing-share', maxShare: 1, columns: gaps })
  return [...DEFAULT_CONTRACT, ...learned.map((rule) => RuleConfig.parse(rule))]
}

function predictsText(label: string, task: Task): string {
  if (task.kind === 'regression') return `the number '${label}'`
  const classes = task.classes.map((name) => `'${name}'`).join(', ')
  return task.kind === 'binary'
    ? `'${label}' (${classes}; '${task.classes[1]}' is positive)`
    : `'${label}' (${classes})`
}

function seenFrom(output: string, sample: string): string {
  return isAbsolute(sample) ? sample : relative(dirname(resolve(output)), resolve(sample))
}
