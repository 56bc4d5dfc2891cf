import { describe, expect, test } from 'vitest'
import type { BacktestReport, CostReport, MetricReport, PolicyReport } from '../backtest/report.ts'
import { backtestText } from './backtest-text.ts'

const figures = (change: Partial<CostReport> = {}): CostReport => ({
  trained: [],
  deployed: [],
  probe: 0,
  meanLoss: 0.25,
  excess: 0.01,
  lossByWindow: [0, 0, 1, 1],
  ...change,
})

function policy(id: string, byCost: Readonly<Record<string, Partial<CostReport>>>, auc?: number): PolicyReport {
  const figure = (value: number): MetricReport => ({
    metric: 'auc',
    value,
    low: value - 0.01,
    high: value + 0.02,
    level: 0.95,
    rows: 400,
  })
  const costs = Object.keys(byCost)
  return {
    id,
    title: id,
    isHindsight: id === 'hindsight',
    byCost: Object.fromEntries(costs.map((cost) => [cost, figures(byCost[cost])])),
    metrics: Object.fromEntries(costs.map((cost) => [cost, auc === undefined ? [] : [figure(auc)]])),
  }
}

function report(change: Partial<BacktestReport> = {}, chosen = 'never'): BacktestReport {
  const online = change.policies?.[0]?.byCost['0.1']?.lossByWindow.length ?? 4
  return {
    version: 1,
    file: 'history.csv',
    rows: 600,
    task: 'binary',
    learner: 'ydf-gradient-boosting',
    seed: 7,
    labelDelayWindows: 0,
    windows: Array.from({ length: 2 + online }, (_, index) => ({
      index,
      from: index * 100,
      to: (index + 1) * 100,
      rows: 100,
      start: null,
      end: null,
    })),
    warmupWindows: 2,
    costs: [0.1],
    policies: [policy('never', { '0.1': {} }, 0.8)],
    recommendation: { policy: chosen, because: 'Because.', cost: 0.1, config: {}, atOtherCosts: [] },
    notes: [],
    ...change,
  }
}

/** The lines of the plot, its title first. */
function plotOf(text: string): string[] {
  const lines = text.split('\n')
  const from = lines.findIndex((line) => line.startsWith('Mean loss by '))
  return lines.slice(from, lines.indexOf('', from))
}

describe('the answer of a backtest for people', () => {
  test('says what was read, every note, and with what it was measured', () => {
    const text = backtestText(report({ notes: ['one repair', 'another'], learner: 'ydf-random-forest' }))
    expect(text.split('\n').slice(0, 4)).toEqual([
      'history.csv: 600 rows, binary, 6 windows, 4 of them after the warm-up',
      '  note: one repair',
      '  note: another',
      'Measured with a built-in stand-in learner (random forest), not with your own trainer.',
    ])
  })

  test('does not call a command of your own a stand-in', () => {
    const text = backtestText(report({ learner: 'command' }))
    expect(text).toContain('\nMeasured with your own trainer (command).\n')
    expect(text).not.toContain('stand-in')
  })

  test('ranks policies by what they cost above the optimum, with the half-width of each interval', () => {
    const policies = [
      policy('never', { '0.1': { excess: 0.2, trained: [] } }, 0.7),
      policy('hindsight', { '0.1': { excess: 0, trained: [3, 4] } }, 0.9),
      policy('psi', { '0.1': { excess: -0.05, trained: [3] } }, 0.8),
    ]
    const rows = backtestText(report({ policies }))
      .split('\n')
      .filter((line) => line.startsWith('│'))
      .map((line) => line.split('│').map((cell) => cell.trim()))
    expect(rows[0]?.slice(1, 6)).toEqual(['policy', 'trainings', 'mean loss', 'excess', 'auc (95 %)'])
    expect(rows.slice(1).map((row) => row.slice(1, 6))).toEqual([
      ['psi', '1', '0.2500', '−0.0500', '0.8000 ± 0.0150'],
      ['hindsight', '2', '0.2500', '+0.0000', '0.9000 ± 0.0150'],
      ['never', '0', '0.2500', '+0.2000', '0.7000 ± 0.0150'],
    ])
  })

  test('has a dash where a policy has no such metric', () => {
    const policies = [policy('never', { '0.1': { excess: 0 } }, 0.7), policy('psi', { '0.1': { excess: 1 } })]
    expect(backtestText(report({ policies }))).toMatch(/psi .*│ – +│/)
  })

  test('shows the figures of the recommended cost and names the others', () => {
    const both = { '0.1': { meanLoss: 0.11 }, '0.5': { meanLoss: 0.55 } }
    const recommendation = {
      ...report().recommendation,
      atOtherCosts: [{ cost: 0.5, policy: 'psi', because: 'cheap' }],
    }
    const text = backtestText(report({ costs: [0.1, 0.5], policies: [policy('never', both)], recommendation }))
    expect(text).toContain("Cost of one training: 0.1 of one window's mean loss (also played: 0.5)")
    expect(text).toContain('0.1100')
    expect(text).not.toContain('0.5500')
    expect(text.endsWith('Recommended: never\nBecause.\nAt a cost of 0.5: psi.\n')).toBe(true)
  })

  test('speaks of no other costs where one was played', () => {
    expect(backtestText(report())).not.toContain('also played')
  })
})

