import type { Labels } from './labels.ts'

/** Population standard deviation of the labels that are there; 1 where it would be 0. */
export function standardDeviation(labels: Labels): number {
  let count = 0
  let mean = 0
  let m2 = 0
  for (const label of labels) {
    if (Number.isNaN(label)) continue
    count++
    const delta = label - mean
    mean += delta / count
    m2 += delta * (label - mean)
  }
  return m2 > 0 ? Math.sqrt(m2 / count) : 1
}
