import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { learned, numeric, rows } from '../../test/support/forests.ts'
import { Fault } from '../base/fault.ts'
import { seededRng } from '../base/rng.ts'
import { blanked } from '../data/blanked.ts'
import { frame, sliceRows } from '../data/frame.ts'
import type { Task } from '../data/schema.ts'
import { artifactDigest } from '../models/artifact.ts'
import { openScorerPool, type ScorerPool } from './scorer-pool.ts'

const task: Task = { kind: 'binary', classes: ['stays', 'leaves'] }
const rng = seededRng(5)
const x = rows(400, () => rng())
const y = rows(400, () => rng())
const features = frame([numeric('x', x), numeric('y', y)])
const labelsBy = (limit: number) => x.map((value, row) => (value + 0.2 * (y[row] as number) > limit ? 1 : 0))

type Learned = Awaited<ReturnType<typeof learned>>
let models: Learned[] = []
const digests = () => models.map(({ artifact }) => artifactDigest(artifact))
let loads: string[] = []
const loadArtifact = async (digest: string): Promise<Uint8Array> => {
  loads.push(digest)
  const found = models.find(({ artifact }) => artifactDigest(artifact) === digest)
  if (found === undefined) throw new Fault('NOT_FOUND', `no artifact ${digest}`)
  return found.artifact
}
const open = (options: Partial<Parameters<typeof openScorerPool>[0]> = {}): ScorerPool =>
  openScorerPool({ loadArtifact, workers: 1, ...options })

beforeAll(async () => {
  models = [
    await learned('ydf-gradient-boosting', task, features, labelsBy(0.4)),
    await learned('ydf-gradient-boosting', task, features, labelsBy(0.7)),
  ]
})

describe('a scorer pool', () => {
  let pool: ScorerPool
  beforeAll(() => {
    pool = open({ workers: 2 })
  })
  afterAll(() => pool.close())

  test('has no thread before the first question', async () => {
    const idle = open()
    expect(idle.threads).toBe(0)
    await idle.close()
  })

  test('says what each model says in this thread, whoever is asked in between', async () => {
    const parts = rows(8, (i) => sliceRows(features, i * 50, i * 50 + 50))
    const said = await Promise.all(parts.map((part, i) => pool.score({ digest: digests()[i % 2]!, features: part })))
    for (const [i, part] of parts.entries()) expect(said[i]).toEqual(await models[i % 2]!.scorer.score(part))
    expect(said[0]).not.toEqual(said[1])
  })

  test('scores rows without a feature, for each blank in its place', async () => {
    const [withoutY, withoutX] = await pool.scoreBlanked({ digest: digests()[0]!, features, blanks: ['y', 'x'] })
    expect(withoutY).toEqual(await models[0]!.scorer.score(blanked(features, 'y')))
    expect(withoutX).toEqual(await models[0]!.scorer.score(blanked(features, 'x')))
    expect(withoutX).not.toEqual(withoutY)
  })

  test('times single rows, going round where more are wanted than there are', async () => {
    const times = await pool.latencies({ digest: digests()[0]!, features: sliceRows(features, 0, 3), rows: 50 })
    expect(times).toHaveLength(50)
    for (const ms of times) {
      expect(ms).toBeGreaterThan(0)
      expect(ms).toBeLessThan(1000)
    }
    expect(await pool.latencies({ digest: digests()[0]!, features: frame([]), rows: 5 })).toHaveLength(0)
  })

  test('a failure keeps its code, and the pool goes on', async () => {
    const lacking = frame([features.columns[0]!])
    await expect(pool.score({ digest: digests()[0]!, features: lacking })).rejects.toMatchObject({
      code: 'DATA_INVALID',
    })
    await expect(pool.score({ digest: 'f'.repeat(64), features })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await pool.score({ digest: digests()[0]!, features })).toHaveLength(400)
  })
})

test('a model stays open until others were used since, and is then loaded and checked again', async () => {
  const pool = open({ openModels: 1 })
  loads = []
  const [a, b] = digests() as [string, string]
  for (const digest of [a, a, a, b, b, a]) await pool.score({ digest, features })
  expect(loads).toEqual([a, b, a])
  await pool.close()
})

test('the model that was used last stays', async () => {
  const third = await learned('ydf-random-forest', task, features, labelsBy(0.5))
  models.push(third)
  const pool = open({ openModels: 2 })
  loads = []
  const [a, b, c] = digests() as [string, string, string]
  for (const digest of [a, b, a, c, a]) await pool.score({ digest, features })
  expect(loads).toEqual([a, b, c])
  await pool.score({ digest: b, features })
  expect(loads).toEqual([a, b, c, b])
  await pool.close()
})

test('other bytes than those of the digest are never opened', async () => {
  const [a] = digests()
  const pool = open({ loadArtifact: async () => models[1]!.artifact })
  await expect(pool.score({ digest: a!, features })).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT' })
  await pool.close()
})

test('a thread ends when no question comes, and the next question starts another', async () => {
  const pool = open({ idleMs: 50 })
  const [digest] = digests()
  await pool.score({ digest: digest!, features })
  expect(pool.threads).toBe(1)
  for (let i = 0; i < 100 && pool.threads > 0; i++) await sleep(50)
  expect(pool.threads).toBe(0)
  expect(await pool.score({ digest: digest!, features })).toHaveLength(400)
  await pool.close()
})

test('an aborted question is given up with its own reason', async () => {
  const pool = open()
  const stop = new AbortController()
  const asked = pool.latencies({ digest: digests()[0]!, features, rows: 50_000_000, signal: stop.signal })
  setTimeout(() => stop.abort(new Error('no longer wanted')), 300)
  await expect(asked).rejects.toThrow('no longer wanted')
  expect(await pool.score({ digest: digests()[0]!, features })).toHaveLength(400)
  await pool.close()
})
