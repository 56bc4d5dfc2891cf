import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Fault } from '../base/fault.ts'
import { seededRng } from '../base/rng.ts'
import { blanked } from '../data/blanked.ts'
import { type Column, frame, sliceRows, takeRows } from '../data/frame.ts'
import type { Task } from '../data/schema.ts'
import { artifactDigest } from '../models/artifact.ts'
import { loadYdf } from '../runtimes/ydf.ts'
import { builtInTrainers } from '../trainers/catalog.ts'
import { type FitJob, type ModelPool, openModelPool } from './model-pool.ts'

const ROWS = 2000
const task: Task = { kind: 'binary', classes: ['no', 'yes'] }
const rng = seededRng(1)
const x = Float64Array.from({ length: ROWS }, rng)
const codes = Int32Array.from({ length: ROWS }, () => Math.floor(rng() * 9))
const categories = Array.from({ length: 9 }, (_, i) => `kind ${i}`)
const columns: Column[] = [
  { kind: 'numeric', name: 'x', values: x, missing: new Uint8Array(ROWS) },
  { kind: 'categorical', name: 'c', values: codes, missing: new Uint8Array(ROWS), categories },
]
const features = frame(columns)
const labels = x.map((value, row) => (row % 10 === 9 ? Number.NaN : value + rng() * 0.4 > 0.7 ? 1 : 0))
const JOB: FitJob = {
  trainer: 'ydf-gradient-boosting',
  config: {},
  rows: { from: 0, to: 1000 },
  seed: 1,
  scoreFrom: 1000,
  scoreTo: 1500,
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Fault)
  return error as Fault
}

describe('a model pool', () => {
  let pool: ModelPool
  beforeAll(() => {
    pool = openModelPool({ task, features, labels, workers: 2 })
  })
  afterAll(() => pool.close())

  test('scores rows without a feature, and rows from elsewhere, as the artifact does in this thread', async () => {
    const { artifact } = await pool.fit(JOB)
    const here = await loadYdf(artifact)
    const rows = [sliceRows(features, 1000, 1010), sliceRows(features, 1900, 1905)]
    const spans = [
      { from: 1000, to: 1010 },
      { from: 1900, to: 1905 },
    ]
    const [withoutX, withoutC] = await pool.scoreBlanked({ artifact, spans, blanks: ['x', 'c'] })
    const expected = async (name: string) =>
      (await Promise.all(rows.map((part) => here.score(blanked(part, name))))).flatMap((scores) => [...scores])
    expect([...withoutX!]).toEqual(await expected('x'))
    expect([...withoutC!]).toEqual(await expected('c'))
    expect(withoutX).not.toEqual(withoutC)
    const elsewhere = takeRows(features, [7, 3, 3])
    expect([...(await pool.scoreFrame({ artifact, features: elsewhere }))]).toEqual([...(await here.score(elsewhere))])
    here.close()
  })

  test('gives the same bytes from two workers and from this thread', async () => {
    for (const trainer of builtInTrainers.ids) {
      const [one, two] = await Promise.all([pool.fit({ ...JOB, trainer }), pool.fit({ ...JOB, trainer })])
      const rows = Int32Array.from({ length: 1000 }, (_, i) => i).filter((row) => !Number.isNaN(labels[row]))
      const here = await builtInTrainers.get(trainer).fit(
        {
          task,
          features: takeRows(features, rows),
          labels: Float64Array.from(rows, (row) => labels[row]!),
          seed: 1,
        },
        {},
      )
      expect(one.digest).toBe(artifactDigest(here))
      expect(two.digest).toBe(one.digest)
      expect(artifactDigest(one.artifact)).toBe(one.digest)
      expect(two.scores).toEqual(one.scores)
    }
  })

  test('scores with the artifact it returns, and leaves rows without a label out of training', async () => {
    const fitted = await pool.fit(JOB)
    expect(fitted).toMatchObject({ trainedRows: 900, givenRows: 900 })
    expect(fitted.trainMs).toBeGreaterThanOrEqual(0)
    const scorer = await loadYdf(fitted.artifact)
    expect(fitted.scores).toEqual(await scorer.score(sliceRows(features, 1000, 1500)))
    expect(await pool.score({ artifact: fitted.artifact, from: 1200, to: 1300 })).toEqual(fitted.scores.slice(200, 300))
    scorer.close()
  })

  test('learns from the rows it is told, in ranges or by index', async () => {
    const byRange = await pool.fit({ ...JOB, rows: { from: 300, to: 800 } })
    const byIndex = await pool.fit({ ...JOB, rows: Int32Array.from({ length: 500 }, (_, i) => 300 + i) })
    const elsewhere = await pool.fit({ ...JOB, rows: { from: 301, to: 801 } })
    expect(byIndex.digest).toBe(byRange.digest)
    expect(elsewhere.digest).not.toBe(byRange.digest)
  })

  test('keeps the code and the words of a fault that happened in a worker', async () => {
    const tooFew = await faultOf(pool.fit({ ...JOB, rows: { from: 0, to: 12 } }))
    expect(tooFew.code).toBe('TRAINING_FAILED')
    expect(tooFew.message).toContain('11 labelled rows are too few')
    expect((await faultOf(pool.fit({ ...JOB, trainer: 'no-such' }))).code).toBe('PLUGIN_UNKNOWN')
    expect((await faultOf(pool.fit({ ...JOB, config: { trees: 9 } }))).code).toBe('CONFIG_INVALID')
    const artifact = new Uint8Array(100)
    expect((await faultOf(pool.score({ artifact, from: 0, to: 9 }))).code).toBe('ARTIFACT_CORRUPT')
  })

  test('does not dress up our own mistakes as faults, and works on after them', async () => {
    const error: unknown = await pool
      .fit({ ...JOB, rows: { from: 0, to: ROWS + 1 } })
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ message: expect.stringContaining('outside the stream') })
    expect(error).not.toBeInstanceOf(Fault)
    expect((await pool.fit(JOB)).trainedRows).toBe(900)
  })
})

test('an aborted pool rejects what runs and what comes, with the reason of the signal', async () => {
  const controller = new AbortController()
  const pool = openModelPool({ task, features, labels, workers: 1, signal: controller.signal })
  const running = [pool.fit({ ...JOB, trainer: 'ydf-random-forest' }), pool.fit(JOB)]
  const ends = Promise.allSettled(running)
  setTimeout(() => controller.abort(new Error('enough')), 100)
  for (const end of await ends) expect(end).toMatchObject({ status: 'rejected', reason: { message: 'enough' } })
  await expect(pool.fit(JOB)).rejects.toThrow('enough')
  await pool.close()
})
