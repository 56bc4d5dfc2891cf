/**
 * Solves A·x = b for a symmetric, positive definite A by its Cholesky factor: A = L·Lᵀ.
 *
 * A pivot that rounding has made ≤ 0 stands for a direction in which A is flat; its unknown is set to 0.
 *
 * @param lower A, row-major n × n; only the lower triangle is read
 * @param b     n numbers
 * @returns x, n numbers
 * @throws RangeError when A is not n × n
 * @see Golub & Van Loan 2013, ch. 4.2
 */
export function choleskySolve(lower: Float64Array, b: Float64Array): Float64Array {
  const n = b.length
  if (lower.length !== n * n) throw new RangeError(`the matrix must be ${n} x ${n}; got ${lower.length} numbers`)
  const factor = factorise(lower, n)
  const x = Float64Array.from(b)
  for (let i = 0; i < n; i++) {
    let sum = x[i]!
    for (let j = 0; j < i; j++) sum -= factor[i * n + j]! * x[j]!
    x[i] = factor[i * n + i] === 0 ? 0 : sum / factor[i * n + i]!
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i]!
    for (let j = i + 1; j < n; j++) sum -= factor[j * n + i]! * x[j]!
    x[i] = factor[i * n + i] === 0 ? 0 : sum / factor[i * n + i]!
  }
  return x
}

function factorise(lower: Float64Array, n: number): Float64Array {
  const factor = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = lower[i * n + j]!
      for (let l = 0; l < j; l++) sum -= factor[i * n + l]! * factor[j * n + l]!
      if (j < i) factor[i * n + j] = factor[j * n + j] === 0 ? 0 : sum / factor[j * n + j]!
      else factor[i * n + i] = sum > 1e-13 * lower[i * n + i]! ? Math.sqrt(sum) : 0
    }
  }
  return factor
}
