import Table from 'cli-table3'
import type { BacktestReport, CostReport, PolicyReport } from '../backtest/report.ts'
import { signed } from './signed.ts'
import { sparkline } from './sparkline.ts'

const LEARNERS: Readonly<Record<string, string>> = {
  'ydf-gradient-boosting': 'gradient boosting',
  'ydf-random-forest': 'random forest',
}

/** The answer for people: a table at one cost, the loss over time with the trainings marked, and one recommendation. */
export function backtestText(report: BacktestReport): string {
  const { recommendation, costs } = report
  const online = report.windows.length - report.warmupWindows
  const learner = LEARNERS[report.learner]
  const lines = [
    `${report.file}: ${report.rows} rows, ${report.task}, ${report.windows.length} windows, ${online} of them after the warm-up`,
    ...report.notes.map((note) => `  note: ${note}`),
    learner === undefined
      ? `Measured with your own trainer (${report.learner}).`
      : `Measured with a built-in stand-in learner (${learner}), not with your own trainer.`,
    '',
    `Cost of one training: ${recommendation.cost} of one window's mean loss${costs.length > 1 ? ` (also played: ${costs.filter((c) => c !== recommendation.cost).join(', ')})` : ''}`,
    table(report, String(recommendation.cost)),
    '',
    ...plot(report, String(recommendation.cost)),
    '',
    `Recommended: ${recommendation.policy}`,
    recommendation.because,
    ...recommendation.atOtherCosts.map(({ cost, policy }) => `At a cost of ${cost}: ${policy}.`),
    '',
  ]
  return lines.join('\n')
}

/** With a third the table is wider than most terminals; the JSON has them all. */
const SHOWN_METRICS = 2

function table(report: BacktestReport, cost: string): string {
  const sorted = [...report.policies].sort((a, b) => excessAt(a, cost) - excessAt(b, cost))
  const names = (sorted[0]?.metrics[cost] ?? []).slice(0, SHOWN_METRICS).map((m) => m.metric)
  const view = new Table({
    head: ['policy', 'trainings', 'mean loss', 'excess', ...names.map((name) => `${name} (95 %)`)],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right', 'right'],
  })
  for (const policy of sorted) {
    const figures = policy.byCost[cost]
    if (figures === undefined) continue
    const quality = names.map((name) => {
      const seen = policy.metrics[cost]?.find((m) => m.metric === name)
      return seen === undefined ? '–' : `${seen.value.toFixed(4)} ± ${((seen.high - seen.low) / 2).toFixed(4)}`
    })
    view.push([policy.id, figures.trained.length, figures.meanLoss.toFixed(4), signed(figures.excess), ...quality])
  }
  const unit =
    report.task === 'regression' ? 'squared error over the variance of the warm-up label' : 'share of wrong classes'
  return [
    view.toString(),
    `  mean loss: ${unit}, a window`,
    '  excess: mean loss and trainings, a window, above the optimum in hindsight',
  ].join('\n')
}

function excessAt(policy: PolicyReport, cost: string): number {
  return policy.byCost[cost]?.excess ?? Number.POSITIVE_INFINITY
}

/** More bars than this would wrap on most terminals: then each bar is the mean of several windows. */
const MOST_BARS = 100

/** Mean loss over time for the policy that never trains and for the recommended one, its trainings (^) and reinstatements (~) below. */
function plot(report: BacktestReport, cost: string): string[] {
  const chosen = report.policies.find((p) => p.id === report.recommendation.policy)
  const never = report.policies.find((p) => p.id === 'never')
  const shown = [never, chosen].filter((p, i, all): p is PolicyReport => p !== undefined && all.indexOf(p) === i)
  const width = Math.max(...shown.map((p) => p.id.length), 0)
  const windowsPerBar = Math.ceil((report.windows.length - report.warmupWindows) / MOST_BARS)
  const bars = shown.map((p) => meansOf(p.byCost[cost]?.lossByWindow ?? [], windowsPerBar))
  const series = bars.flat()
  if (series.length === 0) return []
  const [low, high] = [Math.min(...series), Math.max(...series)]
  const lines = shown.map((p, i) => {
    const loss = bars[i] ?? []
    // Both lines share one scale: the ends are added for it and cut off again.
    return `  ${p.id.padEnd(width)}  ${sparkline([...loss, low, high]).slice(0, loss.length)}`
  })
  const figures = chosen?.byCost[cost]
  const marks = figures === undefined ? '' : marksOf(figures, report, windowsPerBar)
  const each = windowsPerBar === 1 ? 'window' : `${windowsPerBar} windows`
  return [
    `Mean loss by ${each}, ${low.toFixed(3)} (▁) to ${high.toFixed(3)} (█); ^ trained, ~ brought back a retired version`,
    ...lines,
    ...(marks === '' ? [] : [`  ${''.padEnd(width)}  ${marks}`]),
  ]
}

function meansOf(values: readonly number[], perBar: number): number[] {
  return Array.from({ length: Math.ceil(values.length / perBar) }, (_, bar) => {
    const some = values.slice(bar * perBar, (bar + 1) * perBar)
    return some.reduce((sum, value) => sum + value, 0) / some.length
  })
}

/** One mark a bar, up to the last one, under the window at whose close it was decided; a training outdoes a reinstatement. */
function marksOf({ trained, deployed }: CostReport, report: BacktestReport, windowsPerBar: number): string {
  const { warmupWindows, labelDelayWindows } = report
  const marks: string[] = []
  const mark = (labelWindow: number, sign: string) => {
    const at = labelWindow + labelDelayWindows - warmupWindows
    if (at >= 0) marks[Math.floor(at / windowsPerBar)] = sign
  }
  for (const [window] of deployed) mark(window, '~')
  for (const window of trained) mark(window, '^')
  return Array.from(marks, (sign) => sign ?? ' ').join('')
}
