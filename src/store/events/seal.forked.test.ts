import { existsSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eventStoresOfFile } from '../../../test/support/event-stores.ts'
import { EVENT_SCHEMA, label, NOW, prediction } from '../../../test/support/event-world.ts'
import { openDuckDb, quotePath, rowsOf } from '../files/duck-db.ts'
import type { Database } from '../postgres/database.ts'
import { learnModelSchema } from './learn-schema.ts'
import { rotatePartition } from './partitions.ts'
import { type RowsAsked, readWindowRows } from './read-rows.ts'
import { sealPartitions } from './seal.ts'
import { countLabelled, nextPrediction } from './stream.ts'
import { sealedPath, writeSealed } from './write-sealed.ts'

const stores = eventStoresOfFile('m', 'other')
const { append, rotate, seal } = stores
const read = (asked: Partial<RowsAsked> = {}) =>
  readWindowRows(stores, {
    model: 'm',
    schema: EVENT_SCHEMA,
    start: 0,
    end: 10_000,
    labels: { absentAs: null },
    upToSeq: null,
    upToTime: null,
    ...asked,
  })
const file = (name: string) => join(stores.dataFolder, 'events', 'm', name)
/** The database, with something to do before each statement of a connection that is lent. */
function atEachWord(before: (pid: number) => Promise<void>): Database {
  const lend = async () => {
    const client = await stores.database.pool.connect()
    const { rows } = await client.query('select pg_backend_pid() as pid')
    const query = async (...said: readonly unknown[]) => {
      await before(rows[0].pid)
      return Reflect.apply(client.query, client, said)
    }
    return { query, release: (isBroken?: boolean) => client.release(isBroken) }
  }
  return { ...stores.database, pool: { connect: lend } as unknown as Database['pool'] }
}
const inPostgres = async () => (await stores.database.pool.query('select count(*) as n from event')).rows[0].n

