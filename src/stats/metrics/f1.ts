import type { Interval } from '../../base/evidence.ts'
import { normalDeviate } from '../interval/level.ts'
import { wilson } from '../interval/wilson.ts'
import { type Confusion, confusion, hits, seenClasses } from './confusion.ts'
import { cutTo, defineMetric, insufficient, type Measured, measured } from './metric.ts'

/**
 * F₁ = 2·TP / (2·TP + FP + FN), the harmonic mean of precision and recall.
 *
 * Binary: F₁ = 2q/(1 + q) rises with q = TP/(TP + FP + FN), a plain share of the rows that are or are called positive,
 * so Wilson's limits of q carry over. Without such rows: insufficient.
 * Multiclass: mean over the classes seen as label or prediction (macro), delta method on the confusion matrix.
 */
export const f1 = defineMetric({
  id: 'f1',
  title: 'F1',
  tasks: ['binary', 'multiclass'],
  better: 'higher',
  unit: 'share',
  source: 'van Rijsbergen 1979, ch. 7; Wilson 1927, Takahashi et al. 2022 (interval)',

  measure(input, level) {
    const seen = confusion(input)
    if (input.kind === 'multiclass') return seen.rows === 0 ? insufficient(0, 1) : macroF1(seen, level)
    const rows = seen.labelled[1]! + seen.predicted[1]! - hits(seen, 1)
    if (rows === 0) return insufficient(0, 1)
    const { low, high } = wilson(hits(seen, 1), rows, level)
    const interval = { low: fromJaccard(low), high: fromJaccard(high), level }
    return measured(fromJaccard(hits(seen, 1) / rows), interval, rows)
  },
})

function fromJaccard(share: number): number {
  return (2 * share) / (1 + share)
}

function macroF1(seen: Confusion, level: number): Measured {
  const f1Of = new Float64Array(seen.classes)
  const judged = seenClasses(seen)
  let sum = 0
  for (const k of judged) {
    f1Of[k] = (2 * hits(seen, k)) / (seen.labelled[k]! + seen.predicted[k]!)
    sum += f1Of[k]!
  }
  const value = sum / judged.length
  return measured(value, macroInterval(seen, value, f1Of, level), seen.rows)
}

/**
 * Var = Σ pᵢⱼ gᵢⱼ² / n with g the gradient of macro F₁ in the cell shares pᵢⱼ (multinomial delta method). The usual
 * − (Σ pᵢⱼ gᵢⱼ)² is 0: F₁ does not change when all cells grow alike (Euler).
 */
function macroInterval(seen: Confusion, value: number, f1Of: Float64Array, level: number): Interval {
  const { classes, counts, labelled, predicted, rows } = seen
  // All right or all wrong: the gradient vanishes where rows are, but the share of right rows still has an interval.
  if (value === 0 || value === 1) return wilson(value * rows, rows, level)
  const judged = seenClasses(seen)
  let variance = 0
  for (const i of judged) {
    for (const j of judged) {
      const share = counts[i * classes + j]! / rows
      if (share === 0) continue
      const totalI = (labelled[i]! + predicted[i]!) / rows
      const totalJ = (labelled[j]! + predicted[j]!) / rows
      const hit = i === j ? 2 / totalI : 0
      const slope = (hit - f1Of[i]! / totalI - f1Of[j]! / totalJ) / judged.length
      variance += (share * slope * slope) / rows
    }
  }
  const half = normalDeviate(level) * Math.sqrt(variance)
  return cutTo({ low: value - half, high: value + half, level }, 0, 1)
}
