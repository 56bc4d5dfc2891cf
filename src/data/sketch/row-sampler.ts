import { type Rng, seededRng } from '../../base/rng.ts'

/** Rows that are kept of a file, about: enough to tell an association of a thousandth from none. */
export const SAMPLED_ROWS = 8192

/** Picks one row at random from each stretch of a file, so that no rhythm of the file is picked up. */
export interface RowSampler {
  /** Positions within the next `rows` rows that are kept. */
  next(rows: number): readonly number[]
}

/** @param rows of the file; all are kept where they are no more than the sample */
export function rowSampler(rows: number, seed = 1): RowSampler {
  const stretch = Math.max(1, Math.ceil(rows / SAMPLED_ROWS))
  const rng: Rng = seededRng(seed)
  let passed = 0
  let wanted = Math.floor(rng() * stretch)
  return {
    next(count) {
      const picked: number[] = []
      while (wanted < passed + count) {
        picked.push(wanted - passed)
        wanted = (Math.floor(wanted / stretch) + 1) * stretch + Math.floor(rng() * stretch)
      }
      passed += count
      return picked
    },
  }
}
