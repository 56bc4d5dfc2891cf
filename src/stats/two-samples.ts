/** What every two-sample distance and test asks of its inputs, and how raw values become counts. */

/** @throws RangeError when the two do not have one count for each of the same bins */
export function requireSharedBins(reference: ArrayLike<number>, current: ArrayLike<number>): void {
  if (reference.length === 0 || reference.length !== current.length) {
    throw new RangeError(`histograms must share their bins; got ${reference.length} and ${current.length} counts`)
  }
}

/**
 * Sum of a histogram whose bins may hold weights.
 *
 * @returns Σ counts, > 0
 * @throws RangeError when a count is negative or not finite, or all are 0
 */
export function countWeight(counts: ArrayLike<number>): number {
  let sum = 0
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin]!
    if (!(count >= 0 && count < Infinity)) throw new RangeError(`counts must be finite and >= 0; got ${count}`)
    sum += count
  }
  if (sum === 0) throw new RangeError('a histogram must not be empty')
  return sum
}

/**
 * Sum of a histogram that counts rows.
 *
 * @returns Σ counts, an integer ≥ 1
 * @throws RangeError when a count is no integer ≥ 0, or all are 0
 */
export function countRows(counts: ArrayLike<number>): number {
  let rows = 0
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin]!
    if (!Number.isInteger(count) || count < 0) throw new RangeError(`counts must be integers >= 0; got ${count}`)
    rows += count
  }
  if (rows === 0) throw new RangeError('a histogram must not be empty')
  return rows
}

/** @throws RangeError unless there is one finite position for each bin and they never decrease */
export function requirePositions(positions: ArrayLike<number>, bins: number): void {
  if (positions.length !== bins) {
    throw new RangeError(`each bin needs a position; got ${positions.length} for ${bins} bins`)
  }
  for (let bin = 0; bin < bins; bin++) {
    const position = positions[bin]!
    if (!Number.isFinite(position)) throw new RangeError(`positions must be finite; got ${position}`)
    if (bin > 0 && position < positions[bin - 1]!) {
      throw new RangeError(`positions must not decrease; got ${position} after ${positions[bin - 1]}`)
    }
  }
}

/**
 * A sorted copy.
 *
 * @throws RangeError when the sample is empty or holds NaN
 */
export function sortedSample(sample: Float64Array): Float64Array {
  if (sample.length === 0) throw new RangeError('both samples need at least one value; got none')
  const sorted = Float64Array.from(sample).sort()
  if (Number.isNaN(sorted[sorted.length - 1])) throw new RangeError('a sample must not hold NaN: drop missing values')
  return sorted
}

/** @throws RangeError when a sample is empty or holds a value that is not finite */
export function requireFinite(sample: Float64Array): void {
  if (sample.length === 0) throw new RangeError('both samples need at least one value; got none')
  for (const value of sample) {
    if (!Number.isFinite(value)) throw new RangeError(`a sample must hold finite values only; got ${value}`)
  }
}

/** Two samples as counts of their distinct values. */
export interface DistinctValues {
  /** The distinct values of both, increasing. */
  readonly positions: Float64Array
  readonly reference: Float64Array
  readonly current: Float64Array
}

/**
 * The finest shared histogram of two samples: one bin for each distinct value.
 *
 * @param a first sample, ≥ 1 values, ±∞ allowed, no NaN
 * @param b second sample, same domain
 * @throws RangeError when a sample is empty or holds NaN
 */
export function distinctValues(a: Float64Array, b: Float64Array): DistinctValues {
  const x = sortedSample(a)
  const y = sortedSample(b)
  const positions = new Float64Array(x.length + y.length)
  const reference = new Float64Array(positions.length)
  const current = new Float64Array(positions.length)
  let bins = 0
  for (let i = 0, j = 0; i < x.length || j < y.length; bins++) {
    const at = j >= y.length || x[i]! <= y[j]! ? x[i]! : y[j]!
    positions[bins] = at
    for (; i < x.length && x[i]! <= at; i++) reference[bins]! += 1
    for (; j < y.length && y[j]! <= at; j++) current[bins]! += 1
  }
  return {
    positions: positions.subarray(0, bins),
    reference: reference.subarray(0, bins),
    current: current.subarray(0, bins),
  }
}
