const STEPS = 60

/**
 * The smallest statistic that is significant: the point at which a tail falls to `level`, by bisection.
 *
 * @param tail  P(statistic ≥ x), non-increasing in x ≥ 0
 * @param level in (0, 1)
 * @param high  a statistic beyond it, > 0; doubled until its tail is below `level`
 * @returns x within 2⁻⁶⁰ of the span, on the significant side
 * @throws RangeError when `level` or `high` is out of its domain
 */
export function criticalValue(tail: (x: number) => number, level: number, high: number): number {
  if (!(level > 0 && level < 1)) throw new RangeError(`level must be in (0, 1); got ${level}`)
  if (!(high > 0 && high < Infinity)) throw new RangeError(`high must be > 0; got ${high}`)
  let below = 0
  let above = high
  while (tail(above) > level) above *= 2
  for (let step = 0; step < STEPS; step++) {
    const middle = below / 2 + above / 2
    if (tail(middle) <= level) above = middle
    else below = middle
  }
  return above
}
