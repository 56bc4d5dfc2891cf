import { choleskySolve } from './ridge/cholesky.ts'

/** Rows of `width` bin codes, each 0 … `bins` − 1, row-major. */
export interface CodedRows {
  readonly codes: Uint8Array
  readonly width: number
  readonly bins: number
}

export interface OneHotRidge {
  /** The value expected of one row of `coded`. */
  predict(coded: CodedRows, row: number): number
  /** Mean of the values expected of all rows of `coded`, and the variance of that mean from the rows learned from. */
  meanOver(coded: CodedRows): { readonly mean: number; readonly variance: number }
}

/**
 * An additive model of binned features, each bin shrunk towards no effect.
 *
 * minimises Σ (yᵢ − ȳ − Σₖ β[k, code])² + λ Σ β²; its mean over other rows with bin shares h is linear in y,
 * Σ aⱼ yⱼ with aⱼ = 1/n + vᵀ(zⱼ − z̄), v = (ZᵀZ + λI)⁻¹ h, so its variance is Σ aⱼ² rⱼ² with the residuals r (sandwich).
 *
 * @param rows   n ≥ 1 rows
 * @param y      n finite numbers
 * @param lambda ridge, > 0, in rows: a bin of λ rows is shrunk by half
 * @throws RangeError when a precondition above fails
 * @see Hoerl & Kennard 1970 (ridge); White 1980 (variance)
 */
export function fitOneHotRidge(rows: CodedRows, y: Float64Array, lambda: number): OneHotRidge {
  const { codes, width, bins } = rows
  const n = y.length
  if (n === 0 || codes.length !== n * width)
    throw new RangeError(`${n} values need ${n} x ${width} codes, at least one row; got ${codes.length}`)
  if (!(lambda > 0)) throw new RangeError(`lambda must be > 0; got ${lambda}`)
  const mean = y.reduce((sum, value) => sum + value, 0) / n
  if (!Number.isFinite(mean)) throw new RangeError('values must be finite')
  const size = width * bins
  const gram = new Float64Array(size * size)
  const target = new Float64Array(size)
  for (let row = 0; row < n; row++) {
    for (let j = 0; j < width; j++) {
      const at = place(rows, row, j)
      target[at]! += y[row]! - mean
      // Later features have larger places: this is the lower triangle.
      for (let l = 0; l <= j; l++) gram[at * size + place(rows, row, l)]! += 1
    }
  }
  for (let at = 0; at < size; at++) gram[at * size + at]! += lambda
  const beta = size === 0 ? target : choleskySolve(gram, target)
  const predict = (coded: CodedRows, row: number) => {
    let value = mean
    for (let j = 0; j < width; j++) value += beta[place(coded, row, j)]!
    return value
  }
  const residuals = y.map((value, row) => value - predict(rows, row))
  return {
    predict,
    meanOver(coded) {
      const share = binShares(coded)
      const v = size === 0 ? share : choleskySolve(gram, share)
      const atMean = binShares(rows).reduce((sum, x, at) => sum + x * v[at]!, 0)
      let variance = 0
      for (let row = 0; row < n; row++) {
        let weight = 1 / n - atMean
        for (let j = 0; j < width; j++) weight += v[place(rows, row, j)]!
        variance += (weight * residuals[row]!) ** 2
      }
      return { mean: share.reduce((sum, x, at) => sum + x * beta[at]!, mean), variance }
    },
  }
}

function place({ codes, width, bins }: CodedRows, row: number, j: number): number {
  return j * bins + codes[row * width + j]!
}

/** Share of rows in each bin of each feature. */
function binShares(coded: CodedRows): Float64Array {
  const shares = new Float64Array(coded.width * coded.bins)
  const rows = coded.width === 0 ? 0 : coded.codes.length / coded.width
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < coded.width; j++) shares[place(coded, row, j)]! += 1 / rows
  }
  return shares
}
