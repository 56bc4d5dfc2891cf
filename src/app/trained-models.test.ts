import { describe, expect, test } from 'vitest'
import { recordedRows } from '../../test/support/recorded-rows.ts'
import type { RecordedStream } from '../backtest/stream.ts'
import { Fault } from '../base/fault.ts'
import type { FitJob, Fitted, ModelPool } from './model-pool.ts'
import { trainedModels } from './trained-models.ts'

const TRAINER = { trainer: 'ydf-random-forest', minRows: 3 }

/** A pool that answers at once: the score of a row is its number. */
function pool(perRow = 1) {
  const jobs: FitJob[] = []
  const fake: ModelPool = {
    async fit(job) {
      jobs.push(job)
      if (job.rows instanceof Int32Array && job.rows.length === 3) throw new Fault('TRAINING_FAILED', 'one class')
      const scores = Float32Array.from(
        { length: (job.scoreTo - job.scoreFrom) * perRow },
        (_, at) => job.scoreFrom + at / perRow,
      )
      return { artifact: new Uint8Array(12), digest: '', scores, trainMs: 0, trainedRows: 5, givenRows: 7 } as Fitted
    },
    score: () => Promise.reject(new Error('nobody asks for it')),
    scoreBlanked: (job) => Promise.resolve(job.blanks.map(() => Float32Array.from(job.spans, ({ from }) => from))),
    scoreFrame: (job) => Promise.resolve(new Float32Array(job.features.rows)),
    close: () => Promise.resolve(),
  }
  return { jobs, fake }
}

function models(stream: RecordedStream = recordedRows([3, 4, 5, 6]), perRow = 1) {
  const { jobs, fake } = pool(perRow)
  return { jobs, models: trainedModels(fake, stream, TRAINER, 11) }
}

describe('the models of a replay', () => {
  test('learn from the rows of their windows, and are scored on every row after them', async () => {
    const { jobs, models: trained } = models()
    expect(await trained.fit([0, 1])).toEqual({ key: '0,1', windows: [0, 1], trainedTo: 1 })
    expect(jobs).toEqual([
      {
        trainer: 'ydf-random-forest',
        config: { minRows: 3 },
        rows: { from: 0, to: 7 },
        seed: 11,
        scoreFrom: 7,
        scoreTo: 18,
      },
    ])
  })

  test('give each row the weight of its window; of the same windows with other weights comes another model', async () => {
    const { jobs, models: trained } = models()
    const first = await trained.fit([0, 2], [0.25, 1])
    expect([...(jobs[0]?.weights ?? [])]).toEqual([0.25, 0.25, 0.25, 1, 1, 1, 1, 1])
    const second = await trained.fit([0, 2], [0.5, 1])
    const plain = await trained.fit([0, 2])
    expect(new Set([first.key, second.key, plain.key]).size).toBe(3)
    expect(await trained.fit([0, 2], [0.5, 1])).toBe(second)
    expect(await trained.fit([0, 2], null)).toBe(plain)
    expect(jobs).toHaveLength(3)
    expect(jobs[2]).not.toHaveProperty('weights')
  })

  test('learn from listed rows where a window between them is left out', async () => {
    const { jobs, models: trained } = models()
    await trained.fit([0, 2])
    expect([...(jobs[0]!.rows as Int32Array)]).toEqual([0, 1, 2, 7, 8, 9, 10, 11])
    expect(jobs[0]?.scoreFrom).toBe(12)
  })

  test('are trained once, though asked for twice at a time', async () => {
    const { jobs, models: trained } = models()
    const [a, b] = await Promise.all([trained.fit([0, 1]), trained.fit([0, 1])])
    const c = await trained.fit([0, 1])
    expect(jobs).toHaveLength(1)
    expect([b, c]).toEqual([a, a])
    await trained.fit([1])
    expect(jobs).toHaveLength(2)
  })

  test('score the rows of a window, and no others', async () => {
    const { models: trained } = models()
    const model = await trained.fit([0])
    expect([...trained.scores(model, 1)]).toEqual([3, 4, 5, 6])
    expect([...trained.scores(model, 3)]).toEqual([12, 13, 14, 15, 16, 17])
  })

  test('have several scores a row where there are several classes', async () => {
    const stream = recordedRows([1, 2, 2], { kind: 'multiclass', classes: ['a', 'b', 'c'] })
    const { models: trained } = models(stream, 3)
    const scores = trained.scores(await trained.fit([0]), 2)
    expect(scores).toHaveLength(6)
    expect(scores[0]).toBe(3)
  })

  test('never score a window that they learned from, one before it, or one that is not there', async () => {
    const { models: trained } = models()
    const model = await trained.fit([1])
    for (const window of [0, 1]) expect(() => trained.scores(model, window)).toThrow('is not newer than what model 1')
    expect(() => trained.scores(model, 4)).toThrow('there is no window 4')
  })

  test('do not score before they are trained', () => {
    const { models: trained } = models()
    expect(() => trained.scores({ key: '0', windows: [0], trainedTo: 0 }, 1)).toThrow('model 0 was never trained')
  })

  test('of windows that are not there, or of none, are our own mistake', async () => {
    const { models: trained } = models()
    await expect(trained.fit([9])).rejects.toThrow('there is no window 9')
    await expect(trained.fit([])).rejects.toThrow('a training needs a window')
  })

  test('tell the bytes of their artifact and the rows they learned from', async () => {
    const { models: trained } = models()
    const model = await trained.fit([0])
    expect(trained.rescoring.facts(model)).toEqual({ artifactBytes: 12, trainedRows: 5 })
  })

  test('are scored anew on newer windows and on other rows, where their artifacts were kept', async () => {
    const stream = recordedRows([3, 4, 5, 6])
    const kept = trainedModels(pool().fake, stream, TRAINER, 11, { keepsArtifacts: true })
    const model = await kept.fit([0])
    expect((await kept.rescoring.without(model, [1, 3], ['x', 'y'])).map((one) => [...one])).toEqual([
      [3, 12],
      [3, 12],
    ])
    expect(await kept.rescoring.scoreFrame(model, stream.features)).toHaveLength(18)
    await expect(kept.rescoring.without(model, [0], ['x'])).rejects.toThrow('is not newer than what model 0')
    const { models: dropped } = models()
    await expect(dropped.rescoring.scoreFrame(await dropped.fit([0]), stream.features)).rejects.toThrow('was not kept')
  })

  test('that fail, fail again without another training', async () => {
    const { jobs, models: trained } = models(recordedRows([1, 1, 2, 3]))
    await expect(trained.fit([0, 2])).rejects.toThrow('one class')
    await expect(trained.fit([0, 2])).rejects.toThrow('one class')
    expect(jobs).toHaveLength(1)
  })
})
