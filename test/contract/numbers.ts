/**
 * Most alarms in `trials` that a true rate of `rate` explains at 99.9 %: the smallest k with P(Bin(trials, rate) ≤ k) ≥
 * .999.
 */
export function mostAlarms(trials: number, rate: number): number {
  if (rate >= 1) return trials
  let term = (1 - rate) ** trials
  let cumulative = term
  let k = 0
  while (cumulative < 0.999 && k < trials) {
    k++
    term *= ((trials - k + 1) / k) * (rate / (1 - rate))
    cumulative += term
  }
  return k
}

/** Every number in a value, at any depth. */
export function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : []
}
