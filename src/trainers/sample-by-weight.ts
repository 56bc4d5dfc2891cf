import { seededRng } from '../base/rng.ts'

/**
 * Rows for a learner that takes no weights: with v = w / max w, row i is kept with probability v_i · min(1, m / Σv),
 * none twice. Systematic sampling (Madow 1949): one draw places a comb, so that the rows of equal weight are thinned evenly.
 * Not drawn with replacement: the same row would stand on both sides of the learner's own validation.
 *
 * @param weights of each row, > 0
 * @param maxRows m, most rows to keep, ≥ 1
 * @returns places of rows, increasing; all of them where weights are equal and they are no more than `maxRows`
 */
export function sampleByWeight(weights: Float64Array, maxRows: number, seed: number): Int32Array {
  const heaviest = weights.reduce((most, weight) => Math.max(most, weight), 0)
  const total = weights.reduce((sum, weight) => sum + weight / heaviest, 0)
  const share = Math.min(1, maxRows / total)
  if (share === 1 && total === weights.length) return Int32Array.from(weights, (_, row) => row)
  const offset = seededRng(seed)()
  const rows: number[] = []
  let passed = 0
  for (const [row, weight] of weights.entries()) {
    const before = Math.floor(passed + offset)
    passed += (weight / heaviest) * share
    if (Math.floor(passed + offset) > before && rows.length < maxRows) rows.push(row)
  }
  return Int32Array.from(rows)
}