describe('sealing', () => {
  it('leaves every row as it was, in files instead of the database', async () => {
    await append([
      ...Array.from({ length: 50 }, (_, i) => prediction(`p${i}`, i * 100)),
      prediction('strange "one"', 77, { features: { age: 'old', "o'Neill": 1, Time: 2, a: null } }),
      label('l1', 'p1', 500, 'yes'),
      label('l0', 'p60', 500, 'no'),
      prediction('fix', 20_000, { predictionId: 'p2', score: 0.875 }),
      prediction('elsewhere', 1, { model: 'other' }),
      { type: 'feedback', id: 'f', predictionId: 'p1', model: 'm', time: 3, body: { stars: 5 } },
    ])
    const before = await read()
    expect(before.ids).toHaveLength(51)
    expect(await rotate()).toBe(1)
    expect(await seal()).toEqual([1])
    expect(await inPostgres()).toBe(0)
    expect(await read()).toEqual(before)
    expect(await seal()).toEqual([])
    expect((await readdir(join(stores.dataFolder, 'events', 'm'))).sort()).toEqual([
      '000001-feedback.json',
      '000001-feedback.parquet',
      '000001-labels.json',
      '000001-labels.parquet',
      '000001-predictions.json',
      '000001-predictions.parquet',
    ])
  })

  it('joins labels and corrections that come after their prediction was sealed', async () => {
    await append([
      label('late', 'p3', 900, 'yes'),
      prediction('fix3', 900, { predictionId: 'p3', score: 0.125 }),
      prediction('p60', 4999),
    ])
    const rows = await read()
    const at = (id: string) => rows.ids.indexOf(id)
    expect(rows.labels[at('p3')]).toBe(1)
    expect(rows.recorded?.[at('p3')]).toBe(0.125)
    expect(rows.times[at('p3')]).toBe(300)
    // Its label was sealed before it came.
    expect(rows.labels[at('p60')]).toBe(0)
    expect((await read({ start: 800, end: 1000 })).ids).toEqual(['p8', 'p9'])
  })

  it('joins rows of several sealed partitions as one', async () => {
    const before = await read()
    await rotate()
    expect(await seal()).toEqual([2])
    expect(await read()).toEqual(before)
    expect(await read({ upToSeq: 56 })).toMatchObject({ newestSeq: expect.any(Number) })
  })

  it('finds and counts predictions wherever they are', async () => {
    expect(await nextPrediction(stores, 'm', 78)).toBe(100)
    expect(await nextPrediction(stores, 'm', 4950)).toBe(4999)
    expect(await nextPrediction(stores, 'm', 20_001)).toBeNull()
    expect(await countLabelled(stores, 'm', { start: 0, end: 5000 })).toEqual({ rows: 52, labelled: 3 })
  })

  it('shows sealed events to whoever learns what a model reads', async () => {
    const schema = await learnModelSchema(stores, { model: 'm', start: 0, end: 5000 }, {})
    expect(schema.task).toEqual({ kind: 'binary', classes: ['no', 'yes'] })
    expect(schema.features).toContainEqual({ name: "o'Neill", kind: 'numeric' })
    expect(schema.features).toContainEqual({ name: 'age', kind: 'categorical' })
    expect(schema.features).toContainEqual({ name: 'member', kind: 'boolean' })
  })

  it('still knows every id', async () => {
    const said = await append([prediction('p1', 100), prediction('p2', 201)])
    expect(said).toMatchObject({ accepted: 0, repeated: 1, conflicts: [{ id: 'p2' }] })
  })

  it('gives every tool the features by their names, with types', async () => {
    const path = file('000001-predictions.parquet')
    const rows = await openDuckDb((connection) =>
      rowsOf(
        connection,
        `select * from read_parquet(${quotePath(path)}) where id in ('p4', 'strange "one"') order by seq`,
      ),
    )
    expect(rows[0]).toMatchObject({ id: 'p4', time: 400n, prediction_id: 'p4', version: 1, score: '0.5', member: true })
    expect(rows[0]).toMatchObject({ age: '0.4', city: 'city1', "o'Neill": null })
    expect(rows[1]).toMatchObject({ age: 'old', "o'Neill": 1, Time_1: 2, member: null })
    const manifest = JSON.parse(await readFile(file('000001-predictions.json'), 'utf8'))
    expect(manifest).toMatchObject({
      rows: 52,
      corrections: 1,
      firstTime: 0,
      newestTime: 20_000,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(manifest.features).toContainEqual({ feature: 'Time', column: 'Time_1', type: 'DOUBLE', told: 'numbers' })
    expect(manifest.features).toContainEqual({ feature: 'age', column: 'age', type: 'VARCHAR', told: 'mixed' })
  })

  it('seals again what a crash left half done', async () => {
    await append([prediction('crash', 9000), label('lcrash', 'crash', 9001, 'yes')])
    const before = await read()
    await rotate()
    // Killed while the file was written, and after it was written but before the table was dropped.
    await writeFile(file('000003-predictions.parquet.part'), 'half')
    await writeFile(file('000003-predictions.parquet'), 'whole, of a life before')
    expect(await read()).toEqual(before)
    expect(await seal()).toEqual([3])
    expect(await read()).toEqual(before)
  })

  it('waits with sealing while somebody reads', async () => {
    await append([prediction('busy', 9100)])
    await rotate()
    const reader = await stores.database.pool.connect()
    await reader.query('begin; lock table event in access share mode')
    expect(await seal()).toEqual([])
    await reader.query('commit')
    reader.release()
    expect(await seal()).toEqual([4])
    expect((await read()).ids).toContain('busy')
  })

  it('lets events in while it waits for whoever reads', async () => {
    await append([prediction('held', 9150)])
    await rotate()
    await append([prediction('begun', 9151)])
    const reader = await stores.database.pool.connect()
    await reader.query('begin; lock table event in access share mode')
    let isWaiting = true
    const sealing = seal().finally(() => {
      isWaiting = false
    })
    let taken = 0
    while (isWaiting) {
      await append([prediction(`meanwhile${taken}`, 9152)])
      taken += 1
    }
    await reader.query('commit')
    reader.release()
    expect(await sealing).toEqual([])
    // Behind one long wait there would be one or two.
    expect(taken).toBeGreaterThan(5)
    expect(await seal()).toEqual([5])
  })

  it('has no transaction open while it writes files, and puts none in place once its connection is gone', async () => {
    await append([prediction('lost', 9160), label('llost', 'lost', 9161, 'yes')])
    await rotate()
    const states: string[] = []
    const broken = atEachWord(async (pid) => {
      if (!existsSync(file('000006-predictions.parquet.part'))) return
      const { pool } = stores.database
      const { rows } = await pool.query('select state from pg_stat_activity where pid = $1', [pid])
      states.push(rows[0].state)
      await pool.query('select pg_terminate_backend($1, 5000)', [pid])
    })
    await expect(sealPartitions({ ...stores, database: broken }, { now: NOW, settledMs: 0 })).rejects.toThrow()
    expect(states).toEqual(['idle'])
    expect(existsSync(file('000006-predictions.parquet'))).toBe(false)
    expect(await seal()).toEqual([6])
    expect((await read({ start: 9160, end: 9161 })).labels).toEqual(Float64Array.of(1))
  })

  it('writes what does not fit in memory, in its order, and leaves nothing beside it', async () => {
    const ROWS = 20_000
    const features = Object.fromEntries(Array.from({ length: 50 }, (_, k) => [`measure_${k}`, k + 0.125]))
    for (let from = 0; from < ROWS; from += 2_000)
      await append(Array.from({ length: 2_000 }, (_, i) => prediction(`big${from + i}`, from + i, { features })))
    const partition = await rotate()
    const client = await stores.database.pool.connect()
    const part = { partition: partition as number, model: 'm', type: 'p' } as const
    const { rows } = await writeSealed(client, stores.dataFolder, part, '128MB').finally(() => client.release())
    expect(rows).toBe(ROWS)
    const path = join(stores.dataFolder, sealedPath(part))
    const found = await openDuckDb((connection) => rowsOf(connection, `select seq from ${quotePath(path)}`))
    const seqs = found.map(({ seq }) => Number(seq))
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
    expect((await readdir(file(''))).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it('refuses a sealed file that was changed or is gone', async () => {
    const path = file('000001-labels.parquet')
    const bytes = await readFile(path)
    const flipped = Buffer.from(bytes)
    flipped[20] = (flipped[20] ?? 0) ^ 1
    await writeFile(path, flipped)
    await expect(read()).rejects.toMatchObject({
      code: 'STATE_UNREADABLE',
      message: expect.stringContaining('SHA-256'),
    })
    await rm(path)
    await expect(read()).rejects.toThrow(/are gone/)
    await writeFile(path, bytes)
    expect((await read()).ids).toContain('p1')
  })
})

describe('sealing after the clock has stepped back', () => {
  it('leaves what is newer until what is older has settled', async () => {
    await seal()
    const closeAt = async (now: number, id: string) => {
      await append([prediction(id, 10)])
      return rotatePartition(stores.database, { now, limits: { rows: 1, bytes: 1, ageMs: 0 } })
    }
    const older = await closeAt(NOW + 600_000, 'before-the-step')
    const newer = await closeAt(NOW, 'after-the-step')
    expect(await seal()).toEqual([])
    expect(await sealPartitions(stores, { now: NOW + 600_000, settledMs: 0 })).toEqual([older, newer])
  })
})
