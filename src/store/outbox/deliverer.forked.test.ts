import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import type { Delivery, Message } from '../../base/message.ts'
import { type DelivererOptions, startDeliverer } from './deliverer.ts'
import { claimMessages, enqueueMessage, forgetMessages, listUntold, markFailed } from './messages.ts'

let fresh: FreshDatabase
let now = 1_000_000
const clock = { now: () => now }
const db = () => fresh.database.kysely
beforeEach(async () => {
  fresh = await freshDatabase()
  now = 1_000_000
})
afterEach(() => fresh.drop())

const DONE: Delivery = { kind: 'delivered', detail: 'taken' }
const write = (n: number, more: { model?: string; targets?: string[] } = {}) =>
  enqueueMessage(db(), { model: 'm', event: 'promoted', targets: ['a'], body: { n }, now, ...more })
const start = (deliver: DelivererOptions['deliver'], more: Partial<DelivererOptions> = {}) =>
  startDeliverer({ db: db(), clock, rng: () => 0.5, deliver, pollMs: 5, leaseMs: 10_000, ...more })

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (await holds()) return
    await sleep(10)
  }
  throw new Error('it never came about')
}
const nothingWaits = async () => (await listUntold(db())).every(({ givenUpAt }) => givenUpAt !== null)

test('what happened is told to each target once, and what was rolled back to none', async () => {
  const told: string[] = []
  const deliverer = start(async ({ event, model, target, body, attempt }) => {
    told.push(`${event} ${model} ${target} ${body['n']} ${attempt}`)
    return DONE
  })
  await db()
    .transaction()
    .execute(async (trx) => {
      await enqueueMessage(trx, { model: 'm', event: 'adopted', targets: ['a'], body: { n: 0 }, now })
      throw new Error('rolled back')
    })
    .catch(() => {})
  await write(1, { targets: ['a', 'b', 'a'] })
  await write(2, { targets: [] })
  await until(async () => told.length >= 2 && (await nothingWaits()))
  await sleep(50)
  await deliverer.stop()
  expect(told.sort()).toEqual(['promoted m a 1 1', 'promoted m b 1 1'])
})

test('a message says which file a run failed over, and not where it stands on this machine', async () => {
  const told: unknown[] = []
  const deliverer = start(async ({ body }) => {
    told.push(body)
    return DONE
  })
  const why = "train: cannot open '/srv/team/churn models/train.py'; see /srv/keepfit/runs/churn/7/log.txt"
  const body = { version: null, window: 7, because: `${why} or https://ci.example.com/runs/7` }
  await enqueueMessage(db(), { model: 'm', event: 'run-failed', targets: ['a'], body, now })
  await until(nothingWaits)
  await deliverer.stop()
  const because = "train: cannot open 'train.py'; see log.txt or https://ci.example.com/runs/7"
  expect(told).toEqual([{ version: null, window: 7, because }])
})

test('messages of a model arrive in order: those behind a failed one wait, other models and targets go on', async () => {
  const told: string[] = []
  let isDown = true
  const deliverer = start(async ({ model, target, body }) => {
    if (isDown && model === 'm' && target === 'a') return { kind: 'failed', why: 'down' }
    told.push(`${model} ${target} ${body['n']}`)
    return DONE
  })
  await write(1)
  await write(2)
  await write(3, { targets: ['b'] })
  await write(4, { model: 'other' })
  await until(() => told.length === 2)
  await sleep(50)
  expect(told.sort()).toEqual(['m b 3', 'other a 4'])
  isDown = false
  now += 10_000
  await until(nothingWaits)
  await deliverer.stop()
  expect(told.slice(2)).toEqual(['m a 1', 'm a 2'])
})

