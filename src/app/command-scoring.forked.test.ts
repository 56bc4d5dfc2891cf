import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { SCORE_COMMAND, script, type Workshop, workshop } from '../../test/support/command-trainer.ts'
import { categorical, numeric, rows } from '../../test/support/forests.ts'
import { until } from '../../test/support/supervised.ts'
import { packFiles } from '../base/packed-files.ts'
import { frame, takeRows } from '../data/frame.ts'
import type { Task } from '../data/schema.ts'
import { encodeArtifact } from '../models/artifact.ts'
import { openScorer } from '../runtimes/catalog.ts'
import type { TrainingInput } from '../trainers/trainer.ts'
import { commandWorld } from './command-world.ts'

const shops: Workshop[] = []
afterEach(() => {
  for (const one of shops.splice(0)) one.remove()
})

const THREE: Task = { kind: 'multiclass', classes: ['low', 'mid', 'very high'] }
const NUMBER: Task = { kind: 'regression' }
const BINARY: Task = { kind: 'binary', classes: ['no', 'yes'] }

function input(task: Task): TrainingInput {
  const x = rows(60, (row) => row / 60)
  const labels = task.kind === 'regression' ? x : x.map((_, row) => row % (task.kind === 'binary' ? 2 : 3))
  const features = frame([
    numeric('x', x),
    categorical(
      'c',
      rows(60, (row) => `v${row % 4}`),
    ),
  ])
  return { task, features, labels: Float64Array.from(labels), seed: 1 }
}

/** A model whose scoring command runs these lines; `data` and `scores` are its files. */
async function modelOf(task: Task, body: string, options: object = {}) {
  const one = workshop({
    ...script(`open(out + '/model.json', 'w').write('{"kept": true}')`),
    'score.py': `import csv, os, sys, time\nmodel, data, scores = sys.argv[1:]\n${body}`,
  })
  shops.push(one)
  const { artifact } = await one.train(options, input(task))
  return { one, artifact, score: (table = input(task).features) => one.score(artifact, table) }
}

const writes = (...lines: string[]) => `open(scores, 'w').write(${JSON.stringify(`${lines.join('\n')}\n`)})`

describe('a command that scores', () => {
  test('gives one column a class, in whatever order, for several classes', async () => {
    const { score } = await modelOf(THREE, writes('very high,low,mid', '0.7,0.1,0.2', '0,1,0'))
    expect(await score(takeRows(input(THREE).features, [3, 9]))).toEqual([0.1, 0.2, 0.7, 1, 0, 0])
  })

  test('gives any finite number for a regression, row by row in the order that it was asked', async () => {
    const { score } = await modelOf(
      NUMBER,
      `open(scores, 'w').write('score\\n' + ''.join(f"{-1000 * float(r['x'])}\\n" for r in csv.DictReader(open(data))))`,
    )
    const asked = takeRows(input(NUMBER).features, [30, 6, 6])
    expect(await score(asked)).toEqual([-500, -100, -100])
  })

  test('finds the files of its model, the features alone, and its own environment', async () => {
    const { one, score } = await modelOf(
      BINARY,
      `
assert os.listdir(model) == ['model.json'], os.listdir(model)
assert next(csv.reader(open(data))) == ['x', 'c']
assert os.environ['OWN'] == '1' and 'PLANTED' not in os.environ
assert os.environ['KEEPFIT_DATA_FILE'] == data
${writes('score', '0.25')}`,
      { env: { OWN: '1' } },
    )
    const { features } = input(BINARY)
    const more = frame([
      ...[...features.columns].reverse(),
      numeric(
        'other',
        rows(60, () => 1),
      ),
    ])
    expect(await score(takeRows(more, [0]))).toEqual([0.25])
    expect(
      await one.score((await one.train({ env: { OWN: '1' } }, input(BINARY))).artifact, takeRows(features, [])),
    ).toEqual([])
  })

  test.each([
    ['a number that is none', writes('score', '0.5', 'nan'), 'no finite number for row 1'],
    ['a missing number', writes('score,id', '0.5,1', ',2'), 'no finite number for row 1'],
    ['too few numbers', writes('score', '0.5'), '1 scores for 2 rows'],
    ['no probability', writes('score', '0.5', '1.5'), 'gave 1.5 for row 1; a probability is between 0 and 1'],
    ['no file', 'pass', 'wrote no scores'],
    ['an exit code', `sys.exit('no such model')`, 'exit code 1; its last lines:\nno such model'],
  ])('and answers with %s is not believed', async (_, body, message) => {
    const { score } = await modelOf(BINARY, body)
    const two = takeRows(input(BINARY).features, [0, 1])
    await expect(score(two)).rejects.toMatchObject({
      code: 'SCORING_FAILED',
      message: expect.stringContaining(message),
    })
  })

  test('and hangs is ended in its time', async () => {
    const { score } = await modelOf(BINARY, 'time.sleep(60)', { scoreLimit: '1s' })
    await expect(score()).rejects.toThrow("'python3' was ended: timeout")
  })

  test('is refused rows without a feature of the model, or with one of another kind', async () => {
    const { score } = await modelOf(BINARY, writes('score', '0.5'))
    const [x] = input(BINARY).features.columns
    await expect(score(frame([x!]))).rejects.toThrow("needs the feature 'c'")
    const other = frame([
      x!,
      numeric(
        'c',
        rows(60, () => 1),
      ),
    ])
    await expect(score(other)).rejects.toThrow("learned 'c' as categorical; the data has it as numeric")
  })

  test('leaves no folder behind', async () => {
    const { one, artifact } = await modelOf(BINARY, writes('score', '0.5'))
    const own = mkdtempSync(join(tmpdir(), 'keepfit-own-'))
    const usual = process.env['TMPDIR']
    process.env['TMPDIR'] = own
    try {
      const scorer = await openScorer(artifact, { command: commandWorld(one.baseFolder) })
      expect(readdirSync(own)).toHaveLength(1)
      scorer.close()
      await until('it is gone', () => readdirSync(own).length === 0)
    } finally {
      if (usual === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = usual
      rmSync(own, { recursive: true })
    }
  })
})

test('a model that does not say how it is scored is corrupt', async () => {
  const draft = {
    learner: 'command',
    task: BINARY,
    features: [],
    modelClasses: ['no', 'yes'],
    givenRows: 1,
    trainedRows: 1,
  } as const
  const world = { command: commandWorld('.') }
  for (const files of [{}, { 'scoring.json': '{}' }, { 'scoring.json': JSON.stringify({ argv: SCORE_COMMAND }) }]) {
    const bytes = new Map(Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)]))
    await expect(openScorer(encodeArtifact(draft, packFiles(bytes)), world)).rejects.toMatchObject({
      code: 'ARTIFACT_CORRUPT',
    })
  }
  await expect(openScorer(encodeArtifact(draft, Uint8Array.of(1, 2)), world)).rejects.toMatchObject({
    code: 'ARTIFACT_CORRUPT',
  })
})
