import { z } from 'zod'
import type { Interval } from '../base/evidence.ts'
import type { Verdict } from '../base/verdict.ts'
import { metricInput } from '../data/row-losses.ts'
import type { Task } from '../data/schema.ts'
import { blockJackknife, JACKKNIFE_BLOCKS } from '../stats/interval/block-jackknife.ts'
import { delongPair } from '../stats/interval/delong.ts'
import { normalDeviate } from '../stats/interval/level.ts'
import { type MetricId, metrics } from '../stats/metrics/catalog.ts'
import { defineGate, type GateInput } from './gate.ts'
import { DEFAULT_METRIC } from './paired/default-metric.ts'
import { type Labelled, labelledRows, scoreProblem, withoutBlock } from './paired/labelled.ts'

/** DeLong's variance is a large-sample one; with fewer rows of a class its interval is too short. */
const LEAST_OF_A_CLASS = 20

const Config = z.strictObject({
  gate: z.literal('metric-ratio'),
  metric: z
    .enum(metrics.ids)
    .optional()
    .describe('Which; default auc for two classes, accuracy for more, rmse for values.'),
  ratio: z
    .number()
    .min(0.5)
    .max(1)
    .default(0.99)
    .describe(
      "Least share of the champion's value that is asked for; where lower is better, 1/ratio is the most. Ratio.",
    ),
  confidence: z.number().min(0.55).max(0.999).default(0.95).describe('Of each one-sided bound. Probability.'),
  minRows: z.int().min(100).max(1e7).default(200).describe('Fewer labelled rows say nothing. Rows.'),
})

/** Challenger's value, the limit from the champion's, and the interval of their distance laid around the value. */
interface Compared {
  readonly observed: number
  readonly limit: number
  readonly interval: Interval
}

/**
 * Does the challenger reach a share of the champion's metric on the same held-out rows?
 *
 * Two-class AUC: A_challenger − ratio · A_champion, variance by DeLong's covariance on the paired rows (delta method).
 * Other metrics: the jackknife over 20 blocks of consecutive rows of the same distance. Pass: its lower bound is ≥ 0.
 * Fail: its upper bound is < 0. The limit of a value a is a − (1 − ratio)·|a|, or a + (1/ratio − 1)·|a| where lower is
 * better, so that it stays on the worse side also for a < 0.
 */
export const metricRatioGate = defineGate({
  id: 'metric-ratio',
  title: "A share of the champion's metric",
  source: 'DeLong et al. 1988; Künsch 1989 (block jackknife)',
  config: Config,

  judge(input, { metric: wanted, ratio, confidence, minRows }) {
    const metric = metrics.get(wanted ?? DEFAULT_METRIC[input.task.kind])
    const about = { gate: 'metric-ratio', observed: null, limit: null, interval: null }
    if (!metric.tasks.includes(input.task.kind)) {
      const because = `metric '${metric.id}' does not fit a ${input.task.kind} task; it is for ${metric.tasks.join(', ')}`
      return { ...about, rows: 0, outcome: 'error', because }
    }
    const problem =
      scoreProblem(input, 'champion', input.champion) ?? scoreProblem(input, 'challenger', input.challenger)
    if (problem !== null) return { ...about, rows: 0, outcome: 'error', because: problem }
    const labelled = labelledRows(input)
    const rows = labelled.labels.length
    if (rows < minRows) {
      const because = `${rows} labelled rows are fewer than ${minRows}`
      return { ...about, rows, outcome: 'inconclusive', because, needs: `${minRows - rows} more labelled rows` }
    }
    const terms = { input, metric: metric.id, ratio, level: 2 * confidence - 1 }
    const isPairedAuc = metric.id === 'auc' && input.task.kind === 'binary'
    const compared = isPairedAuc ? compareAuc(labelled, terms) : compareByBlocks(labelled, terms)
    if (typeof compared === 'string')
      return { ...about, rows, outcome: 'inconclusive', because: compared, needs: compared }
    return { ...about, rows, ...weigh(compared, { metric: metric.id, rows }) }
  },
})

