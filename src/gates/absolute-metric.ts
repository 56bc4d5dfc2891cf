import { z } from 'zod'
import { metricInput } from '../data/row-losses.ts'
import { metrics } from '../stats/metrics/catalog.ts'
import { defineGate } from './gate.ts'
import { againstLimit } from './limit/against-limit.ts'
import { broken, inconclusive, tooFewRows } from './limit/unable.ts'
import { DEFAULT_METRIC } from './paired/default-metric.ts'
import { labelledRows, scoreProblem } from './paired/labelled.ts'

/**
 * Is the challenger good enough by itself, whatever the champion is? Its metric must keep to a limit with its whole
 * interval: at least the limit where higher is better, at most the limit where lower is.
 */
export const absoluteMetricGate = defineGate({
  id: 'absolute-metric',
  title: 'A metric that must be reached',
  source: 'Wilson 1927, DeLong et al. 1988, Künsch 1989 (intervals, by metric)',
  config: z.strictObject({
    gate: z.literal('absolute-metric'),
    metric: z
      .enum(metrics.ids)
      .optional()
      .describe('Which; default auc for two classes, accuracy for more, rmse for values.'),
    limit: z
      .number()
      .min(-1e12)
      .max(1e12)
      .default(0.7)
      .describe("The least allowed; where lower is better, the most. The metric's own unit."),
    confidence: z.number().min(0.55).max(0.999).default(0.95).describe('Of each one-sided bound. Probability.'),
    minRows: z.int().min(20).max(1e7).default(100).describe('Fewer labelled rows say nothing. Rows.'),
  }),

  judge(input, { metric: wanted, limit, confidence, minRows }) {
    const metric = metrics.get(wanted ?? DEFAULT_METRIC[input.task.kind])
    const about = { gate: 'absolute-metric', limit }
    if (!metric.tasks.includes(input.task.kind)) {
      const fits = metric.tasks.join(', ')
      return broken(about, `metric '${metric.id}' does not fit a ${input.task.kind} task; it is for ${fits}`)
    }
    const problem = scoreProblem(input, 'challenger', input.challenger)
    if (problem !== null) return broken(about, problem)
    const { labels, challenger } = labelledRows(input)
    const rows = labels.length
    if (rows < minRows) return tooFewRows(about, rows, minRows)
    const seen = metric.measure(metricInput(input.task, labels, challenger), 2 * confidence - 1)
    if (seen.kind === 'insufficient') {
      const because = `${metric.id} cannot be computed from ${seen.haveRows} rows of the kind it rests on`
      return inconclusive({ ...about, rows }, because, `${seen.needRows} such rows`)
    }
    const side = metric.better === 'higher' ? 'least' : 'most'
    return againstLimit({
      gate: 'absolute-metric',
      what: metric.id,
      observed: seen.value,
      interval: seen.interval,
      limit,
      side,
      rows,
    })
  },
})
