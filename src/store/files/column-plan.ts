import { Fault } from '../../base/fault.ts'
import type { ColumnKind } from '../../data/schema.ts'
import { shareOf } from './part.ts'
import type { Tally } from './tally.ts'

/** What to read a column as, and why. */
export interface ColumnPlan {
  readonly name: string
  readonly kind: ColumnKind
  /** The kind was asked for: what a value can be read as counts, not what it looks like. */
  readonly isForced: boolean
  /** Milliseconds that a number counts for in a time column. */
  readonly numberUnitMs: number
  readonly notes: readonly string[]
  /** A few values are unlike the others; naming the first needs another look at the files. */
  readonly oddShapes?: { readonly usual: 'number' | 'flag' | 'moment'; readonly count: number; readonly of: number }
}

/** Below this a number of an epoch is seconds (until the year 5138), above it milliseconds (since 1973). */
const EPOCH_SECONDS_BELOW = 1e11

const NAMES_OF_SHAPE = { number: 'numbers', flag: 'truth values', moment: 'times' } as const
const KIND_OF_SHAPE = { number: 'numeric', flag: 'boolean', moment: 'time' } as const

export interface ColumnQuestion {
  readonly name: string
  readonly tally: Tally
  /** What the types of all files say; undefined where only the values tell. */
  readonly settled: ColumnKind | undefined
  /** From `kinds`. */
  readonly asked: ColumnKind | undefined
  readonly isTimeColumn: boolean
}

/**
 * Decides the kind of a column: what was asked for; else what the files' types say; else numbers, truth values or times when all values are that
 * (words such as NA count as missing then); else categorical.
 *
 * @throws Fault DATA_INVALID when the time column is of a kind that does not order rows
 */
export function planColumn(question: ColumnQuestion): ColumnPlan {
  const { name, tally, settled, asked, isTimeColumn } = question
  if (asked !== undefined) {
    if (isTimeColumn && asked !== 'time' && asked !== 'numeric') {
      throw new Fault('DATA_INVALID', `the time column '${name}' must be read as time or numeric; got '${asked}'`)
    }
    return forced(name, asked, tally)
  }
  if (isTimeColumn) return planTimeColumn(name, tally)
  if (settled !== undefined) {
    return { name, kind: settled, isForced: false, numberUnitMs: 1, notes: roundingNotes(name, tally) }
  }
  return planFreely(name, tally)
}

function forced(name: string, kind: ColumnKind, tally: Tally): ColumnPlan {
  const base = { name, kind, isForced: true, numberUnitMs: 1 }
  if (kind === 'numeric') return { ...base, notes: roundingNotes(name, tally) }
  if (kind !== 'time' || tally.counts.number === 0) return { ...base, notes: [] }
  const isSeconds = tally.largest < EPOCH_SECONDS_BELOW
  return {
    ...base,
    numberUnitMs: isSeconds ? 1000 : 1,
    notes: [
      `the numbers of the time column '${name}' were read as ${isSeconds ? 'seconds' : 'milliseconds'} since 1970`,
    ],
  }
}

/** What is neither a time nor a number is read as missing; the reader judges how much of that may be. */
function planTimeColumn(name: string, tally: Tally): ColumnPlan {
  const { counts } = tally
  const isTime = counts.moment > 0 && counts.moment >= counts.number
  const notes = isTime ? [] : roundingNotes(name, tally)
  return { name, kind: isTime ? 'time' : 'numeric', isForced: false, numberUnitMs: 1, notes }
}

function planFreely(name: string, tally: Tally): ColumnPlan {
  const { counts } = tally
  const base = { name, isForced: false, numberUnitMs: 1 }
  const values = counts.number + counts.flag + counts.moment + counts.word + counts.nested
  if (values === 0) return { ...base, kind: 'numeric', notes: [] }
  const usual = usualShape(tally)
  if (counts[usual] === values) {
    const notes = usual === 'number' ? roundingNotes(name, tally) : []
    if (counts.blank > 0) notes.push(`${counts.blank} words of column '${name}' such as NA were read as missing`)
    return { ...base, kind: KIND_OF_SHAPE[usual], notes }
  }
  const notes: string[] = []
  if (counts.nested > 0) {
    notes.push(
      `${shareOf(counts.nested, values)} values of column '${name}' are nested; they were read as categories of JSON text`,
    )
  }
  const count = values - counts[usual]
  const isOdd = counts[usual] > values / 2
  return { ...base, kind: 'categorical', notes, ...(isOdd ? { oddShapes: { usual, count, of: values } } : {}) }
}

function usualShape({ counts }: Tally): 'number' | 'flag' | 'moment' {
  if (counts.number >= counts.flag && counts.number >= counts.moment) return 'number'
  return counts.moment >= counts.flag ? 'moment' : 'flag'
}

function roundingNotes(name: string, { rounded }: Tally): string[] {
  if (rounded === 0) return []
  return [
    `${rounded} whole numbers of column '${name}' are 2^53 or more and may be rounded; if it holds identifiers, read it as categorical`,
  ]
}

/** «column 'x' was read as categorical: 3 of its 200 values are not numbers, the first is …» */
export function oddNote(name: string, odd: NonNullable<ColumnPlan['oddShapes']>, example: string): string {
  return `column '${name}' was read as categorical: ${shareOf(odd.count, odd.of)} values are no ${NAMES_OF_SHAPE[odd.usual]}, the first is ${example}`
}
