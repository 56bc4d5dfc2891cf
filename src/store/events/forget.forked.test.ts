import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eventStoresOfFile } from '../../../test/support/event-stores.ts'
import { label, NOW, prediction } from '../../../test/support/event-world.ts'
import { exportLines } from './export-events.ts'
import { filesToForget, forgetEvents, type ModelRetention, type Retention } from './forget.ts'

const stores = eventStoresOfFile('m')
const { append, rotate, seal } = stores
const keeping = (model: Partial<ModelRetention>, now = NOW): Retention => {
  const all = { maxAgeMs: null, maxBytes: null, keepFrom: Number.POSITIVE_INFINITY }
  return { now, models: new Map([['m', { ...all, ...model }]]) }
}
const ids = async () => {
  let text = ''
  for await (const part of exportLines(stores, { model: 'm', from: null, to: null })) text += part
  return text === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: string }).id)
}

describe('retention', () => {
  const file = (model: string, newest_time: number, bytes = 10) => ({ model, newest_time, bytes })

  it('takes what is older than allowed, but nothing that a window needs', () => {
    const files = [file('m', 10), file('m', 20), file('m', 30), file('unheard', 5)]
    const asked = (keepFrom: number) => keeping({ maxAgeMs: 75, keepFrom }, 100)
    expect(filesToForget(files, asked(20))).toEqual([file('m', 10)])
    expect(filesToForget(files, asked(25))).toEqual([file('m', 10), file('m', 20)])
  })

  it('takes the oldest until the rest is small enough', () => {
    const files = [file('m', 10), file('m', 20), file('m', 30)]
    expect(filesToForget(files, keeping({ maxBytes: 20 }))).toEqual([file('m', 10)])
    expect(filesToForget(files, keeping({ maxBytes: 30 }))).toEqual([])
    expect(filesToForget(files, keeping({ maxBytes: 0, keepFrom: 20 }))).toEqual([file('m', 10)])
    expect(filesToForget([file('big', 1, 99), ...files], keeping({ maxBytes: 30 }))).toEqual([])
  })

  it('removes files, keeps the ids, and leaves what is newer', async () => {
    for (const [at, name] of [
      [1000, 'old'],
      [2000, 'new'],
    ] as const) {
      await append([prediction(name, at), label(`l-${name}`, name, at, 'yes')])
      await rotate()
      await seal()
    }
    expect(await forgetEvents(stores, keeping({}))).toEqual([])
    const gone = await forgetEvents(stores, keeping({ maxAgeMs: NOW - 1500 }))
    expect(gone).toEqual(['events/m/000001-labels.parquet', 'events/m/000001-predictions.parquet'])
    for (const path of gone) await expect(access(join(stores.dataFolder, path))).rejects.toThrow(/ENOENT/)
    expect(await ids()).toEqual(['new', 'l-new'])
    expect(await append([prediction('old', 1000)])).toMatchObject({ accepted: 0, repeated: 1 })
    const { rows } = await stores.database.pool.query(
      'select number, forgotten_at from event_partition order by number',
    )
    expect(rows).toEqual([
      { number: 1, forgotten_at: NOW },
      { number: 2, forgotten_at: null },
      { number: 3, forgotten_at: null },
    ])
  })

  it('removes what was left when it was killed between the database and the file, and nothing else', async () => {
    const left = ['000001-labels.parquet', '000001-predictions.json']
    // Of a partition that is being sealed, and of nobody.
    const staying = ['000003-labels.parquet', '000001-notes.parquet', '000009-feedback.json']
    const listed = ['000002-labels.parquet', '000002-labels.json', '000002-predictions.parquet']
    const at = (name: string) => join(stores.dataFolder, 'events', 'm', name)
    for (const name of [...left, ...staying]) await writeFile(at(name), 'x')
    expect(await forgetEvents(stores, keeping({}))).toEqual([])
    for (const name of left) await expect(access(at(name))).rejects.toThrow(/ENOENT/)
    for (const name of [...staying, ...listed]) await access(at(name))
    expect(await ids()).toEqual(['new', 'l-new'])
  })
})
