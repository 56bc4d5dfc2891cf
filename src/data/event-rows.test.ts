import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EventValue, KeepfitEvent } from './event.ts'
import { eventRows } from './event-rows.ts'
import type { ModelSchema } from './model-schema.ts'
import type { WindowRows } from './window-rows.ts'

const SCHEMA: ModelSchema = {
  task: { kind: 'binary', classes: ['no', 'yes'] },
  features: [
    { name: 'age', kind: 'numeric' },
    { name: 'city', kind: 'categorical' },
    { name: 'member', kind: 'boolean' },
    { name: 'since', kind: 'time' },
  ],
}

type Prediction = Extract<KeepfitEvent, { type: 'prediction' }>

const predicted = (id: string, time: number, changes: Partial<Prediction> = {}): Prediction => ({
  type: 'prediction',
  id,
  predictionId: id,
  model: 'm',
  time,
  features: { age: time, city: `c${time % 3}` },
  score: null,
  version: null,
  ...changes,
})
const labelled = (id: string, predictionId: string, time: number, label: EventValue): KeepfitEvent => ({
  type: 'label',
  id,
  predictionId,
  model: 'm',
  time,
  label,
})

/** Rows of events in their order of arrival: seq 1, 2, … */
function rowsOf(events: readonly KeepfitEvent[], absentAs: number | null = null, schema = SCHEMA): WindowRows {
  const rows = eventRows(schema)
  for (const [i, event] of events.entries()) {
    if (event.type !== 'prediction') continue
    const { features, predictionId, time, version, score } = event
    rows.pushEvent(
      { seq: i + 1, time, predictionId, version, score, isCorrection: event.id !== predictionId },
      features,
    )
  }
  const settled = rows.settle(0, 1000)
  for (const [i, event] of events.entries()) {
    if (event.type === 'label') settled.pushLabel({ seq: i + 1, ...event }, event.label)
  }
  return settled.build(absentAs)
}

const features = (event: Record<string, EventValue>) => rowsOf([predicted('a', 1, { features: event })])

