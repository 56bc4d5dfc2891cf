import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import {
  cutRows,
  SCORE_COMMAND,
  script,
  TRAIN_COMMAND,
  trainingFailure,
  workshops,
} from '../../test/support/command-trainer.ts'
import { isRunning, until } from '../../test/support/supervised.ts'
import { openModelPool } from './model-pool.ts'

const { shop, removeAll } = workshops()
afterEach(removeAll)

describe('a training that comes to nothing says why', () => {
  test.each([
    [
      'with an exit code',
      `sys.exit('no column called amount')`,
      'exit',
      'never',
      'exit code 1; its last lines:\nno column called amount',
    ],
    ['killed from outside', 'os.kill(os.getpid(), 9)', 'exit', 'later', 'killed from outside (SIGKILL)'],
    ['with the exit code of a killed container', 'sys.exit(137)', 'exit', 'later', 'exit code 137'],
    ['without a model', 'pass', 'no-artifact', 'never', 'left no model in output/'],
    ['with an empty model', `open(out + '/model.json', 'w')`, 'no-artifact', 'never', 'there is model.json'],
    [
      'with NaN',
      `json.dump({'auc': float('nan')}, open(out + '/metrics.json', 'w'))`,
      'not-finite',
      'never',
      "'auc' is NaN",
    ],
    [
      'with -∞',
      `json.dump({'a': 1, 'll': float('-inf')}, open(out + '/metrics.json', 'w'))`,
      'not-finite',
      'never',
      "'ll' is -Infinity",
    ],
    ['with null', `json.dump({'auc': None}, open(out + '/metrics.json', 'w'))`, 'not-finite', 'never', "'auc' is null"],
    [
      'with a word for a metric',
      `json.dump({'auc': 'good'}, open(out + '/metrics.json', 'w'))`,
      'bad-output',
      'never',
      'must be a number; got "good"',
    ],
    [
      'with half a metrics.json',
      `open(out + '/metrics.json', 'w').write('{"auc": 0.')`,
      'bad-output',
      'never',
      'must be a mapping',
    ],
    [
      'with a link to a file elsewhere',
      `os.symlink('/etc/hostname', out + '/model.json')`,
      'bad-output',
      'never',
      'output/model.json cannot be kept',
    ],
    [
      'with a name that is no plain one',
      `open(out + '/.hidden', 'w').write('x')`,
      'bad-output',
      'never',
      'output/.hidden cannot be kept',
    ],
  ])('%s', async (_, body, cause, retry, message) => {
    const one = shop(script(body))
    const fault = await trainingFailure(one.train({}))
    expect(fault.details).toMatchObject({ cause, retry })
    expect(fault.message).toContain(message)
  })

  test('with a printed NaN', async () => {
    const one = shop(script(`print('val_loss=nan'); open(out + '/model.json', 'w').write('{}')`))
    const fault = await trainingFailure(one.train({ metrics: [{ name: 'val', regex: 'val_loss=(\\S+)' }] }))
    expect(fault.details).toMatchObject({ cause: 'not-finite', metric: 'val' })
  })

  test('with no model, or half a one, where it is to be ONNX', async () => {
    const options = { score: undefined }
    const without = shop(script(`open(out + '/model.pkl', 'w').write('x')`))
    expect((await trainingFailure(without.train(options))).message).toContain(
      'left no output/model.onnx (there is model.pkl)',
    )
    const half = shop(script(`open(out + '/model.onnx', 'wb').write(bytes([8, 7, 58, 200, 1, 1, 2, 3]))`))
    expect((await trainingFailure(half.train(options))).message).toContain('no whole ONNX file: 8 bytes')
  })

  test('out of time', async () => {
    const one = shop(script(`time.sleep(60)`))
    const fault = await trainingFailure(one.train({ limit: '1s', graceSeconds: 0.2 }))
    expect(fault.details).toMatchObject({ cause: 'timeout', retry: 'never' })
    expect(fault.message).toContain('longer than 1 s')
  })

  test('out of memory', async () => {
    const one = shop(script(`held = bytearray(200_000_000); time.sleep(60)`))
    const fault = await trainingFailure(one.train({ memoryMb: 100 }))
    expect(fault.details).toMatchObject({ cause: 'memory', retry: 'never' })
    expect(fault.message).toContain('100 MiB are allowed')
  })

  test('cancelled', async () => {
    const one = shop(script(`open('started', 'w'); time.sleep(60)`))
    const abort = new AbortController()
    const training = trainingFailure(one.train({}, cutRows(), { signal: abort.signal }))
    await until('it runs', () => existsSync(join(one.workFolder, 'started')))
    abort.abort()
    expect((await training).details).toMatchObject({ cause: 'cancelled' })
  })

  test('of a program that does not exist, and of too few rows', async () => {
    const one = shop()
    const fault = await trainingFailure(one.train({ command: ['no-such-python', '{train}'] }))
    expect(fault.details).toMatchObject({ cause: 'not-started' })
    expect(fault.message).toContain("'no-such-python' cannot be started: there is no such program on PATH")
    expect((await trainingFailure(one.train({ minRows: 300 }))).message).toContain('200 labelled rows are too few')
    expect(existsSync(join(one.workFolder, 'outcome.json'))).toBe(true)
  })
})

test('a pool that is closed ends the commands that its workers started', async () => {
  const one = shop(script(`open(os.environ['HOME'] + '/pid', 'w').write(str(os.getpid())); time.sleep(60)`))
  const { features, labels, task } = cutRows()
  const home = { baseFolder: one.baseFolder, environment: one.world.environment, labelName: 'left' }
  const pool = openModelPool({ task, features, labels, home, workers: 1 })
  const config = { command: TRAIN_COMMAND, score: SCORE_COMMAND, graceSeconds: 0.2 }
  const rows = { from: 0, to: 200 }
  const training = pool.fit({ trainer: 'command', config, rows, seed: 1, scoreFrom: 0, scoreTo: 200 })
  training.catch(() => {})
  const pidFile = join(one.baseFolder, 'pid')
  const pid = () => (existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0)
  await until('it runs', () => pid() > 0)
  await pool.close()
  await until('it is gone', () => !isRunning(pid()), 3000)
  await expect(training).rejects.toThrow()
})
