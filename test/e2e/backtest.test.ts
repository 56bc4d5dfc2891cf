import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BacktestReport } from '../../src/backtest/report.ts'
import { keepfit } from '../support/command.ts'
import { historyCsv, historyRows } from '../support/history.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepfit-'))
  await writeFile(join(folder, 'history.csv'), historyCsv(historyRows(1200)))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const QUICK = ['--label', 'churned', '--time', 'day', '--windows', '12']

async function report(...args: string[]): Promise<BacktestReport> {
  const { code, stderr } = await keepfit(['backtest', 'history.csv', ...QUICK, ...args, '--json', 'out.json'], folder)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return JSON.parse(await readFile(join(folder, 'out.json'), 'utf8'))
}

describe('keepfit backtest', () => {
  test('answers in JSON with windows, costs, every policy at every cost, and a recommendation', async () => {
    const answer = await report('--cost', '0.1,1')
    expect(answer).toMatchObject({ version: 1, file: 'history.csv', rows: 1200, task: 'binary', costs: [0.1, 1] })
    expect(answer.windows).toHaveLength(12)
    expect(answer.windows[1]).toMatchObject({ index: 1, from: 100, to: 200, rows: 100 })
    const ids = answer.policies.map((policy) => policy.id)
    expect(ids).toEqual(
      expect.arrayContaining(['never', 'every-window', 'decay-3', 'psi', 'avoidable-loss', 'hindsight']),
    )
    for (const policy of answer.policies) {
      for (const cost of ['0.1', '1']) {
        expect(policy.byCost[cost], `${policy.id} at ${cost}`).toMatchObject({ meanLoss: expect.any(Number) })
        expect(policy.byCost[cost]?.excess, policy.id).toBeGreaterThan(-0.2)
        expect(policy.metrics[cost]?.map((m) => m.metric)).toContain('auc')
      }
    }
    expect(ids).toContain(answer.recommendation.policy)
    expect(answer.recommendation.because).toMatch(/^At a cost of 0\.1 a training/)
  })

  test('the hindsight optimum is never beaten by a policy that only trains', async () => {
    const answer = await report('--cost', '0.05')
    for (const policy of answer.policies) {
      const reinstated = policy.byCost['0.05']?.deployed.some(([t, i]) => i < t)
      if (!reinstated) expect(policy.byCost['0.05']?.excess, policy.id).toBeGreaterThanOrEqual(-1e-9)
    }
  })

  test('every-window trains after each online window but the last', async () => {
    const answer = await report('--policy', 'every-window')
    const first = answer.warmupWindows
    const expected = Array.from({ length: 12 - first - 1 }, (_, i) => first + i)
    expect(answer.policies[0]?.byCost['0.1']?.trained).toEqual(expected)
  })

  test('the same seed gives the same bytes', async () => {
    await report('--policy', 'avoidable-loss,never')
    const first = await readFile(join(folder, 'out.json'), 'utf8')
    await report('--policy', 'avoidable-loss,never')
    expect(await readFile(join(folder, 'out.json'), 'utf8')).toBe(first)
  })

  test('says that a stand-in learner was measured, and prints no progress without a terminal', async () => {
    const { code, stdout, stderr } = await keepfit(['backtest', 'history.csv', ...QUICK, '--policy', 'never'], folder)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('built-in stand-in learner (gradient boosting), not with your own trainer')
    expect(stdout).toContain('Recommended: never')
  })

  test('--json - prints JSON and nothing else', async () => {
    const { stdout } = await keepfit(['backtest', 'history.csv', ...QUICK, '--policy', 'never', '--json', '-'], folder)
    expect(JSON.parse(stdout)).toMatchObject({ version: 1 })
  })

  test('what is saved in another folder finds the history from there, and plays as it was recommended', async () => {
    await mkdir(join(folder, 'conf'))
    const answer = await report('--policy', 'periodic-3', '--save', 'conf/keepfit.yaml')
    const again = await keepfit(
      ['backtest', '--config', 'conf/keepfit.yaml', '--policy', 'history', '--json', '-'],
      folder,
    )
    expect(again.stderr).toBe('')
    const played: BacktestReport = JSON.parse(again.stdout)
    expect(played.policies[0]?.byCost['0.1']?.trained).toEqual(answer.policies[0]?.byCost['0.1']?.trained)
  })

  test('a configured model is judged by its own gates, and without one that passes nothing goes live', async () => {
    const play = async (gate: string) => {
      const model = `    label: { column: churned }\n    source: history.csv\n    triggers: [{ trigger: schedule, everyWindows: 3 }]`
      const judged = `    contract: off\n    probationWindows: 0\n    holdOutWindows: 1\n    gates: [${gate}]\n`
      await writeFile(join(folder, 'gated.yaml'), `version: 1\nmodels:\n  gated:\n${model}\n${judged}`)
      const answer = await report('--config', 'gated.yaml', '--policy', 'gated')
      return answer.policies[0]?.byCost['0.1']
    }
    const passed = await play('{ gate: convergence }')
    expect(passed?.trained.length).toBeGreaterThan(0)
    expect(passed?.deployed).toHaveLength(passed?.trained.length ?? 0)
    const unproven = await play('{ gate: paired-blocks, accept: better }')
    expect(unproven?.trained.length).toBeGreaterThan(0)
    expect(unproven?.deployed).toEqual([])
  })

  test('windows can be cut by time', async () => {
    const { code, stdout } = await keepfit(
      [
        'backtest',
        'history.csv',
        '--label',
        'churned',
        '--time',
        'day',
        '--every',
        '10d',
        '--policy',
        'never',
        '--json',
        '-',
      ],
      folder,
    )
    expect(code).toBe(0)
    const answer: BacktestReport = JSON.parse(stdout)
    expect(answer.windows).toHaveLength(12)
    expect(answer.windows[1]?.start).toBe('2026-01-11T00:00:00.000Z')
  })

  test('the help of every command shows two real examples', async () => {
    for (const command of [[], ['backtest'], ['catalog']]) {
      const { code, stdout } = await keepfit([...command, '--help'], folder)
      expect(code).toBe(0)
      expect(
        stdout.split('\n').filter((line) => line.startsWith('  $ keepfit ')).length,
        command.join(),
      ).toBeGreaterThanOrEqual(2)
    }
  })
})
