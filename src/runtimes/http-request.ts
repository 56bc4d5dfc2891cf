import { assert } from '../base/assert.ts'
import { Fault } from '../base/fault.ts'
import type { Column } from '../data/frame.ts'
import type { HttpScorer } from './http-scorer.ts'

/** Consecutive rows, as columns in the order of the model's features. */
export interface AskedRows {
  readonly columns: readonly Column[]
  readonly rows: number
  /** Row of the whole frame where these begin, for messages. */
  readonly from: number
}

type Cell = number | string | boolean | null

/** The address that a scorer of a protocol is asked at. */
export function requestUrl({ url, protocol, model, version }: HttpScorer): string {
  if (protocol === 'plain-json') return url
  const base = new URL(url)
  const folder = base.pathname.replace(/\/+$/, '')
  if (protocol === 'mlflow') base.pathname = folder.endsWith('/invocations') ? folder : `${folder}/invocations`
  else {
    const at = version === undefined ? '' : `/versions/${encodeURIComponent(version)}`
    assert(model !== undefined, 'an Open Inference scorer names its model')
    base.pathname = `${folder}/v2/models/${encodeURIComponent(model)}${at}/infer`
  }
  return base.href
}

/**
 * The body of one request.
 *
 * `plain-json`: `{"rows":[{"age":41,"city":"Bern","member":true,"since":"2026-01-31T00:00:00.000Z"}]}`
 * · `mlflow`: `{"dataframe_split":{"columns":[…],"data":[[…]]}}`
 * · `open-inference`: FP64 for numbers, BYTES for texts, BOOL for truth values, INT64 milliseconds for times, each input
 * [rows, 1]; or one FP64 input [rows, features].
 *
 * JSON has no NaN: a number that is missing or infinite is null, a missing text or time null too (Open Inference: '').
 * @throws Fault DATA_INVALID when a value cannot be said in the protocol
 */
export function requestBody(scorer: HttpScorer, asked: AskedRows): string {
  const { columns, rows } = asked
  const names = columns.map(({ name }) => name)
  switch (scorer.protocol) {
    case 'plain-json':
      return JSON.stringify({
        rows: rowsOf(columns, rows).map((row) => Object.fromEntries(row.map((cell, i) => [names[i], cell]))),
      })
    case 'mlflow':
      return JSON.stringify({ dataframe_split: { columns: names, data: rowsOf(columns, rows) } })
    case 'open-inference':
      return JSON.stringify({ inputs: scorer.input === undefined ? inputs(asked) : [tensor(scorer.input, asked)] })
  }
}

function rowsOf(columns: readonly Column[], rows: number): Cell[][] {
  return Array.from({ length: rows }, (_, row) => columns.map((column) => cellOf(column, row)))
}

function cellOf(column: Column, row: number): Cell {
  const value = column.values[row] as number
  if (column.missing[row] === 1 || !Number.isFinite(value)) return null
  switch (column.kind) {
    case 'numeric':
      return value
    case 'categorical':
      return column.categories[value] as string
    case 'boolean':
      return value === 1
    case 'time':
      return new Date(value).toISOString()
  }
}

const DATATYPES = { numeric: 'FP64', categorical: 'BYTES', boolean: 'BOOL', time: 'INT64' } as const

function inputs({ columns, rows, from }: AskedRows) {
  return columns.map((column) => {
    const { name, kind } = column
    const data = Array.from({ length: rows }, (_, row) => {
      const cell = kind === 'time' ? numberOf(column, row) : cellOf(column, row)
      if (cell !== null || kind === 'numeric') return cell
      if (kind === 'categorical') return ''
      throw new Fault(
        'DATA_INVALID',
        `feature '${name}' is missing in row ${from + row}; the Open Inference Protocol has no ${DATATYPES[kind]} for missing`,
      )
    })
    return { name, shape: [rows, 1], datatype: DATATYPES[kind], data }
  })
}

function tensor(name: string, { columns, rows }: AskedRows) {
  const text = columns.find(({ kind }) => kind === 'categorical')
  if (text !== undefined) {
    throw new Fault('DATA_INVALID', `feature '${text.name}' is a text; the input '${name}' holds numbers alone`)
  }
  const data = Array.from({ length: rows }, (_, row) => columns.map((column) => numberOf(column, row)))
  return { name, shape: [rows, columns.length], datatype: 'FP64', data: data.flat() }
}

function numberOf(column: Column, row: number): number | null {
  const value = column.values[row] as number
  return column.missing[row] === 1 || !Number.isFinite(value) ? null : value
}
