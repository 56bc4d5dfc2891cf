import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declareModels, label, NOW, prediction } from '../../../test/support/event-world.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { Fault } from '../../base/fault.ts'
import { createAppender } from './appender.ts'

let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase()
  await declareModels(fresh.database, 'm')
})
afterAll(() => fresh.drop())

const clock = { now: () => NOW }
const appender = (more: Partial<Parameters<typeof createAppender>[0]> = {}) =>
  createAppender({ database: fresh.database, clock, ...more })

async function commits(): Promise<number> {
  const { rows } = await fresh.database.pool.query(`select count(distinct xmin::text)::int as n from event`)
  return rows[0].n
}

describe('an appender', () => {
  it('shares a transaction between requests that come while another is under way', async () => {
    const taken = appender()
    const said = await Promise.all(Array.from({ length: 100 }, (_, i) => taken.append([prediction(`a${i}`, i)])))
    expect(said.every(({ accepted }) => accepted === 1)).toBe(true)
    expect(await commits()).toBe(2)
    await taken.close()
  })

  it('tells each request of its own events', async () => {
    const taken = appender()
    const first = taken.append([prediction('x', 1)])
    const parts = await Promise.all([
      first,
      taken.append([prediction('a1', 1), prediction('y', 1)]),
      taken.append([prediction('a1', 2), label('ly', 'y', 3, 'no'), prediction('z', 1, { model: 'nobody' })]),
      taken.append([prediction('y', 1)]),
    ])
    expect(parts).toMatchObject([
      { accepted: 1, repeated: 0, conflicts: [], unknown: [] },
      { accepted: 1, repeated: 1, conflicts: [] },
      { accepted: 1, conflicts: [{ index: 0, id: 'a1' }], unknown: [{ index: 2, model: 'nobody' }] },
      { accepted: 0, repeated: 1, newestSeq: null },
    ])
  })

  it('refuses more than may wait, and takes it later', async () => {
    const taken = appender({ mostWaiting: 10 })
    const many = Array.from({ length: 10 }, (_, i) => prediction(`w${i}`, i))
    const waiting = taken.append(many)
    await expect(taken.append([prediction('one-more', 1)])).rejects.toMatchObject({ code: 'BUSY' })
    expect(await waiting).toMatchObject({ accepted: 10 })
    expect(await taken.append([prediction('one-more', 1)])).toMatchObject({ accepted: 1 })
  })

  it('takes a request that alone is more than may wait', async () => {
    const many = Array.from({ length: 20 }, (_, i) => prediction(`big${i}`, i))
    expect(await appender({ mostWaiting: 10 }).append(many)).toMatchObject({ accepted: 20 })
  })

  it('writes nothing while the disk has no room, and everything once it has', async () => {
    let isFull = true
    const checkDisk = async () => {
      if (isFull) throw new Fault('DISK_FULL', 'full')
    }
    const taken = appender({ checkDisk })
    const events = [prediction('disk', 1)]
    await expect(taken.append(events)).rejects.toMatchObject({ code: 'DISK_FULL' })
    isFull = false
    expect(await taken.append(events)).toMatchObject({ accepted: 1, repeated: 0 })
  })

  it('does not let one mistake take the requests beside it along', async () => {
    const taken = appender()
    const first = taken.append([prediction('before', 1)])
    // No reader lets such a time through: a mistake of ours.
    const broken = taken.append([prediction('broken', 1.5)])
    const beside = taken.append([prediction('beside', 1)])
    await first
    await expect(broken).rejects.toThrow(/bigint/)
    expect(await beside).toMatchObject({ accepted: 1 })
  })

  it('lets what waits be written when it is closed, and takes nothing more', async () => {
    const taken = appender()
    const waiting = Promise.all(Array.from({ length: 5 }, (_, i) => taken.append([prediction(`c${i}`, i)])))
    await taken.close()
    expect((await waiting).every(({ accepted }) => accepted === 1)).toBe(true)
    await expect(taken.append([prediction('never', 1)])).rejects.toMatchObject({ code: 'DRAINING' })
  })

  it('tells of a database that went away, and goes on when it is back', async () => {
    const taken = appender()
    await fresh.database.pool.query(`alter table event_id rename to elsewhere`)
    await expect(taken.append([prediction('lost', 1)])).rejects.toThrow(/event_id/)
    await fresh.database.pool.query(`alter table elsewhere rename to event_id`)
    expect(await taken.append([prediction('lost', 1)])).toMatchObject({ accepted: 1 })
  })
})