test('a process that dies between sending and writing it down lets another send it again, under the same id', async () => {
  await write(1)
  const [sent] = await claimMessages(db(), { now, leaseMs: 10_000, limit: 5 })
  const told: Message[] = []
  const deliverer = start(async (message) => {
    told.push(message)
    return DONE
  })
  await sleep(60)
  expect(told).toEqual([])
  now += 10_000
  await until(() => told.length === 1)
  await deliverer.stop()
  expect(told[0]).toMatchObject({ id: sent?.id, attempt: 2, body: { n: 1 } })
  expect(sent?.id).toMatch(/^msg_[0-9a-f]{32}$/)
})

test('two processes share the work: each message goes out once, in order', async () => {
  for (let n = 0; n < 60; n++) await write(n, { model: `m${n % 3}`, targets: ['a', 'b'] })
  const told: string[] = []
  const deliver = async ({ model, target, body }: Message) => {
    told.push(`${model} ${target} ${body['n']}`)
    await sleep(1)
    return DONE
  }
  const both = [start(deliver), start(deliver)]
  await until(nothingWaits)
  await Promise.all(both.map((one) => one.stop()))
  expect(told).toHaveLength(120)
  expect(new Set(told).size).toBe(120)
  for (const key of ['m0 a', 'm1 b', 'm2 a']) {
    const order = told.filter((one) => one.startsWith(key)).map((one) => Number(one.split(' ')[2]))
    expect(order).toEqual([...order].sort((x, y) => x - y))
    expect(order).toHaveLength(20)
  }
})

test('after the last attempt it is given up and shown, and the next message goes', async () => {
  const attempts: string[] = []
  const backoff = { firstMs: 0, factor: 1, longestMs: 0, attempts: 3, oldestMs: 60_000 }
  const deliver = async ({ body, attempt }: Message): Promise<Delivery> => {
    attempts.push(`${body['n']}.${attempt}`)
    if (body['n'] === 1) throw new Error('nobody there')
    return DONE
  }
  await write(1)
  await write(2)
  const deliverer = start(deliver, { backoff })
  await until(nothingWaits)
  await deliverer.stop()
  expect(attempts).toEqual(['1.1', '1.2', '1.3', '2.1'])
  expect(await listUntold(db())).toMatchObject([{ attempts: 3, givenUpAt: now, lastError: 'nobody there' }])
})

test('what waited behind a target that is gone is tried once where it is old, and what is young goes on being tried', async () => {
  const attempts: string[] = []
  const backoff = { firstMs: 1000, factor: 1, longestMs: 1000, attempts: 9, oldestMs: 60_000 }
  await write(1)
  await write(2)
  now += 60_000
  await write(3)
  const deliverer = start(
    async ({ body, attempt }) => {
      attempts.push(`${body['n']}.${attempt}`)
      return { kind: 'failed', why: 'nobody there' }
    },
    { backoff },
  )
  await until(async () => (await listUntold(db())).every(({ lastError }) => lastError !== null))
  await deliverer.stop()
  expect(attempts).toEqual(['1.1', '2.1', '3.1'])
  expect((await listUntold(db())).map(({ givenUpAt }) => givenUpAt)).toEqual([now, now, null])
})

test('what was settled long ago is forgotten; what waits stays, however old it is', async () => {
  for (let n = 1; n <= 5; n++) await write(n)
  const { pool } = fresh.database
  await pool.query(
    `update outbox set delivered_at = (array[99, 100])[(body ->> 'n')::int] where body ->> 'n' in ('1', '2')`,
  )
  await pool.query(
    `update outbox set given_up_at = (array[99, 100])[(body ->> 'n')::int - 2] where body ->> 'n' in ('3', '4')`,
  )
  expect(await forgetMessages(db(), 100)).toBe(2)
  const { rows } = await pool.query(`select body -> 'n' as n from outbox order by id`)
  expect(rows).toEqual([{ n: 2 }, { n: 4 }, { n: 5 }])
})

