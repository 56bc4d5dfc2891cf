/** A non-decreasing step-and-slope function: knots at `x` (increasing) with values `y` (non-decreasing), ≥ 1 of them. */
export interface Isotonic {
  readonly x: Float64Array
  readonly y: Float64Array
}

/**
 * The non-decreasing function nearest to the points, by pooling adjacent violators.
 *
 * minimises Σ wᵢ (f(xᵢ) − yᵢ)² over non-decreasing f. Points of equal x are one point at their weighted mean; of a pool
 * only the two ends are knots, as scikit-learn keeps them.
 *
 * @param x       n ≥ 1 finite numbers, in any order
 * @param y       n finite numbers
 * @param weights n finite numbers ≥ 0, at least one > 0; default all 1. A point of weight 0 is left out
 * @returns knots, at most one per distinct x
 * @throws RangeError when lengths differ, a number is not finite, or no weight is > 0
 * @see Ayer et al. 1955; de Leeuw, Hornik & Mair 2009, J. Stat. Software 32
 */
export function fitIsotonic(x: ArrayLike<number>, y: ArrayLike<number>, weights?: ArrayLike<number>): Isotonic {
  const points = distinctPoints(x, y, weights)
  const pools: Pool[] = []
  for (const [at, { mean, weight }] of points.entries()) {
    let pool: Pool = { mean, weight, first: at, last: at }
    let before = pools.at(-1)
    while (before !== undefined && before.mean >= pool.mean) {
      pools.pop()
      const total = before.weight + pool.weight
      const pooled = (before.mean * before.weight + pool.mean * pool.weight) / total
      pool = { mean: pooled, weight: total, first: before.first, last: pool.last }
      before = pools.at(-1)
    }
    pools.push(pool)
  }
  const knots = pools.flatMap(({ mean, first, last }) =>
    first === last
      ? [[points[first]!.x, mean] as const]
      : [[points[first]!.x, mean] as const, [points[last]!.x, mean] as const],
  )
  return { x: Float64Array.from(knots, ([at]) => at), y: Float64Array.from(knots, ([, value]) => value) }
}

/**
 * The function at one point: straight between knots, constant beyond the outer ones.
 *
 * @param at any number but NaN
 */
export function isotonicAt({ x, y }: Isotonic, at: number): number {
  const last = x.length - 1
  if (at <= x[0]!) return y[0]!
  if (at >= x[last]!) return y[last]!
  let low = 0
  let high = last
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (x[middle]! <= at) low = middle
    else high = middle
  }
  return y[low]! + ((y[high]! - y[low]!) * (at - x[low]!)) / (x[high]! - x[low]!)
}

interface Pool {
  readonly mean: number
  readonly weight: number
  readonly first: number
  readonly last: number
}

interface Point {
  readonly x: number
  readonly mean: number
  readonly weight: number
}

function distinctPoints(x: ArrayLike<number>, y: ArrayLike<number>, weights?: ArrayLike<number>): Point[] {
  if (y.length !== x.length || (weights !== undefined && weights.length !== x.length))
    throw new RangeError(`x, y and weights must be of one length; got ${x.length}, ${y.length}, ${weights?.length}`)
  for (let i = 0; i < x.length; i++) {
    const weight = weights?.[i] ?? 1
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i]) || !Number.isFinite(weight) || weight < 0)
      throw new RangeError(`point ${i} must be finite, its weight >= 0; got ${x[i]}, ${y[i]}, ${weight}`)
  }
  const order = Array.from({ length: x.length }, (_, i) => i).filter((i) => (weights?.[i] ?? 1) > 0)
  if (order.length === 0) throw new RangeError('an isotonic fit needs at least one point of weight > 0; got none')
  order.sort((a, b) => x[a]! - x[b]!)
  const points: Point[] = []
  for (let start = 0; start < order.length; ) {
    const at = x[order[start]!]!
    let weight = 0
    let sum = 0
    let end = start
    for (; end < order.length && x[order[end]!] === at; end++) {
      const w = weights?.[order[end]!] ?? 1
      weight += w
      sum += w * y[order[end]!]!
    }
    points.push({ x: at, mean: sum / weight, weight })
    start = end
  }
  return points
}
