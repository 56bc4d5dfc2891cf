import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BacktestReport } from '../../src/backtest/report.ts'
import { keepfit } from '../support/command.ts'
import { SCORE_PY, TRAIN_PY } from '../support/command-trainer.ts'

const WINDOWS = 10
const ROWS = 600

/** What makes x a yes moves from above .7 to above .3 half-way: a model that is not trained again is wrong on two fifths. */
function historyCsv(): string {
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const x = ((row * 37) % 100) / 100
    const day = new Date(Date.UTC(2024, 0, 1) + Math.floor(row / 6) * 86_400_000).toISOString().slice(0, 10)
    return `${day},${x},${x > (row < ROWS / 2 ? 0.7 : 0.3) ? 'yes' : 'no'}`
  })
  return `day,x,left\n${lines.join('\n')}\n`
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepfit-own-'))
  await mkdir(join(folder, 'repository'))
  await writeFile(join(folder, 'history.csv'), historyCsv())
  await writeFile(join(folder, 'repository', 'train.py'), TRAIN_PY)
  await writeFile(join(folder, 'repository', 'score.py'), SCORE_PY)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const HISTORY = [
  '../history.csv',
  '--label',
  'left',
  '--time',
  'day',
  '--windows',
  String(WINDOWS),
  '--policy',
  'never,every-window',
]
const TRAIN = 'python3 train.py --data {train.csv} --label {label} --out {output}'
const SCORE = 'python3 score.py {model} {data.csv} {scores}'

function run(args: readonly string[], cwd = join(folder, 'repository')) {
  return keepfit(['backtest', ...args], cwd, 110_000)
}

async function report(path: string): Promise<BacktestReport> {
  return JSON.parse(await readFile(path, 'utf8'))
}

function lossOf({ policies }: BacktestReport, id: string): number {
  const costs = Object.values(policies.find((policy) => policy.id === id)?.byCost ?? {})
  return costs[0]?.meanLoss ?? Number.NaN
}

describe("keepfit backtest with the user's own trainer", () => {
  test('measures it as it measures the built-in ones', async () => {
    const json = join(folder, 'own.json')
    const { code, stdout, stderr } = await run([...HISTORY, '--trainer', TRAIN, '--score', SCORE, '--json', json])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toContain('Measured with your own trainer (command).')
    const own = await report(json)
    expect(own.learner).toBe('command')
    // Exactly what the script does: nothing is learned of the change without a training, everything a window later.
    expect(lossOf(own, 'never')).toBeGreaterThan(0.2)
    expect(lossOf(own, 'every-window')).toBeLessThan(lossOf(own, 'never'))
  })

  test('takes it from keepfit.yaml, its files seen from the folder of that file', async () => {
    const config = join(folder, 'repository', 'keepfit.yaml')
    await writeFile(
      config,
      `version: 1
models:
  churn:
    source: ../history.csv
    label: { column: left }
    time: day
    windows: { count: ${WINDOWS} }
    triggers: [{ trigger: schedule, everyWindows: 1 }]
    trainer:
      trainer: command
      format: csv
      command: [python3, train.py, --data, '{train}', --label, '{label}', --out, '{output}']
      score: [python3, score.py, '{model}', '{data}', '{scores}']
`,
    )
    const [fromFile, fromWords] = [join(folder, 'file.json'), join(folder, 'own.json')]
    const { code, stderr } = await run(['--config', config, '--policy', 'never,churn', '--json', fromFile], tmpdir())
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(lossOf(await report(fromFile), 'never')).toBe(lossOf(await report(fromWords), 'never'))
  })

  test('ends with what the script said when it cannot train at all', async () => {
    await writeFile(join(folder, 'repository', 'broken.py'), `raise SystemExit('no column called income')`)
    const { code, stderr } = await run([...HISTORY, '--trainer', 'python3 broken.py {train} {output}'])
    expect(code).toBe(3)
    expect(stderr).toContain("the command 'python3' ended with exit code 1; its last lines:\nno column called income")
  })

  test('refuses words that mean nothing before it reads a row', async () => {
    const wrong = await run([...HISTORY, '--trainer', 'python3 train.py {trian}'])
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    expect(wrong.stderr).toContain('--trainer: may hold {train}, {train.csv}')
    expect(wrong.stderr).toContain('got {trian}')
    expect((await run([...HISTORY, '--trainer', `python3 'train.py`])).stderr).toContain("a quote ' is not closed")
    expect((await run([...HISTORY, '--score', SCORE])).stderr).toContain('give --trainer with a command line too')
    expect((await run([...HISTORY, '--trainer', 'command'])).code).toBe(2)
  })
})
