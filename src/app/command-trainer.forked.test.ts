import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { cutRows, script, trainingFailure, workshops } from '../../test/support/command-trainer.ts'
import { categorical, numeric, rows } from '../../test/support/forests.ts'
import { frame } from '../data/frame.ts'
import { decodeArtifact } from '../models/artifact.ts'
import { readTable } from '../store/files/read-table.ts'

const { shop, removeAll } = workshops()
afterEach(removeAll)

const x = (values: readonly number[]) =>
  frame([
    numeric('x', values),
    categorical(
      'c, "quoted"',
      rows(values.length, () => 'v1'),
    ),
  ])

describe('a script that knows nothing of Keepfit', () => {
  test('trains, and its own command scores what it learned', async () => {
    const one = shop()
    const { artifact, metrics, use } = await one.train({})
    expect(decodeArtifact(artifact).header).toMatchObject({ learner: 'command', givenRows: 200, trainedRows: 200 })
    expect(metrics).toEqual({ accuracy: 1 })
    expect(use?.cpuMs).toBeGreaterThan(0)
    expect(one.lines).toEqual(['keepfit progress 1 done'])
    expect(await one.score(artifact, x([0.1, 0.38, 0.42, 0.9]))).toEqual([0.1, 0.1, 0.9, 0.9])
  })

  test('makes the same artifact of the same rows', async () => {
    const one = shop()
    const first = (await one.train({})).artifact
    expect((await shop().train({})).artifact).toEqual(first)
    expect(
      (await one.train({}, { ...cutRows(), labels: cutRows().labels.map((code) => 1 - code) })).artifact,
    ).not.toEqual(first)
  })

  test('finds the rows, what they mean and its hyperparameters in files', async () => {
    const one = shop(script(`open(out + '/model.json', 'w').write('{"cut": 0.5}')`))
    const weights = Float64Array.from(rows(200, (row) => 1 + (row % 2)))
    await one.train(
      { command: ['python3', 'train.py', '--out', '{output}'], hyperparameters: { depth: 3, kind: 'deep' } },
      { ...cutRows(), weights },
    )
    expect(JSON.parse(one.read('input/hyperparameters.json'))).toEqual({ depth: 3, kind: 'deep' })
    expect(JSON.parse(one.read('input/schema.json'))).toEqual({
      format: 1,
      task: { kind: 'binary', classes: ['no', 'yes'] },
      features: [
        { name: 'x', kind: 'numeric' },
        { name: 'c, "quoted"', kind: 'categorical' },
      ],
      label: 'left',
      weight: 'keepfit_weight',
      id: null,
      time: null,
      rows: 200,
      seed: 11,
    })
    const { frame: table } = await readTable(join(one.workFolder, 'input/train.parquet'))
    expect(table.columns.map(({ name, kind }) => [name, kind])).toEqual([
      ['x', 'numeric'],
      ['c, "quoted"', 'categorical'],
      ['left', 'categorical'],
      ['keepfit_weight', 'numeric'],
    ])
    expect(table.columns[0]?.values).toEqual(cutRows().features.columns[0]?.values)
    expect(table.columns[1]?.missing).toEqual(cutRows().features.columns[1]?.missing)
    expect(table.columns[3]?.values).toEqual(weights)
  })

  test('learns from a seeded sample of more rows than it may have', async () => {
    const one = shop()
    const { artifact } = await one.train({ maxRows: 120 })
    expect(decodeArtifact(artifact).header).toMatchObject({ givenRows: 200, trainedRows: 120 })
    expect(one.read('input/train.csv').trim().split('\n')).toHaveLength(121)
    expect((await one.train({ maxRows: 120 })).artifact).toEqual(artifact)
  })

  test('finds the files of the model before it, and nothing of an earlier attempt', async () => {
    const warm = `
before = sys.argv[-1] + '/model.json'
cut = json.load(open(before))['cut'] + 0.1 if os.path.exists(before) else 0.2
assert os.listdir(out) == []
json.dump({'cut': cut}, open(out + '/model.json', 'w'))`
    const one = shop(script(warm))
    const options = { command: ['python3', 'train.py', '--out', '{output}', '{previous}'] }
    const first = (await one.train(options)).artifact
    const second = (await one.train(options, cutRows(), { previous: first })).artifact
    expect(await one.score(first, x([0.25]))).toEqual([0.9])
    expect(await one.score(second, x([0.25]))).toEqual([0.1])
    expect((await one.train(options)).artifact).toEqual(first)
  })

  test('tells metrics in the lines that it prints, the last of each, and those of its file win', async () => {
    const one = shop(
      script(`
print('loss=0.9 acc=0.5'); print('loss=0.3'); print('loss=abc'); print('depth=4', file=sys.stderr)
json.dump({'acc': 0.75}, open(out + '/metrics.json', 'w'))
open(out + '/model.json', 'w').write('{}')`),
    )
    const { metrics } = await one.train({
      metrics: [
        { name: 'loss', regex: 'loss=([0-9.]+)' },
        { name: 'acc', regex: 'acc=([0-9.]+)' },
        { name: 'depth', regex: 'depth=(.*)' },
        { name: 'none', regex: 'none=(.*)' },
      ],
    })
    expect(metrics).toEqual({ loss: 0.3, acc: 0.75, depth: 4 })
  })
})

