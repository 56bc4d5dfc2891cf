import betainc from '@stdlib/math-base-special-betainc'
import erfc from '@stdlib/math-base-special-erfc'
import gammainc from '@stdlib/math-base-special-gammainc'
import gammaln from '@stdlib/math-base-special-gammaln'

/**
 * P(|Z| ≥ |z|) of a standard normal Z = erfc(|z|/√2).
 *
 * @param z any number but NaN; ±∞ gives 0
 * @returns probability in [0, 1], with all its digits also where it is tiny
 */
export function normalTails(z: number): number {
  return erfc(Math.abs(z) / Math.SQRT2)
}

/**
 * P(|T| ≥ |t|) of Student's T = I_x(d/2, ½) at x = d/(d + t²).
 *
 * @param t                any number but NaN; ±∞ gives 0
 * @param degreesOfFreedom > 0
 * @returns probability in [0, 1]
 */
export function studentTails(t: number, degreesOfFreedom: number): number {
  return betainc(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5)
}

/**
 * P(χ² ≥ x) = Γ(d/2, x/2) / Γ(d/2).
 *
 * @param x                ≥ 0; ∞ gives 0
 * @param degreesOfFreedom ≥ 0; with none the statistic is always 0, so the tail is 1 there and 0 above
 * @returns probability in [0, 1]
 */
export function chiSquaredTail(x: number, degreesOfFreedom: number): number {
  if (x <= 0) return 1
  if (degreesOfFreedom === 0 || x === Infinity) return 0
  const [shape, at] = [degreesOfFreedom / 2, x / 2]
  // Near and above the mean of the distribution the library errs by up to 3 % from about 1000 on.
  if (at <= 900) return gammainc(at, shape, true, true)
  return at < shape ? 1 - lowerGammaShare(shape, at) : upperGammaShare(shape, at)
}

/** γ(s, x)/Γ(s) = xˢ e⁻ˣ/Γ(s + 1) · Σ xᵏ/((s + 1) … (s + k)); for x < s. */
function lowerGammaShare(s: number, x: number): number {
  let term = 1
  let sum = 1
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= x / (s + k)
    sum += term
  }
  return Math.min(1, Math.exp(s * Math.log(x) - x - gammaln(s + 1)) * sum)
}

/** Γ(s, x)/Γ(s) by Legendre's continued fraction, evaluated as Lentz does; for x ≥ s. */
function upperGammaShare(s: number, x: number): number {
  let b = x + 1 - s
  let c = Infinity
  let d = 1 / b
  let fraction = d
  for (let k = 1; k < 100_000; k++) {
    const a = k * (s - k)
    b += 2
    d = 1 / (b + a * d)
    c = b + a / c
    const change = c * d
    fraction *= change
    if (Math.abs(change - 1) < 1e-15) break
  }
  return Math.min(1, Math.exp(s * Math.log(x) - x - gammaln(s)) * fraction)
}
