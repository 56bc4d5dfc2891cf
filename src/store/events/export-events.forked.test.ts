import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { eventStoresOfFile } from '../../../test/support/event-stores.ts'
import { label, prediction } from '../../../test/support/event-world.ts'
import type { KeepfitEvent } from '../../data/event.ts'
import { openDuckDb, quotePath, rowsOf } from '../files/duck-db.ts'
import { type ExportAsked, exportEvents, exportLines, exportParquet } from './export-events.ts'

const stores = eventStoresOfFile('m', 'other')

async function lines(asked: Partial<ExportAsked> = {}): Promise<unknown[]> {
  let text = ''
  for await (const part of exportLines(stores, { model: 'm', from: null, to: null, ...asked })) text += part
  return text === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line))
}

/** What whoever reads events fills in. */
function withDefaults(event: KeepfitEvent): KeepfitEvent {
  return event.type === 'prediction'
    ? {
        ...event,
        predictionId: event.predictionId ?? event.id,
        score: event.score ?? null,
        version: event.version ?? null,
      }
    : ({ ...event, predictionId: event.predictionId ?? null } as KeepfitEvent)
}

const first: readonly KeepfitEvent[] = [
  prediction('a', 1000, { features: { x: 1.5, y: null, z: 'ö' }, score: { no: 0.25, yes: 0.75 } }),
  label('la', 'a', 500, null),
  prediction('b', 2000, { predictionId: 'a', version: null, score: null }),
]
const second: readonly KeepfitEvent[] = [
  { type: 'feedback', id: 'f', predictionId: null, model: 'm', time: 3000, body: { stars: [1, { of: 5 }] } },
  ...Array.from({ length: 2500 }, (_, i) => prediction(`n${i}`, 4000 + i)),
]

it('gives every event as it was sent, in the order in which they came, before and after sealing', async () => {
  await stores.append(first)
  await stores.append([prediction('elsewhere', 1, { model: 'other' })])
  const before = await lines()
  const [a] = first
  expect(before).toEqual([
    {
      type: 'prediction',
      id: 'a',
      model: 'm',
      time: 1000,
      features: a?.type === 'prediction' ? a.features : null,
      score: { no: 0.25, yes: 0.75 },
      version: 1,
    },
    { type: 'label', id: 'la', model: 'm', time: 500, predictionId: 'a', label: null },
    {
      type: 'prediction',
      id: 'b',
      model: 'm',
      time: 2000,
      predictionId: 'a',
      features: { age: 2, city: 'city2', member: true },
    },
  ])
  await stores.rotate()
  await stores.append(second)
  const mixed = await lines()
  expect(mixed.slice(0, 3)).toEqual(before)
  expect(mixed).toHaveLength(3 + 2501)
  await stores.seal()
  expect(await lines()).toEqual(mixed)
  await stores.rotate()
  await stores.seal()
  expect(await lines()).toEqual(mixed)
})

it('gives the events of a span of event time', async () => {
  await stores.append([prediction('open', 4100)])
  const ids = (await lines({ from: 2000, to: 4001 })).map((event) => (event as KeepfitEvent).id)
  expect(ids).toEqual(['b', 'f', 'n0'])
  expect(await lines({ from: 4100, to: 4101 })).toHaveLength(2)
  expect(await lines({ from: 99_999 })).toEqual([])
})

it('can be sent in again, and changes nothing', async () => {
  const sent = (await lines()) as KeepfitEvent[]
  const again = await stores.append(sent.map(withDefaults))
  expect(again).toMatchObject({ accepted: 0, repeated: sent.length, conflicts: [] })
})

it('gives Parquet with a column a feature', async () => {
  const parts: Uint8Array[] = []
  for await (const part of exportParquet(stores, { model: 'm', from: null, to: 3001 })) parts.push(part)
  const path = join(stores.dataFolder, 'out.parquet')
  await writeFile(path, Buffer.concat(parts))
  const rows = await openDuckDb((connection) => rowsOf(connection, `select * from read_parquet(${quotePath(path)})`))
  expect(rows.map(({ type }) => type)).toEqual(['prediction', 'label', 'prediction', 'feedback'])
  expect(rows[0]).toMatchObject({ id: 'a', x: 1.5, z: 'ö', time: 1000n })
  expect(rows[2]).toMatchObject({ id: 'b', age: 2, prediction_id: 'a', x: null })
})

it('knows which models there are', async () => {
  const asked = { from: null, to: null, format: 'jsonl' } as const
  const parts: unknown[] = []
  for await (const part of await exportEvents(stores, { ...asked, model: 'other' })) parts.push(part)
  expect(parts).toHaveLength(1)
  await expect(exportEvents(stores, { ...asked, model: 'nobody' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
