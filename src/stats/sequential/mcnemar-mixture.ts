import gammaln from '@stdlib/math-base-special-gammaln'

/**
 * Evidence that the challenger is right more often than the champion on truly independent rows, valid at every look.
 *
 * E = ∫_{½}^{1} (2p)^w (2(1 − p))^l dπ(p), π = Beta(½, ½) above a half
 *   = 2^{w+l} B(w + ½, l + ½)(1 − I_½(w + ½, l + ½)) / (½ B(½, ½)).
 * For w ≤ l the same number is Σ_n t_n/(π(l + ½)), t₀ = 1, t_{n+1} = t_n (w + l + 1 + n)/(2l + 3 + 2n), a sum of positive
 * terms that no tail probability can underflow; for w > l it is what the two directions share less that of the other one.
 * Rows of one day are seldom independent: use `block-bet.ts` wherever they may not be.
 *
 * @param wins   w: rows that only the challenger gets right, integer ≥ 0
 * @param losses l: rows that only the champion gets right, integer ≥ 0
 * @returns ln E; 0 at w = l = 0. P(E ≥ 1/α ever) ≤ α where wins are no likelier than losses
 * @throws RangeError when a count is out of its domain
 * @see Robbins 1970 (mixtures); Darling & Robbins 1968; McNemar 1947; Abramowitz & Stegun 26.5.4 (the series)
 */
export function lnMcnemarMixture(wins: number, losses: number): number {
  for (const [name, count] of Object.entries({ wins, losses })) {
    if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`${name} must be an integer >= 0; got ${count}`)
  }
  if (wins === 0 && losses === 0) return 0
  if (wins <= losses) return lnSeries(wins, losses)
  const n = wins + losses
  const lnBeta = gammaln(wins + 0.5) + gammaln(losses + 0.5) - gammaln(n + 1)
  const lnBoth = n * Math.LN2 + lnBeta + Math.log(2 / Math.PI)
  return lnBoth + Math.log1p(-Math.exp(lnSeries(losses, wins) - lnBoth))
}

/** ln E for few ≤ many; terms fall from the first on. */
function lnSeries(few: number, many: number): number {
  let term = 1
  let sum = 1
  for (let n = 0; term > 1e-17 * sum; n++) {
    term *= (few + many + 1 + n) / (2 * many + 3 + 2 * n)
    sum += term
  }
  return Math.log(sum / (Math.PI * (many + 0.5)))
}
