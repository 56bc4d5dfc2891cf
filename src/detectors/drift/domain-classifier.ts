import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import { Fault } from '../../base/fault.ts'
import { coarseCodes } from '../../data/bin-codes.ts'
import { evenlySpaced } from '../../data/evenly-spaced.ts'
import { type Frame, findColumn, frame, takeRows } from '../../data/frame.ts'
import { learnLayout } from '../../data/profile-layout.ts'
import { stacked } from '../../data/stacked.ts'
import { studentTails } from '../../stats/hypothesis/tails.ts'
import { type Delong, delong, delongInterval } from '../../stats/interval/delong.ts'
import { normalDeviate } from '../../stats/interval/level.ts'
import { normalMean } from '../../stats/interval/normal-mean.ts'
import { defineDetector } from '../detector.ts'
import { crossFit } from './domain/cross-fit.ts'

const ALL = 'all features'

/**
 * Whether the window's rows can be told from the rows trained on, by all features at once.
 *
 * A classifier (`domain/cross-fit.ts`) learns to tell ≤ 2,000 rows of each side apart, evenly spread in time, and is judged on
 * rows that it did not learn from: AUC ½ = they cannot be told apart. It is drift when the AUC's lower bound (DeLong, at
 * one-sided confidence 1 − alpha) lies above ½ + margin. Small shifts of many features add up here where no test of one
 * feature hears them; features that only change how they go together (their correlation) are not heard.
 * Of the features that carry it, the estimates say by how many nats of log odds each moves the window's rows away from the
 * reference's, others held; correlated features share what they have in common.
 * Rows are taken as independent: where days differ, the margin is what keeps it quiet.
 */
export const domainClassifierDetector = defineDetector({
  id: 'domain-classifier',
  title: 'Domain classifier: all features at once',
  source: 'Lopez-Paz & Oquab 2017; DeLong, DeLong & Clarke-Pearson 1988',
  reads: 'features',
  config: z.strictObject({
    detector: z.literal('domain-classifier'),
    alpha: z.number().min(1e-9).max(0.25).default(0.005).describe('Alarm at or below this p-value. Probability.'),
    margin: z
      .number()
      .min(0)
      .max(0.45)
      .default(0.02)
      .describe("AUC above a half that does not matter yet. The metric's own unit."),
    rows: z.int().min(100).max(20_000).default(2000).describe('At most so many rows of either side. Rows.'),
    folds: z.int().min(2).max(10).default(5).describe('Stretches that are held out one by one. Count.'),
    carriers: z.int().min(0).max(50).default(5).describe('Features named as carrying it. Count.'),
    minRows: z.int().min(50).max(1e9).default(100).describe('Fewer rows on either side are not evidence. Rows.'),
  }),

  start: () => null,

  measure(state, version, view, { alpha, margin, rows, folds, carriers, minRows }) {
    const available = Math.min(version.training.features.rows, view.features.rows)
    const about = { detector: 'domain-classifier', subject: ALL, rows: Math.min(available, rows) }
    if (available < minRows) return { evidence: [{ kind: 'insufficient', ...about, needRows: minRows }], state }
    const domains = bothDomains(version.training.features, view.features, rows)
    const fitted = crossFit(domains, folds)
    const area = crossFittedArea(fitted.labels, fitted.scores)
    const least = 0.5 + margin
    const pValue = pValueAbove(area, least)
    const level = 1 - 2 * alpha
    const interval = delongInterval(area, level)
    const evidence: Evidence[] = [
      { kind: 'p-value', ...about, statistic: area.auc, pValue, alpha, alarm: pValue <= alpha },
      { kind: 'estimate', ...about, value: area.auc, interval, unit: 'metric', baseline: least },
    ]
    const moved = fitted.parts.map((part, at) => ({
      subject: domains.names[at] as string,
      ...difference(part, domains.referenceRows, level),
    }))
    moved.sort((a, b) => b.value - a.value)
    for (const feature of moved.slice(0, carriers))
      evidence.push({ kind: 'estimate', ...about, ...feature, unit: 'nats' })
    return { evidence, state }
  },
})

/**
 * AUC with twice DeLong's variance. A chance likeness of two folds is counted twice, once with either as the judge: where
 * there is no drift that doubles the variance of the mean over folds, and DeLong's alone would alarm at 10–18 % for 5 %.
 */
function crossFittedArea(labels: Uint8Array, scores: Float64Array): Delong {
  const area = delong(labels, scores)
  return { ...area, variance: 2 * area.variance }
}

/**
 * Evenly spread rows of both sides as bin codes. Both sides set the bins: a list of the reference's own most frequent
 * categories fits its rows better than others of the same kind, and that alone could be told apart.
 *
 * @throws Fault COLUMN_UNKNOWN or DATA_INVALID when a column of the training is not in the window, or is of another kind
 */
function bothDomains(reference: Frame, window: Frame, most: number) {
  const known = takeRows(reference, evenlySpaced(reference.rows, most))
  const seen = takeRows(window, evenlySpaced(window.rows, most))
  const features = known.columns.filter(({ kind }) => kind !== 'time')
  const all = frame(
    features.map((column) => {
      const now = findColumn(seen, column.name)
      if (now === undefined) throw new Fault('COLUMN_UNKNOWN', `the window has no column '${column.name}'`)
      return stacked(column, now)
    }),
  )
  const columns = coarseCodes(all, learnLayout(all))
  return {
    names: features.map(({ name }) => name),
    codes: columns.map(({ codes }) => codes),
    bins: columns.map(({ bins }) => bins),
    referenceRows: known.rows,
    windowRows: seen.rows,
  }
}

/**
 * P of an AUC at least this large if the true one is `least`: Student's t on the logit scale, so that it is ≤ alpha exactly
 * where the lower end of DeLong's interval at level 1 − 2 alpha reaches `least`. All pairs in order: as many rows of the
 * rarer side as there are, each right with probability `least`.
 */
function pValueAbove({ auc, variance, degrees, positives, negatives }: Delong, least: number): number {
  if (auc === 1) return least ** Math.min(positives, negatives)
  if (auc === 0 || variance === 0) return auc > least ? 0 : 1
  const logit = (share: number) => Math.log(share / (1 - share))
  const t = ((logit(auc) - logit(least)) * auc * (1 - auc)) / Math.sqrt(variance)
  const tails = studentTails(t, degrees) / 2
  return t > 0 ? tails : 1 - tails
}

/** How much further the mean of the window's rows lies than that of the reference's, with its normal interval. */
function difference(part: Float64Array, referenceRows: number, level: number) {
  const reference = normalMean(part.subarray(0, referenceRows), level)
  const window = normalMean(part.subarray(referenceRows), level)
  const value = window.mean - reference.mean
  const half = normalDeviate(level) * Math.hypot(reference.standardError, window.standardError)
  return { value, interval: { low: value - half, high: value + half, level } }
}
