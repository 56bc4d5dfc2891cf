import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { applyPolicy, knowsModel, newestPolicy, policiesOf, policyHash } from './policies.ts'

let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase()
})
afterAll(() => fresh.drop())

function apply(model: string, settings: unknown, at = 1) {
  const policy = { model, settings, hash: policyHash(settings), actor: 'ann (1)', at }
  return fresh.database.kysely.transaction().execute((trx) => applyPolicy(trx, policy))
}

describe('a configuration', () => {
  test('has one hash, however its keys are ordered', () => {
    expect(policyHash({ a: 1, b: { c: 2, d: 3 } })).toBe(policyHash({ b: { d: 3, c: 2 }, a: 1 }))
    expect(policyHash({ a: 1 })).not.toBe(policyHash({ a: 2 }))
  })

  test('makes its model, gets the next number, and the same again changes nothing', async () => {
    const { kysely } = fresh.database
    expect(await knowsModel(kysely, 'churn')).toBe(false)
    expect(await apply('churn', { a: 1 })).toEqual({ number: 1, isNew: true })
    expect(await apply('churn', { a: 1 }, 2)).toEqual({ number: 1, isNew: false })
    expect(await apply('churn', { a: 2 }, 3)).toEqual({ number: 2, isNew: true })
    expect(await apply('churn', { a: 1 }, 4)).toEqual({ number: 3, isNew: true })
    expect(await knowsModel(kysely, 'churn')).toBe(true)
    expect(await newestPolicy(kysely, 'churn')).toMatchObject({
      number: 3,
      settings: { a: 1 },
      applied_at: 4,
      actor: 'ann (1)',
    })
    expect((await policiesOf(kysely, 'churn', { after: 1, limit: 1 })).map(({ number }) => number)).toEqual([2])
    expect(await kysely.selectFrom('model').select('policy').execute()).toEqual([{ policy: 3 }])
    expect(await kysely.selectFrom('audit').select('action').execute()).toHaveLength(3)
  })

  test('applied by several at once gets different numbers, without a gap', async () => {
    const numbers = await Promise.all(Array.from({ length: 8 }, (_, at) => apply('risk', { at })))
    expect(numbers.map(({ number }) => number).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })
})
