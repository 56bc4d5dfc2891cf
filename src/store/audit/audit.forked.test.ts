import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { appendAudit } from './append.ts'
import { auditHash } from './audit-hash.ts'
import { type AuditHead, auditEntries, auditHead } from './read.ts'
import { verifyAudit } from './verify.ts'

let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase()
})
afterAll(() => fresh.drop())
beforeEach(async () => {
  await tamper(`truncate audit; update audit_head set seq = 0, hash = repeat('0', 64)`)
  for (let at = 1; at <= 6; at++) await append(at)
})

function append(at: number, detail: unknown = { b: at, a: ['x', 0.1 * at] }): Promise<void> {
  const note = { at, actor: 'ann (1)', action: 'tried', model: at % 2 === 0 ? 'churn' : null, detail }
  return fresh.database.kysely.transaction().execute((trx) => appendAudit(trx, note))
}

/** As somebody who owns the database, with its guards out of the way. */
async function tamper(statement: string): Promise<void> {
  await fresh.database.pool.query('alter table audit disable trigger all')
  await fresh.database.pool.query(statement)
  await fresh.database.pool.query('alter table audit enable trigger all')
}

async function brokenAt(known?: AuditHead): Promise<number | null> {
  const { ok, broken } = await verifyAudit(fresh.database, known)
  expect(ok).toBe(broken === null)
  return broken?.seq ?? null
}

describe('an untouched chain', () => {
  test('holds, and says where it ends', async () => {
    const verdict = await verifyAudit(fresh.database)
    expect(verdict).toEqual({ ok: true, entries: 6, head: await auditHead(fresh.database), broken: null })
    expect(
      await brokenAt({ seq: 4, hash: (await auditEntries(fresh.database, { after: 3, limit: 1 }))[0]!.hash }),
    ).toBe(null)
  })

  test('cannot be changed or shortened without disabling its guard', async () => {
    const { pool } = fresh.database
    await expect(pool.query(`update audit set actor = 'bob' where seq = 2`)).rejects.toThrow('written once')
    await expect(pool.query('delete from audit where seq = 6')).rejects.toThrow('written once')
  })

  test('takes whatever an entry may hold, and reads back the same', async () => {
    const details = ['\0 and \ud800', { deep: [1e300, -0, 1e-300, 1e21, null, true, '\\u0000'] }, undefined, 'ä – 語']
    for (const [at, detail] of details.entries()) await append(10 + at, detail)
    expect(await brokenAt()).toBe(null)
    const [first, second] = await auditEntries(fresh.database, { after: 6, limit: 2 })
    expect(first?.detail).toBe('\ufffd and \ufffd')
    expect(second?.detail).toEqual({ deep: [1e300, 0, 1e-300, 1e21, null, true, expect.any(String)] })
  })

  test('is written by many at once without a gap or a fork', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, at) => append(100 + at)))
    expect(await verifyAudit(fresh.database)).toMatchObject({ ok: true, entries: 26 })
  })

  test('keeps nothing of a transaction that failed', async () => {
    const failing = fresh.database.kysely.transaction().execute(async (trx) => {
      await appendAudit(trx, { at: 7, actor: 'ann', action: 'tried', model: null, detail: null })
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await verifyAudit(fresh.database)).toMatchObject({ ok: true, entries: 6 })
  })
})

describe('is found', () => {
  test.each([
    ['a changed actor', `update audit set actor = 'bob' where seq = 3`, 3],
    ['a changed time', 'update audit set at = 99 where seq = 1', 1],
    ['a changed model', `update audit set model = 'other' where seq = 2`, 2],
    ['a changed action', `update audit set action = 'slept' where seq = 6`, 6],
    ['a changed detail', `update audit set detail = jsonb_set(detail, '{b}', '4.5') where seq = 4`, 4],
    ['a removed first entry', 'delete from audit where seq = 1', 1],
    ['a removed entry in the middle', 'delete from audit where seq = 4', 4],
    ['all entries removed', 'truncate audit', 1],
    ['a removed last entry', 'delete from audit where seq = 6', 6],
    [
      'two entries that changed places',
      'update audit set seq = case seq when 2 then -3 else -2 end where seq in (2, 3); update audit set seq = -seq where seq < 0',
      2,
    ],
    [
      'an entry that was added behind the head',
      `insert into audit select 7, at, actor, action, model, detail, hash, repeat('a', 64) from audit where seq = 6`,
      7,
    ],
    [
      'an entry that was put in between',
      `update audit set seq = -seq - 1 where seq >= 4; update audit set seq = -seq where seq < 0; insert into audit select 4, at, actor, action, model, detail, previous, repeat('b', 64) from audit where seq = 3`,
      4,
    ],
  ])('%s', async (_what, statement, seq) => {
    await tamper(statement)
    expect(await brokenAt()).toBe(seq)
  })

  test('a changed entry whose own hash was made to fit', async () => {
    const [entry] = await auditEntries(fresh.database, { after: 2, limit: 1 })
    const changed = { ...entry!, actor: 'bob' }
    await tamper(`update audit set actor = 'bob', hash = '${auditHash(changed)}' where seq = 3`)
    expect(await brokenAt()).toBe(4)
  })

  test('an end that was cut off together with its head, by a head that was kept elsewhere', async () => {
    const kept = await auditHead(fresh.database)
    const [fourth] = await auditEntries(fresh.database, { after: 3, limit: 1 })
    await tamper('delete from audit where seq > 4')
    await fresh.database.pool.query('update audit_head set seq = 4, hash = $1', [fourth?.hash])
    expect(await brokenAt()).toBe(null)
    expect(await brokenAt(kept)).toBe(5)
  })

  test('a whole chain that was written anew, by a head that was kept elsewhere', async () => {
    const kept = await auditHead(fresh.database)
    await tamper(`delete from audit; update audit_head set seq = 0, hash = repeat('0', 64)`)
    for (let at = 1; at <= 8; at++) await append(at, 'something nicer')
    expect(await brokenAt()).toBe(null)
    expect(await brokenAt(kept)).toBe(6)
  })
})
