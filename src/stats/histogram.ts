/**
 * Interior cut points of `bins` equal-share bins.
 *
 * edgeₖ = the k/bins quantile of `values` by linear interpolation between order statistics.
 *
 * @param values the sample, n ≥ 1 numbers; NaN (no value) is left out
 * @param bins   number of bins, integer ≥ 1
 * @returns bins − 1 edges, non-decreasing; ties in `values` can give equal edges, hence empty bins
 * @throws RangeError when `bins` is out of its domain or no number is left
 * @see Hyndman & Fan 1996, definition 7
 */
export function quantileEdges(values: Float64Array, bins: number): number[] {
  if (!Number.isInteger(bins) || bins < 1) throw new RangeError(`bins must be an integer >= 1; got ${bins}`)
  const sorted = values.filter((x) => !Number.isNaN(x)).sort()
  if (sorted.length === 0) throw new RangeError('quantiles need at least one number; got none')
  const edges: number[] = []
  for (let k = 1; k < bins; k++) {
    const at = ((sorted.length - 1) * k) / bins
    const low = Math.floor(at)
    edges.push(between(sorted[low]!, sorted[Math.min(low + 1, sorted.length - 1)]!, at - low))
  }
  return edges
}

/** The point a share `share` of the way from a to b ≥ a, defined also where b − a overflows or is infinite. */
function between(a: number, b: number, share: number): number {
  if (share === 0 || a === b) return a
  const point = Number.isFinite(b - a) ? a + (b - a) * share : a * (1 - share) + b * share
  // −∞ and +∞ have no point between them; the lower one keeps the edges in order.
  return Number.isNaN(point) ? a : Math.min(Math.max(point, a), b)
}

/**
 * The bin that holds `value`: bin i covers edges[i−1] ≤ x < edges[i], the outer bins are open.
 *
 * @param value any number
 * @param edges cut points, non-decreasing
 * @returns 0 … edges.length, or −1 for NaN, which no bin holds
 */
export function binOf(value: number, edges: ArrayLike<number>): number {
  if (Number.isNaN(value)) return -1
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (value < edges[middle]!) high = middle
    else low = middle + 1
  }
  return low
}

/** Cells of the grid that `binFinder` looks into first. */
const GRID = 512

/**
 * `binOf` for many values of one column: the same bins, found by a grid of equal cells between the outer edges, so that
 * only the edges within a value's cell are searched. The cell of a number never falls as the number grows, so an edge in
 * an earlier cell lies below it.
 *
 * @param edges cut points, non-decreasing
 * @returns a function of any number but NaN: 0 … edges.length
 */
export function binFinder(edges: ArrayLike<number>): (value: number) => number {
  const first = edges[0] ?? 0
  const scale = (GRID - 1) / ((edges[edges.length - 1] ?? 0) - first)
  if (!(scale > 0) || !Number.isFinite(scale)) return (value) => binOf(value, edges)
  // Edges below cell c are edges[0 … until[c] − 1], those in it end at until[c + 1].
  const until = new Uint16Array(GRID + 1)
  for (let i = 0; i < edges.length; i++) until[Math.floor((edges[i]! - first) * scale) + 1]! += 1
  for (let cell = 1; cell <= GRID; cell++) until[cell]! += until[cell - 1]!
  return (value) => {
    const place = (value - first) * scale
    if (!(place >= 0)) return 0
    if (place >= GRID) return edges.length
    const cell = Math.floor(place)
    let low = until[cell]!
    let high = until[cell + 1]!
    while (low < high) {
      const middle = (low + high) >>> 1
      if (value < edges[middle]!) high = middle
      else low = middle + 1
    }
    return low
  }
}

/**
 * Rows per bin; bins as in `binOf`.
 *
 * @param values any numbers; NaN (no value) is counted in no bin
 * @param edges  cut points, non-decreasing
 * @returns edges.length + 1 counts, each ≥ 0
 */
export function histogram(values: ArrayLike<number>, edges: ArrayLike<number>): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0)
  for (let i = 0; i < values.length; i++) {
    const bin = binOf(values[i]!, edges)
    if (bin >= 0) counts[bin]! += 1
  }
  return counts
}
