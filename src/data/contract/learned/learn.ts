import { type Column, type Frame, findColumn, frame } from '../../frame.ts'
import { labelFacts } from '../../label-facts.ts'
import { findFacts, type RowFacts, rowFacts } from '../../row-facts.ts'
import { readTask } from '../../task.ts'
import { leakageRule } from '../leakage.ts'
import { blockEnds, blockFacts } from './blocks.ts'
import type { ContractDocument } from './document.ts'
import { learnColumn, upward } from './learn-column.ts'

/** What the columns of the rows are for. */
export interface ColumnRoles {
  readonly label?: string | undefined
  readonly time?: string | undefined
  readonly source?: string | undefined
}

export interface LearnedContract {
  readonly document: ContractDocument
  /** Why less is promised than one might expect, by column. */
  readonly remarks: ReadonlyMap<string, readonly string[]>
  /** The same of parts of the document, which may be called as a column is. */
  readonly partRemarks: ReadonlyMap<'source' | 'label', readonly string[]>
}

/** A file may be a tenth or ten times as long: it is another file, not another span of time. */
const VOLUME_RATIO = 10
/** Where more rows than this repeat, they do so by nature. */
const MOST_DUPLICATES = 0.5
const MOST_SOURCES = 200
/** Least room on either side of what a class's share was in any tenth of the rows. */
const LEAST_ROOM = 0.05

/**
 * Learns a contract from rows that are known to be good: what clean rows of the same kind keep to, with margins from how
 * much blocks of them differ. Each promise is tried on later blocks before it is made.
 *
 * @param table rows in the order of time
 * @throws Fault DATA_INVALID when the label is none that can be learned
 */
export function learnContract(table: Frame, { label, time, source }: ColumnRoles): LearnedContract {
  const whole = rowFacts(table)
  const blocks = blockFacts(table)
  const remarks = new Map<string, readonly string[]>()
  const partRemarks: PartRemarks = new Map()
  const taken = new Set([label, time])
  const columns = table.columns.flatMap(({ name }) => {
    const facts = findFacts(whole, name)
    if (facts === undefined || name === label) return []
    const learned = learnColumn(
      facts,
      blocks.flatMap((block) => findFacts(block, name) ?? []),
    )
    if (!taken.has(name)) {
      remarks.set(name, learned.remarks)
      return [learned.promise]
    }
    // The position of a row moves on by nature: of it only its kind and its gaps are promised.
    const { kind, maxMissing, unique } = learned.promise
    return [{ name, ...(kind === undefined ? {} : { kind }), ...DEFAULTS, maxMissing, unique }]
  })
  return {
    document: {
      version: 1,
      actions: { 'row-volume': 'pass' },
      rows: learnedRows(whole),
      ...(time === undefined ? {} : { time: { column: time } }),
      ...(source === undefined ? {} : { source: learnedSource(whole, source, partRemarks) }),
      ...(label === undefined ? {} : { label: learnedLabel(table, { label, time, source }, partRemarks) }),
      columns,
    },
    remarks,
    partRemarks,
  }
}

type PartRemarks = Map<'source' | 'label', readonly string[]>

const DEFAULTS = { maxOutside: 0.005, maxUnknown: 0.01 }

function learnedRows({ rows, duplicates }: RowFacts): ContractDocument['rows'] {
  const share = duplicates / Math.max(1, rows)
  const volume = { min: Math.floor(rows / VOLUME_RATIO), max: rows * VOLUME_RATIO }
  return share > MOST_DUPLICATES ? volume : { ...volume, maxDuplicates: upward(2 * share + 0.01, 3) }
}

function learnedSource(whole: RowFacts, column: string, remarks: PartRemarks) {
  const facts = findFacts(whole, column)
  const tally = facts?.tally ?? null
  const base = { column, maxShare: 0.2, maxRatio: 2 }
  if (facts === undefined || tally === null || tally.size > MOST_SOURCES) {
    remarks.set('source', ['too many sources to list: none may give more than maxShare'])
    return { ...base, usual: [] }
  }
  const values = facts.rows - facts.missing
  const usual = [...tally].map(([name, rows]) => ({ name, share: Number((rows / values).toFixed(4)) }))
  return { ...base, usual: usual.toSorted((a, b) => b.share - a.share) }
}

function learnedLabel(table: Frame, roles: ColumnRoles & { label: string }, remarks: PartRemarks) {
  const column = findColumn(table, roles.label) as Column
  const { task, labels } = readTask(column)
  const facts = labelFacts(task, featuresOf(table, roles), labels)
  const found = leakageRule.check(
    { ...NOTHING, labels: { current: facts, reference: [] } },
    leakageRule.config.parse({ rule: 'leakage', ...NEARLY }),
  )
  const leaks = found.breaches.flatMap(({ column: name }) => name ?? [])
  if (leaks.length > 0)
    remarks.set(
      'label',
      found.breaches.map(({ text }) => text),
    )
  const named = { column: roles.label, kind: column.kind }
  if (task.kind === 'regression') return { ...named, leaks }
  const shares = task.classes.map((_, code) =>
    blockEnds(table.rows).flatMap(([from, to]) => {
      const known = labels.subarray(from, to).filter((value) => !Number.isNaN(value))
      return known.length === 0 ? [] : [known.filter((value) => value === code).length / known.length]
    }),
  )
  const classes = task.classes.map((name, code) => {
    const low = Math.min(...(shares[code] ?? []))
    const high = Math.max(...(shares[code] ?? []))
    const room = Math.max(LEAST_ROOM, (high - low) / 2)
    return { name, min: Math.floor(1000 * Math.max(0, low - room)) / 1000, max: upward(high + room, 3) }
  })
  return { ...named, classes, leaks }
}

/** What is nearly a leak in these rows may look like one in the next: it is allowed now, with a remark. */
const NEARLY = { maxAuc: 0.95, maxR2: 0.95, maxPresence: 0.85, standardErrors: 0 }
const NO_ROWS = { rows: 0, columns: [] }
const NOTHING = { reference: NO_ROWS, referenceWindows: [], current: NO_ROWS, labelNoise: null }

/** Columns that might be learned from: all but label, time, source and other times. */
export function featuresOf(table: Frame, { label, time, source }: ColumnRoles): Frame {
  const taken = new Set([label, time, source])
  const features = table.columns.filter(({ name, kind }) => !taken.has(name) && kind !== 'time')
  return frame(features)
}
