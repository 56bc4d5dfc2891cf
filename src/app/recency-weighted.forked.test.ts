import { afterAll, beforeAll, expect, test } from 'vitest'
import { conceptWorld } from '../../test/support/concept-world.ts'
import { windowWeights } from '../pipeline/window-weights.ts'
import { type ModelPool, openModelPool } from './model-pool.ts'
import { type TrainedModels, trainedModels } from './trained-models.ts'

/** The rule turns into its contrary at window 6. */
const CHANGE = 6
const { stream } = conceptWorld({ concepts: '000000111111', rows: 200 })
const WEIGHTED = { strategy: 'recency-weighted', halfLifeWindows: 1 } as const

let pool: ModelPool
let models: TrainedModels
beforeAll(() => {
  pool = openModelPool({ task: stream.task, features: stream.features, labels: stream.labels, workers: 1 })
  models = trainedModels(pool, stream, { trainer: 'ydf-random-forest' }, 7)
})
afterAll(() => pool.close())

/** Share of the next window's rows of which a model of all windows so far says what is so. */
async function accuracyAfter(newest: number, isWeighted: boolean): Promise<number> {
  const windows = Array.from({ length: newest + 1 }, (_, window) => window)
  const model = await models.fit(windows, isWeighted ? windowWeights(WEIGHTED, windows) : null)
  const { from = 0, to = 0 } = stream.windows[newest + 1] ?? {}
  const labels = stream.labels.subarray(from, to)
  const scores = models.scores(model, newest + 1)
  return labels.filter((label, row) => Number((scores[row] as number) >= 0.5) === label).length / labels.length
}

test('two windows after the rule has changed, a real forest with weights has learned the new one, and one without has not', async () => {
  expect(await accuracyAfter(CHANGE + 1, true)).toBeGreaterThan(0.75)
  expect(await accuracyAfter(CHANGE + 1, false)).toBeLessThan(0.4)
})

test('before the change both know the rule', async () => {
  expect(await accuracyAfter(CHANGE - 2, true)).toBeGreaterThan(0.8)
  expect(await accuracyAfter(CHANGE - 2, false)).toBeGreaterThan(0.8)
})
