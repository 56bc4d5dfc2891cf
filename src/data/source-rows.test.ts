import { describe, expect, test } from 'vitest'
import { type Column, frame } from './frame.ts'
import type { ModelSchema } from './model-schema.ts'
import { rowsOfSource } from './source-rows.ts'

const SCHEMA: ModelSchema = {
  task: { kind: 'binary', classes: ['no', 'yes'] },
  features: [{ name: 'x', kind: 'numeric' }],
}
const COLUMNS = { id: 'id', time: 'at', label: 'left', knownAt: 'told' }
const SPANS = [
  { window: 4, start: 0, end: 100 },
  { window: 5, start: 100, end: 200 },
]

const none = (length: number) => new Uint8Array(length)
const texts = (name: string, given: readonly (string | null)[]): Column => {
  const categories = [...new Set(given.filter((text) => text !== null))]
  const values = Int32Array.from(given, (text) => (text === null ? -1 : categories.indexOf(text)))
  return { kind: 'categorical', name, values, missing: Uint8Array.from(given, (t) => (t === null ? 1 : 0)), categories }
}
const moments = (name: string, values: readonly number[]): Column => ({
  kind: 'time',
  name,
  values: Float64Array.from(values),
  missing: none(values.length),
})

interface Given {
  readonly ids?: readonly (string | null)[]
  readonly at?: readonly number[]
  readonly left?: readonly (string | null)[]
  readonly told?: readonly number[]
}

function read(
  {
    ids = ['b', 'a', 'c', 'd'],
    at = [50, 50, 150, 250],
    left = ['yes', 'no', null, 'no'],
    told = [60, 220, 160, 260],
  }: Given,
  more = {},
) {
  const x: Column = {
    kind: 'numeric',
    name: 'x',
    values: Float64Array.from(at, (_, row) => row),
    missing: none(at.length),
  }
  const table = frame([texts('id', ids), moments('at', at), texts('left', left), moments('told', told), x])
  return rowsOfSource(
    table,
    { columns: COLUMNS, schema: SCHEMA },
    { spans: SPANS, cutoff: 200, absentAs: null, ...more },
  )
}

describe("rows of a team's own table", () => {
  test('stand in their windows, by time and then by id; what is of no window is left out', () => {
    const [fourth, fifth] = read({})
    expect(fourth).toMatchObject({ ids: ['a', 'b'], newestSeq: 0, recorded: null })
    expect([...(fourth?.features.columns[0]?.values ?? [])]).toEqual([1, 0])
    expect(fifth?.ids).toEqual(['c'])
  })

  test('have no label that became known after the cut-off', () => {
    expect([...(read({})[0]?.labels ?? [])]).toEqual([Number.NaN, 1])
    expect([...(read({}, { cutoff: 220 })[0]?.labels ?? [])]).toEqual([0, 1])
  })

  test('that happened after the cut-off are not there', () => {
    expect(read({}, { cutoff: 149 })[1]?.ids).toEqual([])
    expect(read({}, { cutoff: 150 })[1]?.ids).toEqual(['c'])
  })

  test('count as what absence means where they have no label, also where it came too late', () => {
    expect([...(read({}, { absentAs: 0 })[0]?.labels ?? [])]).toEqual([0, 1])
    expect([...(read({}, { absentAs: 1 })[1]?.labels ?? [])]).toEqual([1])
  })

  test.each<[string, Given, string]>([
    ['an id twice in a window', { ids: ['a', 'a', 'c', 'd'] }, "two rows of window 4 have the id 'a' in 'id'"],
    ['no id', { ids: ['a', null, 'c', 'd'] }, "row 2 has no id in 'id'"],
    ['no time', { at: [50, Number.NaN, 150, 250] }, "row 2 has no time in 'at'"],
    [
      'a label of no class',
      { left: ['yes', 'maybe', null, 'no'] },
      "row 2 has the label 'maybe' in 'left', which the model does not know",
    ],
  ])('are refused with %s', (_, given, complaint) => {
    expect(() => read(given)).toThrow(complaint)
  })

  test('are refused without a column, with those that there are', () => {
    const table = frame([texts('id', ['a']), moments('at', [1]), texts('left', ['no']), moments('told', [1])])
    const asked = { spans: SPANS, cutoff: 200, absentAs: null }
    expect(() => rowsOfSource(table, { columns: COLUMNS, schema: SCHEMA }, asked)).toThrow(
      "the source has no column 'x'; there are: id, at, left, told",
    )
  })
})
