import { randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/store/postgres/database.ts'
import { type CampaignResult, campaign } from './campaign.ts'
import { copyOfProduct } from './copy.ts'
import { faultNamed } from './faults.ts'
import { INVARIANTS } from './invariants/all.ts'
import type { Scene } from './invariants/invariant.ts'
import type { Plant } from './plant.ts'
import { PLANTS } from './plants.ts'
import { PLANTS_OF_CLAUSES } from './plants-of-clauses.ts'
import { makeSite, type Site } from './site.ts'

const SECRET = 'planted-secret-word'
const LIMIT = 400_000

let copy = ''

async function shortLife(
  layout: 'one' | 'split',
  faults: readonly string[],
): Promise<{ site: Site; result: CampaignResult }> {
  const site = await makeSite({ layout, bin: join(copy, 'bin', 'keepfit') })
  const result = await campaign(site, {
    seed: 7,
    kills: faults.length,
    events: 8000,
    rowsADay: 120,
    endAt: Date.now() + 240_000,
    first: faults.map(faultNamed),
    promotions: 2,
    restMs: 1500,
    say: () => {},
  })
  return { site, result }
}

describe('a system that is killed again and again', () => {
  let site: Site
  let result: CampaignResult
  beforeAll(async () => {
    copy = copyOfProduct(resolve('.'))
    const lived = await shortLife('split', ['process', 'everything', 'postmaster', 'backend', 'trainer', 'supervisor'])
    site = lived.site
    result = lived.result
    // What is left of it: a database that nobody writes to any more, and the folder.
    await Promise.all(site.members.map((member) => member.end('SIGKILL')))
    await site.database.close()
  }, LIMIT)
  afterAll(async () => {
    await site.close()
    rmSync(copy, { recursive: true, force: true })
  }, 60_000)

  test('breaks no promise, and its loop goes on', () => {
    expect(result.violations).toEqual([])
    expect(result.versions).toBeGreaterThan(1)
    expect(result.changes).toBeGreaterThan(2)
    expect(result.acknowledged).toBeGreaterThanOrEqual(8000)
  })

  test('leaves nothing behind that an invariant minds', async () => {
    expect(await looked(site, null)).toEqual([])
  })

  for (const plant of [...PLANTS, ...PLANTS_OF_CLAUSES]) {
    test(`${plant.id} sees ${plant.name}`, async () => {
      expect((await looked(site, plant)).join('\n')).toContain(plant.says ?? ' ')
    })
  }

  test('every invariant was seen to bite', () => {
    expect(INVARIANTS.map(({ id }) => id).filter((id) => !PLANTS.some((plant) => plant.id === id))).toEqual([])
  })
})

/** What the invariants say of a copy in which something was planted: only those that must see it, or all. */
async function looked(site: Site, plant: Plant | null): Promise<readonly string[]> {
  const name = `copy_${randomUUID().replaceAll('-', '')}`
  const url = (database: string) => site.databaseUrl().replace('/keepfit?', `/${database}?`)
  const folder = mkdtempSync(join(tmpdir(), 'keepfit-planted-'))
  const dataFolder = join(folder, '.keepfit')
  cpSync(site.dataFolder, dataFolder, { recursive: true, preserveTimestamps: true })
  const owner = new pg.Client({ connectionString: url('postgres') })
  await owner.connect()
  await owner.query(`create database ${name} template keepfit`)
  const database = await openDatabase(url(name), { maxConnections: 2 })
  const sql = async <R>(text: string, values: readonly unknown[] = []) =>
    (await database.pool.query(text, [...values])).rows as R[]
  // Snapshots that were checked before the plant must be read again.
  const { memory, ...rest } = site.scene(true)
  const finals = new Map([...memory].filter(([key]) => !key.startsWith('snapshot')))
  const before: Scene = {
    ...rest,
    database,
    sql,
    dataFolder,
    memory: finals,
    secret: { values: [SECRET], given: [], texts: [] },
  }
  const scene = { ...before, ...plant?.scene?.(before) }
  const undo = plant?.files?.(dataFolder)
  try {
    if (plant?.sql !== undefined)
      await database.pool.query(['set session_replication_role = replica', ...plant.sql].join(';\n'))
    const invariants = INVARIANTS.filter(({ id }) => plant === null || id === plant.id)
    const found: string[] = []
    for (const invariant of invariants) found.push(...(await invariant.look(scene)))
    return found
  } finally {
    undo?.()
    await database.close()
    await owner.query(`drop database ${name} with (force)`)
    await owner.end()
    rmSync(folder, { recursive: true, force: true })
  }
}
