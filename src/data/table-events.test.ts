import { describe, expect, it } from 'vitest'
import { frame } from './frame.ts'
import { tableEvents } from './table-events.ts'

const none = new Uint8Array(3)
const TABLE = frame([
  { name: 'when', kind: 'time', values: Float64Array.of(1000, 2000.7, 3000), missing: none },
  { name: 'id', kind: 'numeric', values: Float64Array.of(7, 8, 9), missing: none },
  { name: 'age', kind: 'numeric', values: Float64Array.of(30, Number.NaN, 40), missing: Uint8Array.of(0, 1, 0) },
  { name: 'city', kind: 'categorical', values: Int32Array.of(0, 1, 0), missing: none, categories: ['Bonn', 'Köln'] },
  { name: 'member', kind: 'boolean', values: Uint8Array.of(1, 0, 1), missing: none },
  { name: 'score', kind: 'numeric', values: Float64Array.of(0.25, Number.NaN, 0.75), missing: Uint8Array.of(0, 1, 0) },
  { name: 'left', kind: 'boolean', values: Uint8Array.of(0, 0, 1), missing: Uint8Array.of(0, 1, 0) },
  { name: 'known', kind: 'time', values: Float64Array.of(9000, 9000, Number.NaN), missing: Uint8Array.of(0, 0, 1) },
])
const MAPPING = { model: 'm', time: 'when', id: 'id', score: 'score', label: 'left', labelTime: 'known' }

describe('a table as events', () => {
  it('has a prediction a row, and a label where the row has one', () => {
    const { rows, eventsOf } = tableEvents(TABLE, MAPPING)
    expect(rows).toBe(3)
    const base = { model: 'm', predictionId: '7' }
    expect(eventsOf(0)).toEqual([
      {
        ...base,
        type: 'prediction',
        id: '7',
        time: 1000,
        features: { age: 30, city: 'Bonn', member: true },
        score: 0.25,
        version: null,
      },
      { ...base, type: 'label', id: '7:label', time: 9000, label: false },
    ])
    expect(eventsOf(1)).toEqual([
      {
        model: 'm',
        predictionId: '8',
        type: 'prediction',
        id: '8',
        time: 2000,
        features: { age: null, city: 'Köln', member: false },
        score: null,
        version: null,
      },
    ])
    expect(eventsOf(2)[1]).toMatchObject({ time: 3000, label: true })
  })

  it('has features in all columns that nothing else was said of', () => {
    const [event] = tableEvents(TABLE, { model: 'm', time: 'when', id: 'id' }).eventsOf(0)
    expect(Object.keys(event?.type === 'prediction' ? event.features : {})).toEqual([
      'age',
      'city',
      'member',
      'score',
      'left',
      'known',
    ])
    expect(event).toMatchObject({ features: { known: '1970-01-01T00:00:09.000Z' }, score: null })
  })

  it.each([
    [{ id: 'nr' }, /no column 'nr'; there are: 'when', 'id'/],
    [{ time: 'city' }, /column 'city' must hold times; it is categorical/],
    [{ score: 'city' }, /scores in column 'city' must be numbers/],
  ])('refuses %j', (change, message) => {
    expect(() => tableEvents(TABLE, { ...MAPPING, ...change })).toThrow(message)
  })

  it('refuses a row without id or time', () => {
    expect(() => tableEvents(TABLE, { ...MAPPING, id: 'age' }).eventsOf(1)).toThrow("row 2 has no id in column 'age'")
    expect(() => tableEvents(TABLE, { ...MAPPING, time: 'known' }).eventsOf(2)).toThrow(/row 3 has no time/)
  })
})
