import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { registered, served } from '../../../test/support/registry.ts'
import { championOf, history, previousChampion, servedAt } from './serving.ts'

let fresh: FreshDatabase
const db = () => fresh.database.kysely
beforeAll(async () => {
  fresh = await freshDatabase()
})
afterAll(() => fresh.drop())

describe('which version answers', () => {
  test('is told of any instant, also of one before the first', async () => {
    await registered(db(), 'm', ['a', 'b'])
    expect(await servedAt(db(), 'm', 50)).toEqual({ kind: 'never' })
    expect(await championOf(db(), 'm')).toBeUndefined()
    await served(db(), 'm', 1, 100, { reason: 'first', because: 'nothing answered' })
    await served(db(), 'm', 2, 200, { decision: 4, actor: 'ada (t1)', because: 'better', fromWindow: 9 })
    expect(await servedAt(db(), 'm', 99)).toMatchObject({ kind: 'before-first', first: { version: 1, fromAt: 100 } })
    expect(await servedAt(db(), 'm', 100)).toMatchObject({ serving: { version: 1, reason: 'first', toAt: 200 } })
    expect(await servedAt(db(), 'm', 199)).toMatchObject({ serving: { version: 1, because: 'nothing answered' } })
    expect(await servedAt(db(), 'm', 200)).toEqual({
      kind: 'served',
      serving: {
        model: 'm',
        number: 2,
        version: 2,
        fromAt: 200,
        toAt: null,
        fromWindow: 9,
        reason: 'promoted',
        decision: 4,
        actor: 'ada (t1)',
        because: 'better',
      },
    })
    expect(await servedAt(db(), 'm', Number.MAX_SAFE_INTEGER)).toMatchObject({ serving: { version: 2 } })
  })

  test('an order that is carried out already leaves no trace', async () => {
    await registered(db(), 'twice', ['a', 'b'])
    expect(await served(db(), 'twice', 1, 100)).toMatchObject({ isChanged: true, previous: null })
    expect(await served(db(), 'twice', 2, 150)).toMatchObject({ isChanged: true, previous: 1 })
    const again = await served(db(), 'twice', 2, 300, { because: 'again' })
    expect(again).toMatchObject({ isChanged: false, serving: { fromAt: 150, because: 'it is better' } })
    expect(await history(db(), 'twice')).toHaveLength(2)
  })

  test('two orders at once come one after the other, and one version answers', async () => {
    await registered(db(), 'race', ['a', 'b', 'c'])
    await Promise.all([1, 2, 3, 1, 2, 3].map((version) => served(db(), 'race', version, 100)))
    const stretches = await history(db(), 'race')
    expect(stretches.filter(({ toAt }) => toAt === null)).toHaveLength(1)
    expect(stretches.map(({ number }) => number)).toEqual(stretches.map((_, i) => i + 1))
  })

  test('a collected version is refused, and so is one that does not exist', async () => {
    await registered(db(), 'gone', ['a', 'b'])
    await db().insertInto('collected_artifact').values({ model: 'gone', version: 2, collected_at: 1 }).execute()
    await served(db(), 'gone', 1, 100)
    await expect(served(db(), 'gone', 2, 200)).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(served(db(), 'gone', 3, 200)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(served(db(), 'unheard', 1, 200)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await championOf(db(), 'gone')).toMatchObject({ version: 1, toAt: null })
  })

  test('the way back leads to the version that answered before, not to one that was only trained', async () => {
    await registered(db(), 'back', ['a', 'b', 'c'])
    expect(await previousChampion(db(), 'back')).toBeUndefined()
    await served(db(), 'back', 1, 100)
    expect(await previousChampion(db(), 'back')).toBeUndefined()
    await served(db(), 'back', 3, 200)
    expect(await previousChampion(db(), 'back')).toBe(1)
    await served(db(), 'back', 1, 300, { reason: 'rolled-back' })
    expect(await previousChampion(db(), 'back')).toBe(3)
  })
})

test('history agrees with a list that was kept by hand, whatever the clock does', async () => {
  let lives = 0
  const order = fc.record({ version: fc.integer({ min: 1, max: 3 }), step: fc.integer({ min: -30, max: 50 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(order, { minLength: 1, maxLength: 8 }), async (orders) => {
      const model = `life-${++lives}`
      await registered(db(), model, ['a', 'b', 'c'])
      const kept: { version: number; from: number }[] = []
      let clock = 1000
      for (const { version, step } of orders) {
        clock += step
        await served(db(), model, version, clock)
        const last = kept.at(-1)
        if (last?.version !== version) kept.push({ version, from: Math.max(clock, last?.from ?? clock) })
      }
      expect((await history(db(), model)).map(({ version, fromAt }) => ({ version, from: fromAt }))).toEqual(kept)
      const edges = kept.flatMap(({ from }) => [from - 1, from, from + 1])
      for (const instant of [0, ...edges, 5000]) {
        const expected = kept.findLast(({ from }) => from <= instant)
        const said = await servedAt(db(), model, instant)
        expect(said.kind === 'served' ? said.serving.version : undefined).toBe(expected?.version)
      }
    }),
    { numRuns: 25, seed: 1 },
  )
})
