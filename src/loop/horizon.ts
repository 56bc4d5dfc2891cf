import type { Lives } from './state.ts'

/** A life counts at most this long, and one life of this length is assumed before any was seen. */
const USUAL_LIFE_WINDOWS = 10

/** Lives after one more of `windowsLived` windows was ended by a training. */
export function addLife(lives: Lives, windowsLived: number): Lives {
  return { count: lives.count + 1, sum: lives.sum + Math.min(windowsLived, USUAL_LIFE_WINDOWS) }
}

/**
 * Windows that a version put live now will probably serve: H = (10 + Σ min(lived, 10)) / (1 + count), less twice the
 * label delay, which is lost at both ends; at least 1.
 */
export function horizonWindows(lives: Lives, labelDelayWindows: number): number {
  const expected = (USUAL_LIFE_WINDOWS + lives.sum) / (1 + lives.count)
  return labelDelayWindows === 0 ? expected : Math.max(1, expected - 2 * labelDelayWindows)
}
