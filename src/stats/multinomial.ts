import { normal, type Rng } from '../base/rng.ts'

/** Up to this many expected of the rarer outcome a draw is exact; above, a rounded normal one errs by less than 1 %. */
const EXACT_UP_TO = 25

/**
 * A histogram of `rows` rows drawn with replacement from the rows of another: counts ~ Multinomial(rows, counts/Σ).
 *
 * Bin by bin, each a binomial draw from what is left. A binomial with more than 25 of the rarer outcome expected is drawn as a
 * rounded normal deviate, so that the cost does not grow with the rows.
 *
 * @param counts rows per bin, ≥ 1 bin, each finite and ≥ 0, sum > 0
 * @param rows   integer ≥ 0
 * @param rng    the only randomness
 * @returns rows per bin; integers ≥ 0 with sum `rows`; 0 where `counts` is 0
 * @throws RangeError when a precondition above fails
 * @see Davis 1993 (conditional method)
 */
export function drawMultinomial(counts: ArrayLike<number>, rows: number, rng: Rng): Float64Array {
  if (!Number.isSafeInteger(rows) || rows < 0) throw new RangeError(`rows must be an integer >= 0; got ${rows}`)
  let weight = 0
  let last = -1
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin]!
    if (!(count >= 0 && count < Infinity)) throw new RangeError(`counts must be finite and >= 0; got ${count}`)
    weight += count
    if (count > 0) last = bin
  }
  if (last < 0) throw new RangeError('a histogram must not be empty')
  const drawn = new Float64Array(counts.length)
  let left = rows
  for (let bin = 0; bin < last && left > 0; bin++) {
    drawn[bin] = drawBinomial(left, Math.min(1, counts[bin]! / weight), rng)
    left -= drawn[bin]!
    weight -= counts[bin]!
  }
  drawn[last]! += left
  return drawn
}

/** Successes of `n` trials at `p`, an integer in [0, n]. */
function drawBinomial(n: number, p: number, rng: Rng): number {
  if (p > 0.5) return n - drawBinomial(n, 1 - p, rng)
  if (p <= 0 || n === 0) return 0
  if (n * p <= EXACT_UP_TO) return byInversion(n, p, rng)
  const drawn = Math.round(n * p + Math.sqrt(n * p * (1 - p)) * normal(rng))
  return Math.max(0, Math.min(n, drawn))
}

/** Walks up the distribution until it exceeds a uniform draw. */
function byInversion(n: number, p: number, rng: Rng): number {
  const odds = p / (1 - p)
  let mass = Math.exp(n * Math.log1p(-p))
  let left = rng() - mass
  let k = 0
  while (left >= 0 && k < n) {
    mass *= ((n - k) / (k + 1)) * odds
    k++
    left -= mass
    // The tail that rounding leaves must not be walked for ever.
    if (mass === 0) break
  }
  return k
}
