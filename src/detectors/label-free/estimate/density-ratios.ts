import { evenlySpaced } from '../../../data/evenly-spaced.ts'
import { fitLogistic } from '../../../learners/logistic-regression.ts'
import { BINS } from '../../performance/patch/layout.ts'

/** More rows than this of either side do not make the classifier better, only slower; they are taken evenly spaced. */
const MOST_ROWS = 1000
/** A row that counts for more is one that decides alone. */
const MOST_WEIGHT = 20

/**
 * How much oftener rows like each reference row occur in the window than in the reference, by a domain classifier:
 * w = P(window | x)/P(reference | x) · n_reference/n_window, at most 20, P by logistic regression on one-hot bins with a
 * ridge of 1.
 *
 * Bins must come from neither side (here: from the rows trained on). A list of the reference's own most frequent categories
 * would fit its rows better than others of the same kind. The classifier reads the rows that it learned from: of few rows
 * and many features it learns their chance too. Where nothing moved, 1500 reference rows with 12 features count for about
 * 1200 beside a window of 600 rows, 470 beside one of 100, 300 beside one of 50; with one feature for 1300 or more.
 *
 * @param reference bin codes 0 … 8, row-major × `width`, ≥ 1 row
 * @param window    the same of the window, ≥ 1 row
 * @returns one weight a reference row, in (0, 20]
 * @see Bickel, Brückner & Scheffer 2007 (discriminative learning under covariate shift)
 */
export function densityRatios(reference: Uint8Array, window: Uint8Array, width: number): Float64Array {
  const rows = width === 0 ? 0 : reference.length / width
  if (rows === 0) return new Float64Array(0)
  const known = evenlySpaced(rows, MOST_ROWS)
  const seen = evenlySpaced(window.length / width, MOST_ROWS)
  const k = width * BINS
  const x = new Float64Array((known.length + seen.length) * k)
  const mark = (at: number, codes: Uint8Array, row: number) => {
    for (let j = 0; j < width; j++) x[at * k + j * BINS + (codes[row * width + j] as number)] = 1
  }
  for (const [at, row] of known.entries()) mark(at, reference, row)
  for (const [at, row] of seen.entries()) mark(known.length + at, window, row)
  const y = Uint8Array.from({ length: known.length + seen.length }, (_, at) => (at < known.length ? 0 : 1))
  const { weights, intercept } = fitLogistic({ x, k, y }, { l2: 1, maxIterations: 25 })
  const odds = Math.log(known.length / seen.length)
  return Float64Array.from({ length: rows }, (_, row) => {
    let eta = intercept + odds
    for (let j = 0; j < width; j++) eta += weights[j * BINS + (reference[row * width + j] as number)] as number
    return Math.min(MOST_WEIGHT, Math.exp(Math.max(-MOST_WEIGHT, Math.min(MOST_WEIGHT, eta))))
  })
}

/** Rows of equal weight that say as much as these: (Σw)²/Σw² (Kish 1965). In [0, n]. */
export function effectiveRows(weights: Float64Array): number {
  let sum = 0
  let squares = 0
  for (const weight of weights) {
    sum += weight
    squares += weight * weight
  }
  return squares === 0 ? 0 : sum ** 2 / squares
}
