import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declareModels, EVENT_SCHEMA, label, NOW, prediction } from '../../../test/support/event-world.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { appendEvents } from './append.ts'
import { type RowsAsked, readWindowRows } from './read-rows.ts'
import { countLabelled, nextPrediction } from './stream.ts'

let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase()
  await declareModels(fresh.database, 'm', 'other')
})
afterAll(() => fresh.drop())

const append = (events: Parameters<typeof appendEvents>[1]) => appendEvents(fresh.database, events, { now: NOW })
const stores = () => ({ database: fresh.database, dataFolder: '' })
const read = (asked: Partial<RowsAsked> = {}) =>
  readWindowRows(stores(), {
    model: 'm',
    schema: EVENT_SCHEMA,
    start: 1000,
    end: 2000,
    labels: { absentAs: null },
    upToSeq: null,
    upToTime: null,
    ...asked,
  })

describe('readWindowRows', () => {
  it('joins predictions of a span with labels that came before and after them', async () => {
    await append([label('early', 'b', 900, 'yes')])
    await append([prediction('a', 1999), prediction('b', 1000), prediction('before', 999), prediction('after', 2000)])
    await append([label('l', 'a', 99_000, 'no'), prediction('b', 1500, { model: 'other' })])
    const rows = await read()
    expect(rows.ids).toEqual(['b', 'a'])
    expect([...rows.labels]).toEqual([1, 0])
    expect([...(rows.recorded ?? [])]).toEqual([0.5, 0.5])
    expect(rows.features.columns.map(({ values }) => [...values])).toEqual([
      [1, 1.999],
      [0, 0],
      [1, 0],
    ])
    expect([...(await read({ labels: null })).labels]).toEqual([Number.NaN, Number.NaN])
  })

  it('gives the same rows as then when asked up to an event', async () => {
    const then = await read()
    await append([
      label('changed', 'a', 100_000, 'yes'),
      prediction('late', 1200),
      prediction('fix', 5000, { predictionId: 'b', score: 0.75 }),
    ])
    const now = await read()
    expect(now.ids).toEqual(['b', 'late', 'a'])
    expect([...now.labels]).toEqual([1, Number.NaN, 1])
    expect([...(now.recorded ?? [])]).toEqual([0.75, 0.5, 0.5])
    expect(await read({ upToSeq: then.newestSeq })).toEqual(then)
  })

  it('knows nothing of events after a cut-off', async () => {
    const rows = await read({ upToTime: 1200 })
    expect(rows.ids).toEqual(['b', 'late'])
    expect([...rows.labels]).toEqual([1, Number.NaN])
    expect([...(rows.recorded ?? [])]).toEqual([0.5, 0.5])
    expect([...(await read({ upToTime: 99_999 })).labels]).toEqual([1, Number.NaN, 0])
  })

  it('does not give a prediction to the window of its correction', async () => {
    expect((await read({ start: 5000, end: 6000 })).ids).toEqual([])
    expect((await read({ start: 5000, end: 6000, upToTime: 900 })).ids).toEqual([])
  })

  it('gives a correction whose prediction never came a row of its own', async () => {
    await append([prediction('lonely-fix', 7000, { predictionId: 'lonely' })])
    expect((await read({ start: 7000, end: 7001 })).ids).toEqual(['lonely'])
  })

  it('joins many rows as it joins few', async () => {
    const many = Array.from({ length: 6000 }, (_, i) => prediction(`n${i}`, 1_000_000 + i))
    await append(many)
    await append(many.map(({ id, time }, i) => label(`of-${id}`, id, time + 1, i % 3 === 0 ? 'yes' : 'no')))
    const rows = await read({ start: 1_000_000, end: 1_006_000 })
    expect(rows.ids).toHaveLength(6000)
    expect(rows.labels.every((code, i) => code === (i % 3 === 0 ? 1 : 0))).toBe(true)
  })

  it('has no rows where there are none', async () => {
    expect(await read({ start: 3e6, end: 4e6 })).toMatchObject({ ids: [], newestSeq: 0, strange: 0, recorded: null })
  })
})

describe('what the loop asks of a stream', () => {
  it('finds the next prediction', async () => {
    expect(await nextPrediction(stores(), 'm', 1201)).toBe(1999)
    expect(await nextPrediction(stores(), 'm', 1999)).toBe(1999)
    expect(await nextPrediction(stores(), 'm', 1e9)).toBeNull()
  })

  it('counts predictions and those with a label', async () => {
    expect(await countLabelled(stores(), 'm', { start: 1000, end: 2000 })).toEqual({ rows: 3, labelled: 2 })
  })
})
