import { delong, delongInterval, placements, pooledVariance } from '../interval/delong.ts'
import { forEachLabelled } from './labelled-rows.ts'
import { defineMetric, insufficient, type Measured, type MetricInput, measured } from './metric.ts'

/** DeLong's variance needs a sample variance within each class. */
const MIN_ROWS_OF_A_CLASS = 2

/**
 * Area under the ROC curve with DeLong's variance (interval on the logit scale). Fewer than two rows of either class: insufficient.
 *
 * Multiclass: mean of one-against-the-rest areas over the classes with at least two rows (macro). Each row's
 * contributions to all of them are added before squaring, which keeps their covariance.
 */
export const auc = defineMetric({
  id: 'auc',
  title: 'Area under the ROC curve',
  tasks: ['binary', 'multiclass'],
  better: 'higher',
  unit: 'share',
  source: 'DeLong et al. 1988; Sun & Xu 2014; Pepe 2003 (interval); Provost & Domingos 2003 (one against the rest)',

  measure(input, level) {
    const rowsOf = new Float64Array(input.classes)
    const rows = forEachLabelled(input, (_, label) => {
      rowsOf[label]! += 1
    })
    const judged = Array.from(rowsOf.keys()).filter((k) => rowsOf[k]! >= MIN_ROWS_OF_A_CLASS)
    if (judged.length < 2) {
      const secondLargest = Array.from(rowsOf).sort((a, b) => b - a)[1]!
      return insufficient(secondLargest, MIN_ROWS_OF_A_CLASS)
    }
    if (input.kind === 'multiclass') return macroAuc(input, judged, rows, level)
    const result = delong(input.labels, input.scores)
    return measured(result.auc, delongInterval(result, level), rows)
  },
})

function macroAuc(input: MetricInput, judged: readonly number[], rows: number, level: number): Measured {
  const labels = input.labels.filter((label) => !Number.isNaN(label))
  const influence = new Float64Array(rows)
  let sum = 0
  let rarest = rows
  for (const k of judged) {
    const result = addInfluence(influence, labels, classScores(input, k, rows), k)
    sum += result.auc
    rarest = Math.min(rarest, result.positives)
  }
  const result = { auc: sum / judged.length, positives: rarest, negatives: rarest }
  const pooled = pooledVariance(varianceByLabel(influence, labels, input.classes, judged.length))
  return measured(result.auc, delongInterval({ ...result, ...pooled }, level), rows)
}

/** The variance that the rows of each label bring into the mean of `areas` areas. */
function varianceByLabel(influence: Float64Array, labels: Float64Array, classes: number, areas: number) {
  const parts = Array.from({ length: classes }, () => ({ variance: 0, rows: 0 }))
  for (let i = 0; i < labels.length; i++) {
    const part = parts[labels[i]!]!
    part.variance += (influence[i]! / areas) ** 2
    part.rows += 1
  }
  return parts
}

/** P(class k) of the rows that have a label. */
function classScores(input: MetricInput, k: number, rows: number): Float64Array {
  const scores = new Float64Array(rows)
  let at = 0
  for (let row = 0; row < input.labels.length; row++) {
    if (!Number.isNaN(input.labels[row])) scores[at++] = input.scores[row * input.classes + k]!
  }
  return scores
}

/** Adds each row's contribution to the area of class k against the rest; their squares sum to DeLong's variance. */
function addInfluence(influence: Float64Array, labels: Float64Array, scores: Float64Array, k: number) {
  const placed = placements(
    scores.filter((_, i) => labels[i] === k),
    scores.filter((_, i) => labels[i] !== k),
  )
  const [m, n] = [placed.positives.length, placed.negatives.length]
  const auc = placed.positives.reduce((sum, x) => sum + x, 0) / m
  let positive = 0
  let negative = 0
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === k) influence[i]! += (placed.positives[positive++]! - auc) / Math.sqrt(m * (m - 1))
    else influence[i]! += (placed.negatives[negative++]! - auc) / Math.sqrt(n * (n - 1))
  }
  return { auc, positives: m }
}
