import { forEachLabelled, predictedClass } from './labelled-rows.ts'
import type { MetricInput } from './metric.ts'

/** 0/1, brier, log: for classes. absolute, squared: for regression. */
export type RowLoss = '0/1' | 'brier' | 'log' | 'absolute' | 'squared'

/** A 32-bit score cannot tell a probability from 0 or 1 any closer: log loss stops there, at 15.9 nats a row. */
const NEAREST_TO_CERTAIN = 2 ** -23

/**
 * The loss of each row; the mean over rows is the metric.
 *
 * 0/1: 1 where the predicted class is wrong · brier: (P(1) − y)², several classes Σₖ (Pₖ − 1[y = k])² · log: −ln P(y),
 * P cut to [2⁻²³, 1 − 2⁻²³] · absolute: |ŷ − y| · squared: (ŷ − y)².
 *
 * @param input rows
 * @param loss  one that fits `input.kind`
 * @returns one loss a row, ≥ 0; NaN where the row has no label
 * @throws RangeError when the loss does not fit the kind; Fault DATA_INVALID for an impossible label or score
 * @see Brier 1950; Good 1952 (log loss)
 */
export function rowLosses(input: MetricInput, loss: RowLoss): Float64Array {
  const isForValues = loss === 'absolute' || loss === 'squared'
  if (isForValues !== (input.kind === 'regression')) throw new RangeError(`loss '${loss}' is not for ${input.kind}`)
  const lossOf = ROW_LOSSES[loss]
  const losses = new Float64Array(input.labels.length).fill(Number.NaN)
  forEachLabelled(input, (row, label) => {
    losses[row] = lossOf(input, row, label)
  })
  return losses
}

const ROW_LOSSES: Readonly<Record<RowLoss, (input: MetricInput, row: number, label: number) => number>> = {
  '0/1': (input, row, label) => (predictedClass(input, row) === label ? 0 : 1),
  brier: ({ kind, classes, scores }, row, label) => {
    if (kind === 'binary') return (scores[row]! - label) ** 2
    let sum = 0
    for (let k = 0; k < classes; k++) sum += (scores[row * classes + k]! - (k === label ? 1 : 0)) ** 2
    return sum
  },
  log: ({ kind, classes, scores }, row, label) => {
    const probability =
      kind === 'multiclass' ? scores[row * classes + label]! : label === 1 ? scores[row]! : 1 - scores[row]!
    return -Math.log(Math.min(1 - NEAREST_TO_CERTAIN, Math.max(NEAREST_TO_CERTAIN, probability)))
  },
  absolute: ({ scores }, row, label) => Math.abs(scores[row]! - label),
  squared: ({ scores }, row, label) => (scores[row]! - label) ** 2,
}
