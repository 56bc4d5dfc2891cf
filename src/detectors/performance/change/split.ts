import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import {
  blockDispersion,
  type LossShape,
  type LossSums,
  likelySet,
  runningSums,
  SET_LIMIT,
  splitProfile,
  sumsBetween,
} from '../../../stats/change/segments.ts'

/** Sums of the row losses of one window. */
export interface WindowSums extends LossSums {
  /** Index of the window in the stream. */
  readonly window: number
}

/** Where a sequence of windows is best cut in two. Positions: k = number of windows before the cut. */
export interface Split {
  readonly at: number
  /** First and last position of the 95 % set. */
  readonly low: number
  readonly high: number
  /** Whether one segment explains the windows clearly worse than two. */
  readonly isChange: boolean
  /** Mean loss after the cut less that before it. */
  readonly rise: number
}

/** Chance of calling a steady stream a change, over all cuts together. */
const FALSE_CHANGE = 0.05

/**
 * Profile likelihood of one change in the mean loss, at the boundaries between windows.
 *
 * τ̂ = argmax ℓ(k), ℓ = Bernoulli (`zero-one`) or Gaussian log-likelihood with a common variance; the set is
 * {k : 2(ℓ(τ̂) − ℓ(k))/φ ≤ 7.35}. φ = max(1, X²/(W − 2)), Pearson's dispersion of the window means around the two
 * segments: where days differ by more than their rows explain, the set widens accordingly. A change is one where
 * 2(ℓ(τ̂) − ℓ(none))/φ exceeds both 7.35 and χ²₁ at 5 % divided by the W − 1 cuts (Bonferroni).
 *
 * A steady loss is called a change in 2–4 % of streams; where days differ by 3 (8) points in 11 (19) % at W = 8 and in
 * 7 (8) % at W = 20, for few windows say little of the spread between them.
 *
 * @param windows W ≥ 3 windows in time order, each with ≥ 1 row
 * @param shape   `bernoulli` for losses of 0 and 1, else `gaussian`
 * @see Hinkley 1970, Biometrika 57; McCullagh & Nelder 1989, ch. 4 (dispersion)
 */
export function bestSplit(windows: readonly WindowSums[], shape: LossShape): Split {
  const cuts = windows.length - 1
  const running = runningSums(windows)
  const profile = splitProfile(running, shape, { edge: 1, isRiseOnly: false })
  const { at } = profile
  const everyWindow = Array.from({ length: windows.length + 1 }, (_, k) => k)
  const phi = Math.max(1, blockDispersion(running, shape, everyWindow, at))
  const gain = (2 * ((profile.logLikelihood[at] as number) - profile.uncut)) / phi
  const least = Math.max(SET_LIMIT, normalQuantile(FALSE_CHANGE / cuts / 2, 0, 1) ** 2)
  const left = sumsBetween(running, 0, at)
  const right = sumsBetween(running, at, windows.length)
  return {
    at,
    ...likelySet(profile, phi),
    isChange: gain > least,
    rise: right.sum / right.rows - left.sum / left.rows,
  }
}

/** The sums of all windows together, under the index of the first. */
export function add(parts: readonly WindowSums[]): WindowSums {
  const total = { window: parts[0]?.window ?? 0, rows: 0, sum: 0, squares: 0 }
  for (const part of parts) {
    total.rows += part.rows
    total.sum += part.sum
    total.squares += part.squares
  }
  return total
}
