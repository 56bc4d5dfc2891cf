import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { cutRows, SCORE_COMMAND, script, TRAIN_COMMAND, workshops } from '../../test/support/command-trainer.ts'
import type { SupervisedLimits } from '../base/supervised.ts'
import { schemaOf } from '../data/frame.ts'
import { labelColumn, type TrainingSchema, trainingTable, WEIGHT_COLUMN } from '../data/training-layout.ts'
import { decodeArtifact } from '../models/artifact.ts'
import { builtInTrainers } from '../trainers/catalog.ts'
import type { TrainingInput } from '../trainers/trainer.ts'
import { tableFiles } from './command-world.ts'
import { fitInFolder } from './fit-in-folder.ts'

const { shop, removeAll } = workshops()
afterEach(removeAll)

const LIMITS: SupervisedLimits = { wallMs: 60_000, memoryBytes: null, graceMs: 300, logBytes: 1024 * 1024 }

/** A work folder with the rows as the live pipeline leaves them. */
async function collected(input: TrainingInput, scripts?: Readonly<Record<string, string>>) {
  const one = shop(scripts)
  const schema: TrainingSchema = {
    format: 1,
    task: input.task,
    features: schemaOf(input.features),
    label: 'left',
    weight: input.weights === undefined ? null : WEIGHT_COLUMN,
    id: null,
    time: null,
    rows: input.features.rows,
    seed: input.seed,
  }
  mkdirSync(join(one.workFolder, 'input'))
  const label = labelColumn('left', input.task, input.labels)
  const table = trainingTable(input.features, { label, weights: input.weights ?? null, id: null, time: null })
  await tableFiles.writeFrame(table, join(one.workFolder, 'input/train.parquet'), 'parquet')
  const fit = (trainer: { readonly trainer: string }, limits = LIMITS, signal = new AbortController().signal) =>
    fitInFolder(
      {
        trainer,
        schema,
        limits,
        workFolder: one.workFolder,
        baseFolder: one.baseFolder,
        previous: null,
        environment: one.world.environment,
        runKey: one.world.runKey,
      },
      one.world.listener,
      signal,
    )
  return { ...one, fit }
}

describe('a live training', () => {
  test.each(builtInTrainers.ids)('by %s gives the bytes that it gives anywhere', async (id) => {
    const input = cutRows()
    const one = await collected(input)
    const before = readFileSync(join(one.workFolder, 'input/train.parquet'))
    const { artifact, hyperparameters, use } = await one.fit({ trainer: id })
    expect(artifact).toEqual(await builtInTrainers.get(id).fit(input, {}))
    expect(hyperparameters).toMatchObject({ minRows: 30 })
    expect(use?.peakRssBytes).toBeGreaterThan(10_000_000)
    expect(one.lines.at(-1)).toMatch(/^keepfit progress 1 a model of \d+ bytes$/)
    expect(readFileSync(join(one.workFolder, 'input/train.parquet'))).toEqual(before)
    expect(existsSync(join(one.workFolder, 'outcome.json'))).toBe(true)
  })

  test('of rows with weights reaches a built-in trainer, which keeps few of those that count little', async () => {
    const input = { ...cutRows(), weights: Float64Array.from({ length: 200 }, (_, row) => (row < 100 ? 0.1 : 1)) }
    const { artifact } = await (await collected(input)).fit({ trainer: 'ydf-random-forest' })
    expect(artifact).toEqual(await builtInTrainers.get('ydf-random-forest').fit(input, {}))
    const { givenRows, trainedRows } = decodeArtifact(artifact).header
    expect(givenRows).toBe(200)
    expect(Math.abs((trainedRows ?? 0) - 110)).toBeLessThanOrEqual(1)
  })

  test('of rows with weights gives a command their column', async () => {
    const weights = Float64Array.from({ length: 200 }, (_, row) => 1 / (1 + row))
    const one = await collected({ ...cutRows(), weights })
    await one.fit(options)
    const schema = JSON.parse(readFileSync(join(one.workFolder, 'input/schema.json'), 'utf8'))
    expect(schema.weight).toBe('keepfit_weight')
  })

  test('that a built-in trainer refuses says why in its own words', async () => {
    const one = await collected({ ...cutRows(), labels: new Float64Array(200) })
    await expect(one.fit({ trainer: 'ydf-random-forest' })).rejects.toMatchObject({
      code: 'TRAINING_FAILED',
      message: "all 200 rows belong to one class, 'no'",
      details: { cause: 'trainer', retry: 'never' },
    })
  })

  test('by a built-in trainer keeps to limits and to its options', async () => {
    const one = await collected(cutRows())
    await expect(one.fit({ trainer: 'ydf-random-forest' }, { ...LIMITS, wallMs: 30 })).rejects.toMatchObject({
      details: { cause: 'timeout' },
    })
    const wrong: { trainer: string; trees: number } = { trainer: 'ydf-random-forest', trees: 5 }
    await expect(one.fit(wrong)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(one.fit({ trainer: 'xgboost' })).rejects.toMatchObject({ code: 'PLUGIN_UNKNOWN' })
  })

  const options = { trainer: 'command', command: TRAIN_COMMAND, score: SCORE_COMMAND }

  test('by a command gives the artifact that it gives in a backtest', async () => {
    const input = cutRows()
    const one = await collected(input)
    const { artifact, metrics } = await one.fit(options)
    expect(metrics).toEqual({ accuracy: 1 })
    expect(artifact).toEqual((await one.train({}, input)).artifact)
    expect(await one.score(artifact, input.features)).toHaveLength(200)
  })

  test('by a command from a sample gives the same when it is tried again', async () => {
    const parquet = script(`
print(os.path.getsize(sys.argv[2]))
open(out + '/model.json', 'w').write('{}')`)
    const one = await collected(cutRows(), parquet)
    const sampled = {
      ...options,
      command: ['python3', 'train.py', '--data', '{train}', '--out', '{output}'],
      maxRows: 100,
    }
    const first = await one.fit(sampled)
    expect(decodeArtifact(first.artifact).header).toMatchObject({ givenRows: 200, trainedRows: 100 })
    expect(await one.fit(sampled)).toMatchObject({ artifact: first.artifact })
    expect(JSON.parse(one.read('input/schema.json'))).toMatchObject({ rows: 100 })
  })

  test("by a command keeps to the run's limits where they are narrower than its own", async () => {
    const one = await collected(cutRows(), script('time.sleep(60)'))
    const quick = { ...options, graceSeconds: 0 }
    await expect(one.fit(quick, { ...LIMITS, wallMs: 700 })).rejects.toMatchObject({ details: { cause: 'timeout' } })
    const narrow = { ...LIMITS, memoryBytes: 2 * 1024 * 1024 }
    await expect(one.fit(quick, narrow)).rejects.toMatchObject({ details: { cause: 'memory' } })
  })
})
