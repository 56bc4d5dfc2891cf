import type { ColumnKind } from '../../data/schema.ts'

/** What one value looks like, as the number that the `shape` expression of a cell gives. */
export const SHAPES = ['missing', 'number', 'flag', 'moment', 'blank', 'word', 'nested'] as const
export type Shape = (typeof SHAPES)[number]

/**
 * One column of one file as SQL expressions over that file's rows. Each gives NULL where it does not apply.
 * Names of users never become SQL: columns are c0, c1, …
 */
export interface Cell {
  /** VARCHAR: the value as it would be shown. NULL only where the value is missing. */
  readonly text: string
  /** DOUBLE */
  readonly number: string
  /** BOOLEAN */
  readonly flag: string
  /** DOUBLE, milliseconds since 1970 UTC */
  readonly moment: string
  /** TINYINT, index into SHAPES, given SQL that holds the cell's `text` and `number` already. */
  readonly shapeOf: (text: string, number: string) => string
  /** BOOLEAN: a whole number, so that a value above 2^53 loses digits in a Float64. Undefined: never. */
  readonly whole?: string
  /** Known from the file's own types; undefined where the values have to tell. */
  readonly settled?: ColumnKind
  /** Set when the values are shown in another form than the file's, as a clause: 'holds lists'. */
  readonly unusual?: string
}

/** The number of a shape in SQL. */
export function shapeCode(shape: Shape): number {
  return SHAPES.indexOf(shape)
}

/** Words that stand for "no value" among numbers, truth values and times. In a column of words they are words. */
const BLANKS = ['', 'na', 'n/a', '#n/a', 'null', 'none', 'nan', '?', '-', '.']

const ISO = String.raw`\d{4}[-/]\d{2}[-/]\d{2}([T ]\d{2}(:\d{2}(:\d{2}(\.\d+)?)?)? ?(Z|UTC|[+-]\d{2}(:?\d{2})?)?)?`

/** The cell of a column of raw texts, as in a CSV file. With `decimalComma`, 1,5 is read as 1.5. */
export function textCell(text: string, decimalComma: boolean): Cell {
  const number = numberOfText(text, decimalComma)
  const flag = `CASE lower(trim(${text})) WHEN 'true' THEN true WHEN 'false' THEN false END`
  const moment = momentOfText(text)
  const shapeOf = (x: string, d: string) => `CASE WHEN ${x} IS NULL THEN ${shapeCode('missing')}
    WHEN ${d} IS NOT NULL THEN ${shapeCode('number')}
    WHEN ${isOneOf(`lower(trim(${x}))`, ['true', 'false'])} THEN ${shapeCode('flag')} ${restShape(x)} END`
  return { text, number, flag, moment, shapeOf, whole: `NOT regexp_matches(${text}, '[.,eE]')` }
}

/** The last branches of a shape: a time, a word for "no value", a word. */
export function restShape(text: string): string {
  return `WHEN ${momentOfText(text)} IS NOT NULL THEN ${shapeCode('moment')} WHEN ${isOneOf(`lower(trim(${text}))`, BLANKS)} THEN ${shapeCode('blank')} ELSE ${shapeCode('word')}`
}

/** DOUBLE of a text. DuckDB's cast also takes 1_000 as a number, which is a name everywhere else. */
export function numberOfText(text: string, decimalComma = false): string {
  const plain = decimalComma ? `replace(${text}, ',', '.')` : text
  return `CASE WHEN contains(${text}, '_') THEN NULL ELSE TRY_CAST(${plain} AS DOUBLE) END`
}

/** Milliseconds since 1970 UTC of an ISO 8601 text (date, hour, minute or second; with or without zone). */
export function momentOfText(text: string): string {
  const zone = '( ?(?:Z|UTC|[+-].*))?$'
  const hourly = `regexp_replace(trim(${text}), '^(.{10})[T ](\\d\\d)${zone}', '\\1 \\2:00:00\\3')`
  const full = `regexp_replace(${hourly}, '^(.{10})[T ](\\d\\d:\\d\\d)${zone}', '\\1 \\2:00\\3')`
  const tight = `replace(regexp_replace(${full}, ' ([+-]|Z|UTC)', '\\1'), 'UTC', 'Z')`
  const isUsual = `strlen(${text}) = 19 AND (${text} LIKE '____-__-__ __:__:__' OR ${text} LIKE '____-__-__T__:__:__')`
  const isOther = `regexp_full_match(trim(${text}), '${ISO}')`
  return `CASE WHEN ${text} IS NULL OR strlen(${text}) < 10 THEN NULL
    WHEN ${isUsual} THEN ${momentOf(`TRY_CAST(${text} AS TIMESTAMP)`)}
    WHEN ${isOther} THEN ${momentOf(`TRY_CAST(${tight} AS TIMESTAMPTZ)`)} END`
}

/** Milliseconds since 1970 UTC of a DuckDB time; NULL for its infinities. */
export function momentOf(time: string): string {
  return `epoch_us(${time}) / 1000.0`
}

/** Whether a SQL text is one of `words`. DuckDB makes a join of a longer IN (…), and a join loses the order of rows. */
export function isOneOf(text: string, words: readonly string[]): string {
  return `list_contains([${words.map((word) => `'${word}'`).join(', ')}], ${text})`
}

/** BOOLEAN of a cell that is asked to be one: true/false, yes/no, t/f, y/n, 1/0. */
export function forcedFlag(cell: Cell): string {
  const word = `lower(trim(${cell.text}))`
  const yes = isOneOf(word, ['yes', 'y', 't', 'true', '1'])
  const no = isOneOf(word, ['no', 'n', 'f', 'false', '0'])
  const words = `CASE WHEN ${yes} THEN true WHEN ${no} THEN false END`
  return `coalesce(${cell.flag}, CASE ${cell.number} WHEN 1 THEN true WHEN 0 THEN false END, ${words})`
}

/** DOUBLE of a cell that is asked to be one: truth values are 1 and 0, times milliseconds. */
export function forcedNumber(cell: Cell): string {
  return `coalesce(${cell.number}, ${numberOfText(cell.text)}, CAST(${cell.flag} AS DOUBLE), ${cell.moment})`
}

/** Milliseconds of a cell that is asked to be a time; a number counts as `numberUnitMs` milliseconds. */
export function forcedMoment(cell: Cell, numberUnitMs: number): string {
  return `coalesce(${cell.moment}, ${momentOfText(cell.text)}, ${cell.number} * ${numberUnitMs})`
}

/** TINYINT: index into SHAPES. */
export function shapeSql(cell: Cell): string {
  return cell.shapeOf(cell.text, cell.number)
}