describe('the plot of a backtest', () => {
  const never = policy('never', { '0.1': { lossByWindow: [0, 0, 1, 1] } })

  test('draws the recommended policy beside never retraining, on one scale, with what it did below', () => {
    const decided = {
      lossByWindow: [0, 0, 1, 0.5],
      trained: [4],
      deployed: [
        [1, 1],
        [4, 4],
        [3, 0],
      ],
    } as const
    const text = backtestText(report({ policies: [never, policy('psi', { '0.1': decided })] }, 'psi'))
    expect(plotOf(text)).toEqual([
      'Mean loss by window, 0.000 (▁) to 1.000 (█); ^ trained, ~ brought back a retired version',
      '  never  ▁▁██',
      '  psi    ▁▁█▅',
      '          ~^',
    ])
  })

  test('marks a training under the window at whose close its late labels were known', () => {
    const decided = { lossByWindow: [0, 1, 1, 0], trained: [2] }
    const policies = [never, policy('psi', { '0.1': decided })]
    expect(plotOf(backtestText(report({ policies, labelDelayWindows: 2 }, 'psi'))).at(-1)).toBe('           ^')
  })

  test('has one line, and none for marks, where nothing is to be done', () => {
    expect(plotOf(backtestText(report({ policies: [never] })))).toHaveLength(2)
  })

  test('is left out where nothing is recommended that was played, and never retraining was not', () => {
    const policies = [policy('psi', { '0.1': {} })]
    expect(backtestText(report({ policies }, 'decay-3'))).not.toContain('Mean loss by')
  })

  test('shows the mean of several windows a bar where one bar each would not fit a line', () => {
    const lossByWindow = Array.from({ length: 250 }, (_, window) => (window < 248 ? window % 3 : 3))
    const decided = { lossByWindow, trained: [2 + 4], deployed: [[2 + 3, 0]] } as const
    const [title, line, marks] = plotOf(backtestText(report({ policies: [policy('never', { '0.1': decided })] })))
    expect(title).toMatch(/^Mean loss by 3 windows, 1\.000 \(▁\) to 3\.000 \(█\)/)
    expect(line).toBe(`  never  ${'▁'.repeat(82)}▂█`)
    expect(marks).toBe('          ^')
  })
})

test('the unit of the mean loss is said, as the task has it', () => {
  expect(backtestText(report())).toContain('mean loss: share of wrong classes')
  expect(backtestText(report({ task: 'regression' }))).toContain('mean loss: squared error over the variance')
})

test('two metrics stand in the table, however many there are', () => {
  const [never] = report().policies
  const metrics = ['auc', 'log-loss', 'brier'].map((metric) => ({ ...never!.metrics['0.1']![0]!, metric }))
  const text = backtestText(report({ policies: [{ ...never!, metrics: { '0.1': metrics } }] }))
  expect(text).toContain('log-loss (95 %)')
  expect(text).not.toContain('brier')
})
