import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import type { Labels } from '../../data/labels.ts'
import type { Task } from '../../data/schema.ts'
import { chiSquared } from '../../stats/hypothesis/chi-squared.ts'
import { ksTwoSample } from '../../stats/hypothesis/ks.ts'
import { defineDetector } from '../detector.ts'

/**
 * Whether what is predicted comes true more or less often than in the version's training rows.
 *
 * Classes: X² of the class counts (of two classes the square of the z of two proportions); a class that training never
 * saw counts. Values: the two-sample Kolmogorov–Smirnov test. Rows without a label take no part. Labels that drift do not
 * say that the model errs: with features that moved the same way it may be as good as ever.
 */
export const labelDriftDetector = defineDetector({
  id: 'label-drift',
  title: 'Distribution of the labels against training',
  source: 'Pearson 1900 (classes); Smirnov 1948 (values)',
  reads: 'labels',
  config: z.strictObject({
    detector: z.literal('label-drift'),
    alpha: z.number().min(1e-9).max(0.5).default(0.001).describe('Alarm at or below this p-value. Probability.'),
    minRows: z.int().min(20).max(1e9).default(50).describe('Fewer labels on either side are not evidence. Rows.'),
  }),

  start: () => null,

  measure(state, version, view, { alpha, minRows }) {
    const before = known(version.training.labels)
    const now = known(view.labels)
    const rows = Math.min(before.length, now.length)
    const about = { detector: 'label-drift', subject: 'label', rows }
    const compared = rows < minRows ? null : compare(version.task, before, now)
    const evidence: Evidence =
      compared === null
        ? { kind: 'insufficient', ...about, needRows: minRows }
        : { kind: 'p-value', ...about, ...compared, alpha, alarm: compared.pValue <= alpha }
    return { evidence: [evidence], state }
  },
})

function known(labels: Labels): Labels {
  return labels.filter((label) => !Number.isNaN(label))
}

function compare(task: Task, before: Labels, now: Labels): { statistic: number; pValue: number } {
  if (task.kind === 'regression') return ksTwoSample(before, now)
  const { statistic, pValue } = chiSquared(
    classCounts(before, task.classes.length),
    classCounts(now, task.classes.length),
  )
  return { statistic, pValue }
}

function classCounts(labels: Labels, classes: number): Float64Array {
  const counts = new Float64Array(classes)
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1
  return counts
}
