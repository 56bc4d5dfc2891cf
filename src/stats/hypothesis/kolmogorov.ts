import gammaln from '@stdlib/math-base-special-gammaln'

/** Above this many rows the sum of Birnbaum & Tingey costs more than its expansion errs (below 1e-10). */
const MAX_SUM_ROWS = 100_000

/**
 * Tail of the two-sided Kolmogorov distribution: how likely the empirical distribution of n independent rows strays
 * from the true one by d or more.
 *
 * P(Dₙ ≥ d), Dₙ = supₓ |Fₙ(x) − F(x)|. Which exact form or expansion is used where follows Simard & L'Ecuyer 2011, so
 * the error is that of their program: below 1e-13 for n ≤ 140, below 5e-8 above.
 *
 * @param n rows, integer ≥ 1
 * @param d distance, a share
 * @returns probability in [0, 1], non-increasing in d
 * @throws RangeError when n is not an integer ≥ 1 or d is NaN
 * @see Simard & L'Ecuyer 2011, J. Stat. Soft. 39(11)
 */
export function kolmogorovTail(n: number, d: number): number {
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`n must be an integer >= 1; got ${n}`)
  if (Number.isNaN(d)) throw new RangeError('the distance must be a number; got NaN')
  const t = n * d
  if (t <= 0.5) return 1
  if (d >= 1) return 0
  // Ruben & Gambino 1982: closed forms at both ends.
  if (t <= 1) return probability(1 - Math.exp(logFactorialShare(n) + n * Math.log(2 * t - 1)))
  if (t >= n - 1) return probability(2 * (1 - d) ** n)
  const scale = t * d
  if (d >= 0.5) return probability(2 * oneSidedTail(n, d))
  if (n <= 140) return probability(scale <= 4 ? 1 - durbinCdf(n, d) : 2 * oneSidedTail(n, d))
  // Here P(Dₙ < d) is under 2e-11 for every n: not worth a large matrix.
  if (scale <= 0.04) return 1
  if (scale >= 370) return 0
  if (scale >= 2.2) return probability(2 * oneSidedTail(n, d))
  const isEarly = n <= 100_000 && n * d ** 1.5 <= 1.4
  return probability(1 - (isEarly ? durbinCdf(n, d) : pelzGoodCdf(n, d)))
}

function probability(p: number): number {
  return Math.min(1, Math.max(0, p))
}

/** ln(n! / nⁿ). */
function logFactorialShare(n: number): number {
  return gammaln(n + 1) - n * Math.log(n)
}

/**
 * One-sided tail P(Dₙ⁺ ≥ d) = d · Σⱼ C(n, j) (d + j/n)^{j−1} (1 − d − j/n)^{n−j}, 0 ≤ j ≤ n(1 − d), a sum of positive
 * terms (Birnbaum & Tingey 1951); for many rows its expansion in 1/√n (Lauwerier 1963).
 */
function oneSidedTail(n: number, d: number): number {
  if (n > MAX_SUM_ROWS) {
    const z = Math.sqrt(n) * d
    const z2 = z * z
    const second = ((2 * z2) / (3 * n)) * (1 - (2 * z2) / 3)
    const third = ((4 * z) / (9 * n * Math.sqrt(n))) * (1 / 5 - (19 * z2) / 15 + (2 * z2 * z2) / 3)
    return Math.exp(-2 * z2) * (1 - (2 * z) / (3 * Math.sqrt(n)) + second + third)
  }
  const logFactorial = gammaln(n + 1)
  let sum = 0
  for (let j = 0; j <= n; j++) {
    const rest = 1 - d - j / n
    if (rest <= 0) break
    const logChoices = logFactorial - gammaln(j + 1) - gammaln(n - j + 1)
    sum += Math.exp(logChoices + (j - 1) * Math.log(d + j / n) + (n - j) * Math.log(rest))
  }
  return d * sum
}

/**
 * P(Dₙ < d) as an element of a matrix power: with d = (k − h)/n, 0 ≤ h < 1, it is n!/nⁿ times element (k, k) of Hⁿ
 * (Durbin 1973; the form of Marsaglia, Tsang & Wang 2003).
 */
