import { type CodedRows, fitOneHotRidge } from '../../../learners/one-hot-ridge.ts'
import { binOf, quantileEdges } from '../../../stats/histogram.ts'
import { BINS } from '../../performance/patch/layout.ts'
import type { Estimated } from './expected-performance.ts'
import type { ReferenceRows } from './reference-rows.ts'

/** What is estimated of a regression. */
export const VALUE_METRICS = ['mae', 'rmse'] as const
type ValueMetric = (typeof VALUE_METRICS)[number]

/** A bin of so many rows is believed by half. */
const RIDGE_ROWS = 5
const CLAIM_BINS = 8

/**
 * Mean absolute and root mean squared error of rows without labels, by a model of the loss learned on the reference.
 *
 * labels: c Σ μᵢ²/n² with μᵢ the loss expected of row i and c = Σ r²/Σ μ² of the reference's residuals, for the spread
 * of a loss grows with its size · reference: the sandwich variance of the model's mean. rmse = √(mean squared
 * error), its variance by the delta method.
 *
 * @param claims values predicted for the rows without labels, n ≥ 1
 * @param codes  bin codes of their features, `reference.width` a row
 * @returns mae and rmse, ≥ 0, in the unit of the label; rmse is left out where the model expects no error at all
 */
export function expectedErrors(reference: ReferenceRows, claims: Float64Array, codes: Uint8Array): Estimated[] {
  const edges = quantileEdges(reference.claims, CLAIM_BINS)
  const known = withClaims(reference.codes, reference.width, reference.claims, edges)
  const fresh = withClaims(codes, reference.width, claims, edges)
  return VALUE_METRICS.flatMap((metric): Estimated[] => {
    const losses = lossesOf(metric, reference)
    const model = fitOneHotRidge(known, losses, RIDGE_ROWS)
    const { mean, variance } = model.meanOver(fresh)
    let residuals = 0
    let sizes = 0
    for (const [row, loss] of losses.entries()) {
      const expected = model.predict(known, row)
      residuals += (loss - expected) ** 2
      sizes += expected ** 2
    }
    let ofFresh = 0
    for (let row = 0; row < claims.length; row++) ofFresh += model.predict(fresh, row) ** 2
    const labelVariance = sizes > 0 ? ((residuals / sizes) * ofFresh) / claims.length ** 2 : 0
    const about = { metric, rows: claims.length }
    if (metric === 'mae') return [{ ...about, value: Math.max(0, mean), labelVariance, referenceVariance: variance }]
    if (!(mean > 0)) return []
    const slope = 1 / (4 * mean)
    return [
      { ...about, value: Math.sqrt(mean), labelVariance: slope * labelVariance, referenceVariance: slope * variance },
    ]
  })
}

/** The same by labels; nothing without rows. */
export function knownErrors(rows: Pick<ReferenceRows, 'claims' | 'outcomes'>): Readonly<Record<string, number>> {
  const count = rows.claims.length
  if (count === 0) return {}
  const mean = (metric: ValueMetric) => lossesOf(metric, rows).reduce((sum, loss) => sum + loss, 0) / count
  return { mae: mean('mae'), rmse: Math.sqrt(mean('rmse')) }
}

function lossesOf(metric: ValueMetric, { claims, outcomes }: Pick<ReferenceRows, 'claims' | 'outcomes'>): Float64Array {
  return claims.map((claim, row) => {
    const error = Math.abs(claim - (outcomes[row] as number))
    return metric === 'mae' ? error : error * error
  })
}

/** The features' codes with one more: the octile of what was predicted. */
function withClaims(codes: Uint8Array, width: number, claims: Float64Array, edges: readonly number[]): CodedRows {
  const wide = new Uint8Array(claims.length * (width + 1))
  for (const [row, claim] of claims.entries()) {
    wide.set(codes.subarray(row * width, (row + 1) * width), row * (width + 1))
    wide[row * (width + 1) + width] = binOf(claim, edges)
  }
  return { codes: wide, width: width + 1, bins: BINS }
}
