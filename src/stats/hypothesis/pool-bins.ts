import { countRows, requireSharedBins } from '../two-samples.ts'

/** Two histograms on bins that are full enough for a χ² approximation. */
export interface PooledBins {
  readonly reference: Float64Array
  readonly current: Float64Array
  readonly rowsA: number
  readonly rowsB: number
  /** How many of the used bins share a bin with others now. */
  readonly pooledBins: number
}

/**
 * Drops the bins that are empty in both histograms and pools the sparse ones, smallest first, until each bin expects
 * `minExpected` rows in either sample.
 *
 * A bin with a + b rows expects (a + b) · min(n, m)/(n + m) in the smaller sample. Sparse bins are taken by increasing
 * a + b (equal ones by their order) and gathered until the gathered bin is full; what remains joins the last full one,
 * or the smallest bin that was not sparse. Only a + b decides, which says nothing about a difference: so pooling does
 * not bend the level of a test.
 *
 * @param reference   rows per bin, length B ≥ 1, integers ≥ 0, sum ≥ 1
 * @param current     rows per bin, same length and domain
 * @param minExpected rows, finite, ≥ 0; 0 pools nothing
 * @returns the bins, at least one
 * @throws RangeError when a precondition above fails
 * @see Cochran 1954 (expected counts); Lewontin & Felsenstein 1965 (pooling)
 */
export function poolBins(reference: ArrayLike<number>, current: ArrayLike<number>, minExpected: number): PooledBins {
  requireSharedBins(reference, current)
  if (!(minExpected >= 0 && minExpected < Infinity)) {
    throw new RangeError(`minExpected must be finite and >= 0; got ${minExpected}`)
  }
  const [rowsA, rowsB] = [countRows(reference), countRows(current)]
  const needed = (minExpected * (rowsA + rowsB)) / Math.min(rowsA, rowsB)
  const total = (bin: number) => reference[bin]! + current[bin]!
  const used = Array.from({ length: reference.length }, (_, bin) => bin).filter((bin) => total(bin) > 0)
  const full = used.filter((bin) => total(bin) >= needed)
  const sparse = used.filter((bin) => total(bin) < needed).sort((x, y) => total(x) - total(y) || x - y)
  const groups: number[][] = []
  let group: number[] = []
  let gathered = 0
  for (const bin of sparse) {
    group.push(bin)
    gathered += total(bin)
    if (gathered < needed) continue
    groups.push(group)
    group = []
    gathered = 0
  }
  let pooledBins = sparse.length
  const singles = full.map((bin) => [bin])
  if (group.length > 0) {
    const host =
      groups.at(-1) ?? singles.reduce<number[] | undefined>((least, one) => smaller(least, one, total), undefined)
    if (host === undefined) groups.push(group)
    else {
      if (groups.length === 0) pooledBins += 1
      for (const bin of group) host.push(bin)
    }
  }
  if (pooledBins === 1) pooledBins = 0
  const bins = [...singles, ...groups]
  const sum = (counts: ArrayLike<number>) =>
    Float64Array.from(bins, (members) => members.reduce((rows, bin) => rows + counts[bin]!, 0))
  return { reference: sum(reference), current: sum(current), rowsA, rowsB, pooledBins }
}

function smaller(least: number[] | undefined, one: number[], total: (bin: number) => number): number[] {
  return least === undefined || total(one[0]!) < total(least[0]!) ? one : least
}