interface Terms {
  readonly input: GateInput
  readonly metric: MetricId
  readonly ratio: number
  /** Two-sided level whose bounds are the one-sided ones asked for. */
  readonly level: number
}

function compareAuc({ labels, champion, challenger }: Labelled, { ratio, level }: Terms): Compared | string {
  const positives = labels.reduce((sum, label) => sum + label, 0)
  if (Math.min(positives, labels.length - positives) < LEAST_OF_A_CLASS) {
    return `${LEAST_OF_A_CLASS} labelled rows of each class`
  }
  const { aucA, aucB, varA, varB, cov } = delongPair(labels, champion, challenger)
  const reach = normalDeviate(level) * Math.sqrt(Math.max(0, varB + ratio ** 2 * varA - 2 * ratio * cov))
  return { observed: aucB, limit: ratio * aucA, interval: { low: aucB - reach, high: aucB + reach, level } }
}

function compareByBlocks(labelled: Labelled, terms: Terms): Compared | string {
  const all = valuesOf(terms, labelled)
  if (typeof all === 'string') return all
  const limit = limitOf(terms, all.champion)
  const distances: number[] = []
  for (let leftOut = 0; leftOut < JACKKNIFE_BLOCKS; leftOut++) {
    const part = valuesOf(terms, withoutBlock(labelled, leftOut, JACKKNIFE_BLOCKS))
    if (typeof part === 'string') return part
    distances.push(part.challenger - limitOf(terms, part.champion))
  }
  const around = blockJackknife(all.challenger - limit, distances, terms.level)
  return {
    observed: all.challenger,
    limit,
    interval: { low: limit + around.low, high: limit + around.high, level: terms.level },
  }
}

function limitOf({ metric, ratio }: Terms, champion: number): number {
  const isHigher = metrics.get(metric).better === 'higher'
  return isHigher ? champion - (1 - ratio) * Math.abs(champion) : champion + (1 / ratio - 1) * Math.abs(champion)
}

/** The metric of both, or what it lacks. */
function valuesOf(
  { input, metric }: Terms,
  { labels, champion, challenger }: Labelled,
): { champion: number; challenger: number } | string {
  const of = (task: Task, scores: Float32Array) => metrics.get(metric).measure(metricInput(task, labels, scores))
  const a = of(input.task, champion)
  const b = of(input.task, challenger)
  if (a.kind === 'insufficient') return `${a.needRows} rows that ${metric} of the champion can be computed from`
  if (b.kind === 'insufficient') return `${b.needRows} rows that ${metric} of the challenger can be computed from`
  return { champion: a.value, challenger: b.value }
}

function weigh(
  { observed, limit, interval }: Compared,
  { metric, rows }: { metric: MetricId; rows: number },
): Omit<Verdict, 'gate' | 'rows'> {
  const isHigher = metrics.get(metric).better === 'higher'
  const [worst, best] = isHigher
    ? [interval.low - limit, interval.high - limit]
    : [limit - interval.high, limit - interval.low]
  const reach = `${observed.toFixed(4)} [${interval.low.toFixed(4)}, ${interval.high.toFixed(4)}]`
  const seen = { observed, limit, interval }
  const against = `the ${isHigher ? 'least' : 'most'} allowed, ${limit.toFixed(4)}`
  if (worst >= 0) return { ...seen, outcome: 'pass', because: `${metric} ${reach} keeps to ${against}` }
  if (best < 0) return { ...seen, outcome: 'fail', because: `${metric} ${reach} misses ${against}` }
  const distance = (worst + best) / 2
  const factor = distance === 0 ? Number.POSITIVE_INFINITY : ((best - worst) / 2 / distance) ** 2
  const more = Math.ceil(rows * (factor - 1))
  const needs =
    Number.isFinite(more) && more < 1e8
      ? `about ${Math.max(1, more)} more labelled rows`
      : 'more rows than could be gathered'
  return { ...seen, outcome: 'inconclusive', because: `${metric} ${reach} reaches to both sides of ${against}`, needs }
}
