import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { draftOf, inTransaction, registered } from '../../../test/support/registry.ts'
import type { VersionDraft } from '../../models/version.ts'
import { ensureModel, listVersions, registerVersion, versionOf } from './versions.ts'

let fresh: FreshDatabase
const db = () => fresh.database.kysely
beforeAll(async () => {
  fresh = await freshDatabase({ maxConnections: 12 })
})
afterAll(() => fresh.drop())

const register = (model: string, draft: VersionDraft) =>
  inTransaction(db(), (trx) => registerVersion(trx, { model, draft, now: 5 }))

describe('versions', () => {
  test('come back as they were registered', async () => {
    await ensureModel(db(), 'whole', 1)
    const draft = draftOf('a', {
      run: { number: 3, epoch: 2 },
      snapshot: { md5: 'd41d8cd98f00b204e9800998ecf8427e', path: 'snapshots/whole/3' },
      trainer: { trainer: 'command', command: ['python', "it's.py"] },
      parameters: { depth: 6, '"quoted"': [1, null] },
      metrics: { auc: 0.1 + 0.2 },
      verdicts: [
        { gate: 'floor', outcome: 'pass', observed: 0.9, limit: 0.8, interval: null, rows: 10, because: 'above' },
      ],
      notes: ['a sample of 10 rows'],
      parent: null,
    })
    expect(await register('whole', draft)).toBe(1)
    expect(await versionOf(db(), 'whole', 1)).toEqual({
      ...draft,
      model: 'whole',
      number: 1,
      createdAt: 5,
      collectedAt: null,
    })
  })

  test('of one model are numbered without gaps when ten register at once and some give up', async () => {
    await ensureModel(db(), 'busy', 1)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) =>
        inTransaction(db(), async (trx) => {
          const number = await registerVersion(trx, { model: 'busy', draft: draftOf(`${i}`), now: 5 })
          if (i % 3 === 0) throw new Error('gave up')
          return number
        }),
      ),
    )
    const numbers = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6])
    expect((await listVersions(db(), 'busy')).map(({ number }) => number)).toEqual([6, 5, 4, 3, 2, 1])
  })

  test('of one run there is one, however often it registers; with another artifact it is refused', async () => {
    await ensureModel(db(), 'once', 1)
    const run = { number: 7, epoch: 1 }
    expect(await register('once', draftOf('a', { run }))).toBe(1)
    expect(await register('once', draftOf('a', { run: { number: 7, epoch: 2 } }))).toBe(1)
    await expect(register('once', draftOf('b', { run }))).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await register('once', draftOf('a', { run: { number: 8, epoch: 1 } }))).toBe(2)
    expect(await listVersions(db(), 'once')).toHaveLength(2)
  })

  test('of models count apart, and need a model', async () => {
    await registered(db(), 'left', ['a', 'b'])
    expect(await registered(db(), 'right', ['a'])).toEqual([1])
    await expect(register('nobody', draftOf('a'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(versionOf(db(), 'left', 3)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await listVersions(db(), 'nobody')).toEqual([])
  })

  test('never change and never go', async () => {
    await registered(db(), 'stone', ['a'])
    const changed = db()
      .updateTable('version')
      .set({ code_version: 'x' } as never)
      .where('model', '=', 'stone')
    await expect(changed.execute()).rejects.toThrow('written once')
    await expect(db().deleteFrom('version').where('model', '=', 'stone').execute()).rejects.toThrow('written once')
  })

  test('a model may be made known again without losing anything', async () => {
    await registered(db(), 'known', ['a'])
    await ensureModel(db(), 'known', 999)
    expect(await db().selectFrom('model').select('created_at').where('name', '=', 'known').execute()).toEqual([
      { created_at: 1000 },
    ])
  })
})
