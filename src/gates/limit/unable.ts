import type { Verdict } from '../../base/verdict.ts'

/** A verdict that nothing could be measured for. */
interface Unable {
  readonly gate: string
  readonly limit?: number | null
  readonly rows?: number
}

/** Something is there to be judged, but not (yet) enough of it: never a pass. */
export function inconclusive({ gate, limit = null, rows = 0 }: Unable, because: string, needs: string): Verdict {
  return { gate, outcome: 'inconclusive', observed: null, limit, interval: null, rows, because, needs }
}

/** The gate cannot apply here. */
export function skipped({ gate, limit = null, rows = 0 }: Unable, because: string): Verdict {
  return { gate, outcome: 'skipped', observed: null, limit, interval: null, rows, because }
}

/** What the gate was given, or told to do, cannot be right. */
export function broken({ gate, limit = null, rows = 0 }: Unable, because: string): Verdict {
  return { gate, outcome: 'error', observed: null, limit, interval: null, rows, because }
}

/** Fewer rows than the gate asks for. */
export function tooFewRows(about: Unable, have: number, need: number, what = 'labelled rows'): Verdict {
  return inconclusive({ ...about, rows: have }, `${have} ${what} are fewer than ${need}`, `${need - have} more ${what}`)
}
