import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import { Fault } from '../../base/fault.ts'
import { defaultRowLoss, lossesInUnits, metricInput } from '../../data/row-losses.ts'
import type { Task, TaskKind } from '../../data/schema.ts'
import { normalMean } from '../../stats/interval/normal-mean.ts'
import { wilson } from '../../stats/interval/wilson.ts'
import { type MetricId, metrics } from '../../stats/metrics/catalog.ts'
import { insufficient, type Measured, measured } from '../../stats/metrics/metric.ts'
import { defineDetector, type WatchedVersion, type WindowView } from '../detector.ts'

interface State {
  /** Value by subject on the version's first live window with enough labels. */
  readonly baseline: Readonly<Record<string, number>>
}

/** Rows of a mean with an interval. */
const LEAST_ROWS = 2

const DEFAULT_METRICS: Readonly<Record<TaskKind, readonly MetricId[]>> = {
  binary: ['auc', 'log-loss', 'accuracy'],
  multiclass: ['accuracy', 'log-loss'],
  regression: ['rmse', 'mae', 'r2'],
}

/**
 * How well the live version predicts, now and at first.
 *
 * Evidence: an estimate with its 95 % interval for each metric, and for `loss`, the mean loss of a row (0/1; squared
 * error in warm-up variances). `baseline` is the same number on the version's first live window with enough labels, and
 * so absent there: it starts anew whenever a version goes live or comes back.
 */
export const performanceDetector = defineDetector({
  id: 'performance',
  title: 'Performance against the first live window',
  source: 'Wilson 1927, DeLong et al. 1988, Künsch 1989 (intervals, by metric)',
  reads: 'labels',
  config: z.strictObject({
    detector: z.literal('performance'),
    metrics: z
      .array(z.enum(metrics.ids))
      .max(20)
      .optional()
      .describe(
        'Which; default auc, log-loss, accuracy (two classes), accuracy, log-loss (more), rmse, mae, r2 (values).',
      ),
    minRows: z.int().min(20).max(1e6).default(50).describe('Fewer labelled rows in a window are not evidence. Rows.'),
  }),

  start(version, config): State {
    for (const id of config.metrics ?? []) requireFit(id, version.task)
    return { baseline: {} }
  },

  measure(state, version, view, config) {
    const rows = view.labels.reduce((count, label) => (Number.isNaN(label) ? count : count + 1), 0)
    const baseline: Record<string, number> = { ...state.baseline }
    const evidence = measureAll(config.metrics ?? DEFAULT_METRICS[version.task.kind], version, view).map(
      ([subject, seen]): Evidence => {
        const about = { detector: 'performance', subject, rows }
        if (rows < config.minRows) return { kind: 'insufficient', ...about, needRows: config.minRows }
        if (seen.kind === 'insufficient') return { kind: 'insufficient', ...about, ...lack(seen, subject, rows) }
        const first = state.baseline[subject]
        baseline[subject] = first ?? seen.value
        const unit = subject === 'loss' ? 'loss per row' : 'metric'
        const { value, interval } = seen
        return {
          kind: 'estimate',
          ...about,
          value,
          interval,
          unit,
          ...(first === undefined ? {} : { baseline: first }),
        }
      },
    )
    return { evidence, state: { baseline } }
  },
})

function requireFit(id: MetricId, task: Task): void {
  const fitting = metrics.all.filter((metric) => metric.tasks.includes(task.kind)).map((metric) => metric.id)
  if (fitting.includes(id)) return
  const text = `metric '${id}' of detector 'performance' does not fit a ${task.kind} task; there are: ${fitting.join(', ')}`
  throw new Fault('CONFIG_INVALID', text)
}

function measureAll(
  ids: readonly MetricId[],
  { task, scale }: WatchedVersion,
  { labels, scores }: WindowView,
): readonly (readonly [string, Measured])[] {
  const input = metricInput(task, labels, scores)
  const losses = lossesInUnits({ task, loss: defaultRowLoss(task), scale }, labels, scores)
  const wanted = ids.map((id) => [id, metrics.get(id).measure(input)] as const)
  return [...wanted, ['loss', meanLoss(losses, task)] as const]
}

function meanLoss(losses: Float64Array, task: Task): Measured {
  const seen = losses.filter((loss) => !Number.isNaN(loss))
  if (seen.length < LEAST_ROWS) return insufficient(seen.length, LEAST_ROWS)
  if (task.kind === 'regression') {
    const { mean, interval } = normalMean(seen)
    return measured(mean, interval, seen.length)
  }
  const wrong = seen.reduce((sum, loss) => sum + loss, 0)
  return measured(wrong / seen.length, wilson(wrong, seen.length), seen.length)
}

/** What a metric divides by need not be rows: it may lack rows of one class, or spread. */
function lack({ haveRows, needRows }: Extract<Measured, { kind: 'insufficient' }>, metric: string, rows: number) {
  const because = `${metric} needs ${needRows} rows of what it divides by; there are ${haveRows}`
  return { needRows: rows + Math.max(1, needRows - haveRows), because }
}
