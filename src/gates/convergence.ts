import { z } from 'zod'
import { metricInput } from '../data/row-losses.ts'
import { scoresPerRow } from '../data/schema.ts'
import { metrics } from '../stats/metrics/catalog.ts'
import { defineGate, type GateInput } from './gate.ts'
import { labelledRows, scoreProblem } from './paired/labelled.ts'

/**
 * Did the training lead anywhere? The challenger's scores must be possible numbers, must not be the same for every row,
 * and must beat chance on the held-out rows: AUC above ½ for classes (for more than two the mean of one against the
 * rest), R² above 0 for values, each with its whole interval.
 */
export const convergenceGate = defineGate({
  id: 'convergence',
  title: 'Finite, not constant, better than chance',
  source: 'DeLong et al. 1988; Künsch 1989 (intervals)',
  config: z.strictObject({
    gate: z.literal('convergence'),
    confidence: z.number().min(0.55).max(0.999).default(0.95).describe('Of each one-sided bound. Probability.'),
    minRows: z.int().min(20).max(1e7).default(50).describe('Fewer labelled rows say nothing. Rows.'),
  }),

  judge(input, { confidence, minRows }) {
    const isValue = input.task.kind === 'regression'
    const { labels, challenger } = labelledRows(input)
    const rows = labels.length
    const limit = isValue ? 0 : 0.5
    const about = { gate: 'convergence', observed: null, limit, interval: null, rows }
    const problem = scoreProblem(input, 'challenger', input.challenger)
    if (problem !== null) return { ...about, outcome: 'fail', because: problem }
    if (rows < minRows) {
      const because = `${rows} labelled rows are fewer than ${minRows}`
      return { ...about, outcome: 'inconclusive', because, needs: `${minRows - rows} more labelled rows` }
    }
    if (isConstant(input)) return { ...about, outcome: 'fail', because: 'the challenger says the same of every row' }
    const metric = metrics.get(isValue ? 'r2' : 'auc')
    const seen = metric.measure(metricInput(input.task, labels, challenger), 2 * confidence - 1)
    if (seen.kind === 'insufficient') {
      const because = `${metric.id} cannot be computed: the labels hardly vary`
      return { ...about, outcome: 'inconclusive', because, needs: 'held-out rows with other labels' }
    }
    const { value, interval } = seen
    const result = { ...about, observed: value, interval }
    const reach = `${metric.id} ${value.toFixed(4)} [${interval.low.toFixed(4)}, ${interval.high.toFixed(4)}]`
    if (interval.low > limit) return { ...result, outcome: 'pass', because: `${reach} is better than chance, ${limit}` }
    if (interval.high <= limit)
      return { ...result, outcome: 'fail', because: `${reach} is no better than chance, ${limit}` }
    const because = `${reach} cannot be told from chance, ${limit}`
    return {
      ...result,
      outcome: 'inconclusive',
      because,
      needs: 'more labelled rows, or a model that learned something',
    }
  },
})

/** Whether every row has the scores of the first. */
function isConstant({ task, challenger }: GateInput): boolean {
  const width = scoresPerRow(task)
  for (let i = width; i < challenger.length; i++) if (challenger[i] !== challenger[i % width]) return false
  return true
}
