import gammaln from '@stdlib/math-base-special-gammaln'

/**
 * The chance of so few events now when they are as frequent as before.
 *
 * Given k = before + now events on m + n rows, the number now is binomial with share n/(m + n): P(X ≤ now), exact for
 * rare events and cautious for frequent ones.
 *
 * @param before events before, integer ≥ 0, on `rowsBefore` > 0 rows
 * @param now    events now, integer ≥ 0, on `rowsNow` > 0 rows
 * @returns one-sided p-value in [0, 1]; 1 when there was no event at all
 * @throws RangeError when a count is out of its domain
 * @see Przyborowski & Wilenski 1940, Biometrika 31
 */
export function fewerThanBefore(before: number, rowsBefore: number, now: number, rowsNow: number): number {
  for (const count of [before, now]) {
    if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`events must be integers >= 0; got ${count}`)
  }
  if (!(rowsBefore > 0 && rowsNow > 0)) throw new RangeError(`rows must be > 0; got ${rowsBefore} and ${rowsNow}`)
  const events = before + now
  const share = rowsNow / (rowsBefore + rowsNow)
  let chance = 0
  for (let k = 0; k <= now; k++) {
    const ways = gammaln(events + 1) - gammaln(k + 1) - gammaln(events - k + 1)
    chance += Math.exp(ways + k * Math.log(share) + (events - k) * Math.log1p(-share))
  }
  return Math.min(1, chance)
}