describe('the environment of a command', () => {
  const showsAll = script(`
for name, value in sorted(os.environ.items()):
    if not name.startswith('PYENV'): print(name + '=' + value)
open(out + '/model.json', 'w').write('{}')`)

  test('holds nothing of ours but what is named', async () => {
    const one = shop(showsAll)
    await one.train({ passEnv: ['SHARED'], env: { OWN: '1' } }, cutRows(), {
      environment: { ...one.world.environment, SHARED: 'shared', AWS_SECRET_ACCESS_KEY: 'planted' },
    })
    expect(one.lines).toContain('SHARED=shared')
    expect(one.lines).toContain('OWN=1')
    expect(one.lines).toContain('KEEPFIT_LABEL=left')
    expect(one.lines).toContain('KEEPFIT_SEED=11')
    expect(one.lines).toContain(`KEEPFIT_TRAIN_FILE=${join(one.workFolder, 'input/train.csv')}`)
    expect(one.lines.join('\n')).not.toContain('planted')
  })

  test('holds secrets that are named, and they are read nowhere else', async () => {
    const one = shop(
      script(`
print('key ' + os.environ['API_KEY'])
open(out + '/model.json', 'w').write('{}')
sys.exit('cannot log in with ' + os.environ['API_KEY'])`),
    )
    const environment = { ...one.world.environment, API_KEY: 'k3y-of-the-house' }
    const fault = await trainingFailure(one.train({ secrets: ['API_KEY'] }, cutRows(), { environment }))
    expect(fault.message).toContain('cannot log in with [secret]')
    expect(one.lines).toEqual(['key [secret]', 'cannot log in with [secret]'])
    for (const text of [fault.message, JSON.stringify(fault.details), one.read('log.txt'), one.read('outcome.json')])
      expect(text).not.toContain('k3y')
  })

  test('that is written into the model costs the model', async () => {
    const one = shop(script(`open(out + '/model.json', 'w').write('{"key": "' + os.environ['API_KEY'] + '"}')`))
    const environment = { ...one.world.environment, API_KEY: 'k3y-of-the-house' }
    const fault = await trainingFailure(one.train({ secrets: ['API_KEY'] }, cutRows(), { environment }))
    expect(fault.details).toMatchObject({ cause: 'secret', retry: 'never' })
    expect(fault.message).not.toContain('k3y')
  })

  test('is that of a SageMaker job where it is asked for', async () => {
    const one = shop({
      'train.py': `
import argparse, json, os
p = argparse.ArgumentParser()
p.add_argument('--n-estimators', type=int); p.add_argument('-c', type=float)
p.add_argument('--model-dir', default=os.environ['SM_MODEL_DIR']); p.add_argument('--train', default=os.environ['SM_CHANNEL_TRAIN'])
a = p.parse_args()
print(os.getcwd()); print(os.listdir(a.train)); print(a.n_estimators, a.c)
print(os.environ['SM_HPS']); print(os.environ['SM_HP_N-ESTIMATORS']); print(os.environ['SM_CHANNELS'])
json.dump({'auc': 0.5}, open(os.environ['SM_OUTPUT_DATA_DIR'] + '/metrics.json', 'w'))
json.dump({'cut': 0.5}, open(a.model_dir + '/model.json', 'w'))`,
    })
    const { metrics } = await one.train({
      command: ['python3', 'train.py'],
      profile: 'sagemaker',
      format: 'csv',
      hyperparameters: { 'n-estimators': 100, c: 0.5 },
    })
    expect(one.lines).toEqual([
      one.baseFolder,
      "['train.csv']",
      '100 0.5',
      '{"c":0.5,"n-estimators":100}',
      '100',
      '["train"]',
    ])
    expect(metrics).toEqual({ auc: 0.5 })
  })
})
