import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { EventChunk } from '../cli/event-chunk.ts'
import type { TableMapping } from '../data/table-events.ts'
import { eventChunks } from './event-chunks.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepfit-chunks-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function chunks(
  content: string,
  mapping: TableMapping | null = null,
  name = 'events.jsonl',
): Promise<EventChunk[]> {
  const path = join(folder, name)
  await writeFile(path, content)
  const all: EventChunk[] = []
  for await (const chunk of eventChunks(path, mapping)) all.push(chunk)
  return all
}

it('cuts lines into pieces that know where they stand, and loses none', async () => {
  const lines = Array.from({ length: 2500 }, (_, i) => `{"id":"ö${i}"}`)
  for (const end of ['', '\n']) {
    const all = await chunks(lines.join('\n') + end)
    expect(all.map(({ events, firstLine }) => [events, firstLine])).toEqual([
      [1000, 1],
      [1000, 1001],
      [500, 2001],
    ])
    expect(all.map(({ text }) => text).join('\n')).toBe(lines.join('\n'))
    expect(all.at(-1)?.share).toBe(1)
  }
})

it('counts events, and lines by themselves', async () => {
  const [piece] = await chunks('{"id":"a"}\n\n  \n{"id":"b"}\n')
  expect(piece).toMatchObject({ events: 2, firstLine: 1 })
  expect(piece?.text.split('\n')).toHaveLength(4)
})

it('keeps pieces below what the server reads', async () => {
  const long = `{"id":"${'x'.repeat(2 ** 20)}"}`
  const all = await chunks(Array.from({ length: 10 }, () => long).join('\n'))
  expect(all.every(({ text }) => text.length < 8 * 2 ** 20)).toBe(true)
  expect(all.reduce((sum, { events }) => sum + events, 0)).toBe(10)
})

it('sends nothing of an empty file, and refuses what is no file of events', async () => {
  expect(await chunks('\n\n')).toEqual([])
  await expect(chunks('id,time\n1,2\n')).rejects.toThrow(/needs --model, --time and --id/)
  await expect(eventChunks(folder, null).next()).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: `'${folder}' is a folder: name its files`,
  })
  await expect(eventChunks(join(folder, 'none'), null).next()).rejects.toMatchObject({ code: 'FILE_MISSING' })
})

it('makes events of a table', async () => {
  const mapping = { model: 'm', time: 'day', id: 'id', label: 'left' }
  const all = await chunks('id,day,age,left\na,2026-01-01,3,yes\nb,2026-01-02,4,\n', mapping, 'table.csv')
  expect(all.map(({ events, share }) => [events, share])).toEqual([[3, 1]])
  const [first] = all[0]?.text.split('\n') ?? []
  expect(JSON.parse(first ?? '')).toMatchObject({
    id: 'a',
    model: 'm',
    time: Date.UTC(2026, 0, 1),
    features: { age: 3 },
  })
})