function durbinCdf(n: number, d: number): number {
  const k = Math.ceil(n * d)
  const size = 2 * k - 1
  let base = durbinMatrix(size, k - n * d)
  let power: Float64Array | undefined
  let baseExponent = 0
  let powerExponent = 0
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      power = power === undefined ? base.slice() : product(power, base, size)
      powerExponent += baseExponent + rescale(power, size)
    }
    if (left === 1) break
    base = product(base, base, size)
    baseExponent = 2 * baseExponent + rescale(base, size)
  }
  const element = power?.[(k - 1) * size + k - 1] ?? 0
  return Math.exp(Math.log(element) + powerExponent * Math.LN2 + logFactorialShare(n))
}

function durbinMatrix(size: number, h: number): Float64Array {
  const matrix = new Float64Array(size * size)
  const oneOverFactorial = new Float64Array(size + 1).fill(1)
  for (let i = 1; i <= size; i++) oneOverFactorial[i] = oneOverFactorial[i - 1]! / i
  for (let row = 0; row < size; row++) {
    for (let column = 1; column <= Math.min(row + 1, size - 1); column++) {
      matrix[row * size + column] = oneOverFactorial[row - column + 1]!
    }
  }
  // The first column and, mirrored, the last row lose the part cut off by the fraction h; the corner loses both.
  for (let i = 0; i < size; i++) {
    const edge = (1 - h ** (i + 1)) * oneOverFactorial[i + 1]!
    matrix[i * size] = edge
    matrix[(size - 1) * size + (size - 1 - i)] = edge
  }
  const corner = 1 - 2 * h ** size + Math.max(0, 2 * h - 1) ** size
  matrix[(size - 1) * size] = corner * oneOverFactorial[size]!
  return matrix
}

function product(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let l = 0; l < size; l++) {
      const factor = a[i * size + l]!
      if (factor === 0) continue
      for (let j = 0; j < size; j++) out[i * size + j]! += factor * b[l * size + j]!
    }
  }
  return out
}

/** Brings a matrix to about 1 in place and returns the power of two taken out: powers of H outgrow a double. */
function rescale(matrix: Float64Array, size: number): number {
  const middle = (size - 1) / 2
  const exponent = Math.floor(Math.log2(matrix[middle * size + middle]!))
  for (let i = 0; i < matrix.length; i++) matrix[i]! *= 2 ** -exponent
  return exponent
}

/** P(Dₙ < d) ≈ K₀(z) + K₁(z)/√n + K₂(z)/n + K₃(z)/n^{3/2}, z = √n d, in the theta form for small z (Pelz & Good 1976). */
function pelzGoodCdf(n: number, d: number): number {
  const z2 = n * d * d
  const z = Math.sqrt(z2)
  const z4 = z2 * z2
  const z6 = z4 * z2
  let [k0, k1, k2, k3, k2Whole, k3Whole] = [0, 0, 0, 0, 0, 0]
  for (let k = 0; k < 20; k++) {
    const a2 = (Math.PI * (k + 0.5)) ** 2
    const weight = Math.exp(-a2 / (2 * z2))
    k0 += weight
    k1 += weight * (a2 - z2)
    k2 += weight * (6 * z6 + 2 * z4 + a2 * (2 * z4 - 5 * z2) + a2 * a2 * (1 - 2 * z2))
    const byA2 = 135 * z4 - 96 * z6 + a2 * (212 * z4 - 60 * z2 + a2 * (5 - 30 * z2))
    k3 += weight * (a2 * byA2 - 30 * z6 - 90 * z4 * z4)
    const b2 = (Math.PI * k) ** 2
    const wholeWeight = Math.exp(-b2 / (2 * z2))
    k2Whole += wholeWeight * b2
    k3Whole += wholeWeight * b2 * (3 * z2 - b2)
  }
  const second = k2 / (72 * z6 * z) - k2Whole / (36 * z2 * z)
  const third = k3 / (6480 * z6 * z4) + k3Whole / (216 * z6)
  const sum = k0 / z + k1 / (6 * z4) / Math.sqrt(n) + second / n + third / (n * Math.sqrt(n))
  return Math.sqrt(2 * Math.PI) * sum
}