describe('rows of events', () => {
  it('has predictions by time, then id, each with its values and label', () => {
    const rows = rowsOf([
      predicted('b', 5, { score: 0.25, version: 3 }),
      labelled('l1', 'c', 2, 'yes'),
      predicted('c', 5),
      predicted('a', 4, { features: { member: true, since: '1970-01-01T00:00:01Z' } }),
      labelled('l2', 'b', 9, 'no'),
      labelled('l3', 'elsewhere', 9, 'no'),
    ])
    expect(rows.ids).toEqual(['a', 'b', 'c'])
    expect([...rows.times]).toEqual([4, 5, 5])
    expect([...rows.labels]).toEqual([Number.NaN, 0, 1])
    expect([...(rows.recorded ?? [])]).toEqual([Number.NaN, 0.25, Number.NaN])
    expect([...rows.versions]).toEqual([0, 3, 0])
    const [age, city, member, since] = rows.features.columns
    expect([...(age?.values ?? [])]).toEqual([Number.NaN, 5, 5])
    expect([...(age?.missing ?? [])]).toEqual([1, 0, 0])
    expect(city).toMatchObject({ categories: ['c2'] })
    expect([...(city?.values ?? [])]).toEqual([-1, 0, 0])
    expect([...(member?.values ?? [])]).toEqual([1, 0, 0])
    expect([...(since?.values ?? [])]).toEqual([1000, Number.NaN, Number.NaN])
    expect(rows.newestSeq).toBe(5)
    expect(rows.strange).toBe(0)
  })

  it('leaves out what stands before the span or at its end', () => {
    expect(rowsOf([predicted('a', -1), predicted('b', 0), predicted('c', 999), predicted('d', 1000)]).ids).toEqual([
      'b',
      'c',
    ])
  })

  it('says of a corrected prediction what its newest event says, where its oldest stands', () => {
    const fixed = predicted('fix', 1500, { predictionId: 'a', features: { age: 7 }, version: 2 })
    for (const events of [
      [predicted('a', 10), fixed, predicted('b', 5)],
      [fixed, predicted('b', 5), predicted('a', 10)],
    ]) {
      const rows = rowsOf(events)
      expect(rows.ids).toEqual(['b', 'a'])
      expect([...rows.times]).toEqual([5, 10])
      expect(rows.features.columns[0]?.values[1]).toBe(7)
      expect(rows.versions[1]).toBe(2)
    }
  })

  it('gives a prediction whose oldest event stands before the span to the window before', () => {
    expect(rowsOf([predicted('fix', 10, { predictionId: 'a' }), predicted('a', -10)]).ids).toEqual([])
  })

  it('takes the newest label by event time, not by arrival; of equally new ones the last to come', () => {
    const reordered = [predicted('a', 1), labelled('l2', 'a', 20, 'yes'), labelled('l1', 'a', 10, 'no')]
    expect(rowsOf(reordered).labels[0]).toBe(1)
    const tied = [predicted('a', 1), labelled('l2', 'a', 20, 'yes'), labelled('l1', 'a', 20, 'no')]
    expect(rowsOf(tied).labels[0]).toBe(0)
  })

  it('has no label where the newest one takes it back', () => {
    const events = [predicted('a', 1), labelled('l1', 'a', 10, 'yes'), labelled('l2', 'a', 20, null)]
    expect(rowsOf(events).labels[0]).toBeNaN()
    expect(rowsOf(events, 0).labels[0]).toBe(0)
  })

  it('reads an absent label as told, but not one that is no class', () => {
    const events = [predicted('a', 1), predicted('b', 2), labelled('l', 'b', 9, 'perhaps')]
    const rows = rowsOf(events, 0)
    expect([...rows.labels]).toEqual([0, Number.NaN])
    expect(rows.strange).toBe(1)
  })

  it.each([
    [{ age: '41' }, 1],
    [{ age: true }, 1],
    [{ city: 5 }, 0],
    [{ member: 'true' }, 1],
    [{ member: 1 }, 0],
    [{ member: 2 }, 1],
    [{ since: 'yesterday' }, 1],
    [{ since: '2026-02-30' }, 1],
    [{ since: 5 }, 0],
    [{ age: null, city: null, member: null, since: null }, 0],
    [{ unheard: 'of' }, 0],
  ])('counts the values of %j that are not of their kind: %i', (event, strange) => {
    expect(features(event).strange).toBe(strange)
  })

  it('counts strange values of the rows only, not of what was corrected', () => {
    const events = [
      predicted('a', 1, { features: { age: 'x' } }),
      predicted('fix', 2, { predictionId: 'a', features: { age: 1 } }),
    ]
    expect(rowsOf(events).strange).toBe(0)
  })

  it.each([
    [0.25, [0.25]],
    [[0.75, 0.25], [0.25]],
    [{ yes: 0.25, no: 0.75 }, [0.25]],
    [[0.1, 0.2, 0.7], null],
    [1.5, null],
    [{ maybe: 1 }, null],
  ])('reads the score %j of a binary task', (score, expected) => {
    const rows = rowsOf([predicted('a', 1, { score: score as Prediction['score'] })])
    expect(rows.recorded === null ? null : [...rows.recorded]).toEqual(expected)
    expect(rows.strange).toBe(expected === null ? 1 : 0)
  })

  it('lays scores of several classes out in the order of the classes', () => {
    const schema: ModelSchema = { task: { kind: 'multiclass', classes: ['x', 'y', 'z'] }, features: [] }
    const score = { z: 0.5, x: 0.25, y: 0.25 }
    const rows = rowsOf([predicted('a', 1), predicted('b', 2, { score })], null, schema)
    expect([...(rows.recorded ?? [])]).toEqual([Number.NaN, Number.NaN, Number.NaN, 0.25, 0.25, 0.5])
    expect(rows.features.rows).toBe(2)
  })

  it('reads true and false as the classes 1 and 0', () => {
    const schema: ModelSchema = { task: { kind: 'binary', classes: ['0', '1'] }, features: [] }
    const events = [predicted('a', 1), labelled('l', 'a', 2, true), predicted('b', 2), labelled('k', 'b', 2, 0)]
    expect([...rowsOf(events, null, schema).labels]).toEqual([1, 0])
  })

  it('is the same for any order of arrival', () => {
    const event = fc.record({
      of: fc.integer({ min: 0, max: 5 }),
      isLabel: fc.boolean(),
      time: fc.integer({ min: -20, max: 1020 }),
      value: fc.integer({ min: 0, max: 1 }),
    })
    // Equal times are told apart by arrival, on purpose.
    const stream = fc.uniqueArray(event, { maxLength: 20, selector: ({ time }) => time })
    fc.assert(
      fc.property(
        stream.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          const seen = new Set<number>()
          const nameOf = new Map(
            list.map((one) => {
              const isFirst = !one.isLabel && !seen.has(one.of)
              if (isFirst) seen.add(one.of)
              return [one, isFirst ? `p${one.of}` : `e${one.time}`]
            }),
          )
          const build = (ordered: typeof list) =>
            rowsOf(
              ordered.map((one) => {
                const { of, time, value } = one
                const id = nameOf.get(one) ?? ''
                if (one.isLabel) return labelled(id, `p${of}`, time, value === 1 ? 'yes' : 'no')
                return predicted(id, time, { predictionId: `p${of}`, features: { city: `v${value}${time % 7}` } })
              }),
            )
          const { newestSeq: _a, ...a } = build(list)
          const { newestSeq: _b, ...b } = build(shuffled)
          expect(b).toEqual(a)
        },
      ),
    )
  })
})
