import pg from 'pg'
import { Fault } from '../../base/fault.ts'
import { cellOf, STRANGE } from '../../data/event-values.ts'
import { type Column, type Frame, frame } from '../../data/frame.ts'
import type { ColumnSchema } from '../../data/schema.ts'
import { addressOf } from '../postgres/address.ts'

/** A query of a team's own, on a Postgres of theirs. */
export interface TableQuery {
  readonly url: string
  /** A SELECT with the placeholders of `PLACEHOLDERS`. */
  readonly query: string
  /** Event times, ms since 1970 UTC. */
  readonly from: number
  readonly cutoff: number
  /** Columns that are read, as which kind; others are left alone. */
  readonly columns: readonly ColumnSchema[]
  readonly signal: AbortSignal
}

/** What stands for the moments of a run: as a point in time, or as milliseconds since 1970 UTC. */
export const PLACEHOLDERS: Readonly<Record<string, string>> = {
  from: 'to_timestamp($1::double precision / 1000)',
  cutoff: 'to_timestamp($2::double precision / 1000)',
  fromMs: '$1::bigint',
  cutoffMs: '$2::bigint',
}

const BATCH = 10_000
const STATEMENT_MS = 30 * 60_000

/**
 * The query with bound parameters in place of its placeholders.
 * @throws Fault CONFIG_INVALID for a placeholder that is none, or where the cut-off is not asked for
 */
export function boundQuery(query: string): string {
  const used = new Set<string>()
  const text = query.replaceAll(/\{\{\s*([^{}]*?)\s*\}\}/g, (_, name: string) => {
    const sql = Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name] : undefined
    if (sql === undefined) {
      const allowed = Object.keys(PLACEHOLDERS).map((known) => `{{${known}}}`)
      throw new Fault('CONFIG_INVALID', `the query has the placeholder {{${name}}}; allowed are ${allowed.join(', ')}`)
    }
    used.add(name)
    return sql
  })
  if (!used.has('cutoff') && !used.has('cutoffMs'))
    throw new Fault(
      'CONFIG_INVALID',
      'the query must hold {{cutoff}}: without it a training could learn of what came later',
    )
  // A statement that is bound must use what it is given.
  return used.has('from') || used.has('fromMs') ? text : `select * from (${text}) as asked where $1::bigint is not null`
}

/**
 * Runs the query in a read-only transaction, batch by batch.
 * @throws Fault DATABASE_UNAVAILABLE, CONFIG_INVALID with what Postgres says of the query, COLUMN_UNKNOWN, DATA_INVALID
 */
export async function queryTable({ url, query, from, cutoff, columns, signal }: TableQuery): Promise<Frame> {
  const text = boundQuery(query)
  const client = new pg.Client({
    connectionString: url,
    application_name: 'keepfit source',
    statement_timeout: STATEMENT_MS,
  })
  client.on('error', () => {})
  await client.connect().catch((error: unknown) => {
    throw new Fault(
      'DATABASE_UNAVAILABLE',
      `the source ${addressOf(url)} cannot be reached: ${wordOf(error)}`,
      {},
      error,
    )
  })
  try {
    await client.query('begin transaction isolation level repeatable read read only')
    await client.query(`declare source no scroll cursor for ${text}`, [from, cutoff]).catch((error: unknown) => {
      throw new Fault('CONFIG_INVALID', `the source's database refuses the query: ${wordOf(error)}`, {}, error)
    })
    const builder = tableBuilder(columns)
    for (;;) {
      signal.throwIfAborted()
      const { rows, fields } = await client.query<Record<string, unknown>>(`fetch ${BATCH} from source`)
      builder.check(fields.map(({ name }) => name))
      for (const row of rows) builder.push(row)
      if (rows.length < BATCH) return builder.build()
    }
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Rows by name as columns of typed arrays. */
function tableBuilder(columns: readonly ColumnSchema[]) {
  const cells = columns.map((): (number | string | undefined)[] => [])
  let rows = 0
  return {
    check(names: readonly string[]) {
      const lacking = columns.find(({ name }) => !names.includes(name))
      if (lacking === undefined) return
      throw new Fault('COLUMN_UNKNOWN', `the query gives no column '${lacking.name}'; it gives: ${names.join(', ')}`)
    },
    push(row: Readonly<Record<string, unknown>>) {
      rows++
      for (const [at, { name, kind }] of columns.entries()) {
        const cell = cellOf(plain(row[name], kind), kind)
        if (cell === STRANGE)
          throw new Fault(
            'DATA_INVALID',
            `row ${rows} of the query has '${String(row[name])}' in '${name}', which is to be ${kind}`,
          )
        cells[at]?.push(cell)
      }
    },
    build: () => frame(columns.map((column, at) => columnOf(column, cells[at] ?? []))),
  }
}

/** What `pg` gives as text or object, as what it is: decimals and large whole numbers are numbers, dates are moments. */
function plain(value: unknown, kind: ColumnSchema['kind']): unknown {
  if (value instanceof Date) return kind === 'categorical' ? value.toISOString() : value.getTime()
  if (kind === 'numeric' && typeof value === 'string' && value.trim() !== '') return Number(value)
  return value
}

function columnOf({ name, kind }: ColumnSchema, cells: readonly (number | string | undefined)[]): Column {
  const missing = Uint8Array.from(cells, (cell) => (cell === undefined ? 1 : 0))
  if (kind === 'categorical') {
    const codes = new Map<string, number>()
    const values = Int32Array.from(cells, (cell) => {
      if (cell === undefined) return -1
      const text = String(cell)
      const code = codes.get(text) ?? codes.size
      codes.set(text, code)
      return code
    })
    return { kind, name, missing, values, categories: [...codes.keys()] }
  }
  if (kind === 'boolean') return { kind, name, missing, values: Uint8Array.from(cells, (cell) => Number(cell ?? 0)) }
  return { kind, name, missing, values: Float64Array.from(cells, (cell) => Number(cell ?? Number.NaN)) }
}

function wordOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