test('a target that wants to be left alone is, and one that will never listen is not asked twice', async () => {
  let asked = 0
  const deliverer = start(async ({ target }) => {
    asked++
    if (target === 'gone') return { kind: 'failed', why: 'gone', isFinal: true }
    return { kind: 'failed', why: 'busy', retryAfterMs: 3_600_000 }
  })
  await write(1, { targets: ['gone', 'busy'] })
  await until(async () => (await listUntold(db())).every(({ lastError }) => lastError !== null))
  await deliverer.stop()
  expect(asked).toBe(2)
  const rows = await listUntold(db())
  expect(rows.find(({ target }) => target === 'gone')).toMatchObject({ givenUpAt: now })
  expect(rows.find(({ target }) => target === 'busy')).toMatchObject({ givenUpAt: null, dueAt: now + 3_600_000 })
})

test('stopping waits for what is on its way, and aborts what takes too long', async () => {
  const ended: string[] = []
  const deliverer = start(async ({ body }, signal) => {
    if (body['n'] === 1) await sleep(100)
    else await sleep(60_000, undefined, { signal })
    ended.push(`${body['n']}`)
    return DONE
  })
  await write(1, { targets: ['quick'] })
  await write(2, { targets: ['slow'] })
  await until(async () => (await listUntold(db())).every(({ attempts }) => attempts === 1))
  await deliverer.stop(300)
  await write(3, { targets: ['late'] })
  await sleep(50)
  expect(ended).toEqual(['1'])
  expect(await listUntold(db())).toMatchObject([
    { target: 'slow', givenUpAt: null, lastError: 'Keepfit stopped before it was done' },
    { target: 'late', attempts: 0 },
  ])
})

test('an attempt never outlasts its lease', async () => {
  await write(1)
  const deliverer = start(() => new Promise(() => {}), { leaseMs: 200 })
  await until(async () => (await listUntold(db()))[0]?.lastError != null)
  await deliverer.stop()
  expect((await listUntold(db()))[0]?.lastError).toMatch(/timeout/i)
})

test('a database that is away for a while stops nothing', async () => {
  const errors: unknown[] = []
  const told: unknown[] = []
  await db().schema.alterTable('outbox').renameTo('hidden').execute()
  const deliverer = start(
    async ({ body }) => {
      told.push(body['n'])
      return DONE
    },
    { onError: (error) => errors.push(error) },
  )
  await until(() => errors.length > 2)
  await fresh.database.pool.query('alter table hidden rename to outbox')
  await write(1)
  await until(() => told.length === 1)
  await deliverer.stop()
})

test('an attempt that outlived its lease and failed does not give up what somebody else has taken since', async () => {
  await write(1)
  const claim = () => claimMessages(db(), { now, leaseMs: 10, limit: 8 })
  const [late] = await claim()
  now += 11
  const [newer] = await claim()
  if (late === undefined || newer === undefined) throw new Error('it was not claimed twice')
  await markFailed(db(), late, { why: 'too slow', givenUpAt: now })
  expect(await listUntold(db())).toMatchObject([{ givenUpAt: null, lastError: null }])
  await markFailed(db(), newer, { why: 'nobody there', givenUpAt: now })
  expect(await listUntold(db())).toMatchObject([{ givenUpAt: now, lastError: 'nobody there' }])
})

test('a clock that steps back makes no message wait, neither a new one nor one that failed before', async () => {
  const told: string[] = []
  const deliverer = start(async ({ body, attempt }) => {
    told.push(`${body['n']} at try ${attempt}`)
    return body['n'] === 1 && attempt === 1 ? { kind: 'failed', why: 'nobody there' } : DONE
  })
  try {
    await write(1)
    await until(() => told.length === 1)
    await write(2)
    await sleep(50)
    // What failed waits, and what is behind it too.
    expect(told).toEqual(['1 at try 1'])
    now -= 3_600_000
    await until(() => told.length === 3)
    expect(told).toEqual(['1 at try 1', '1 at try 2', '2 at try 1'])
  } finally {
    await deliverer.stop()
  }
})
