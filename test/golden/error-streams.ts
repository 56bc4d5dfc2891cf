import { seededRng } from '../../src/base/rng.ts'
import { adwin } from '../../src/stats/sequential/adwin.ts'
import { cusum } from '../../src/stats/sequential/cusum.ts'
import { ddm } from '../../src/stats/sequential/ddm.ts'
import { eddm } from '../../src/stats/sequential/eddm.ts'
import type { ErrorStreamMethod, ErrorStreamState } from '../../src/stats/sequential/error-stream.ts'
import { ewma } from '../../src/stats/sequential/ewma.ts'
import { fhddm } from '../../src/stats/sequential/fhddm.ts'
import { hddmA } from '../../src/stats/sequential/hddm-a.ts'
import { hddmW } from '../../src/stats/sequential/hddm-w.ts'
import { kswin } from '../../src/stats/sequential/kswin.ts'
import { pageHinkley } from '../../src/stats/sequential/page-hinkley.ts'
import { seed } from '../../src/stats/sequential/seed.ts'
import { stepd } from '../../src/stats/sequential/stepd.ts'
import { bell } from './streams.ts'

/** Rows, level at the first row, level after the last; for numbers the standard deviation, for losses of 0 and 1 none. */
export type Piece = readonly [rows: number, first: number, last: number, sd?: number]

/** The streams of fixtures_error_streams.py by the same arithmetic: a loss of 0 or 1 takes one uniform, a number twelve. */
export function lossStream(seed: number, pieces: readonly Piece[]): Float64Array {
  const rng = seededRng(seed)
  return Float64Array.from(
    pieces.flatMap(([rows, first, last, sd]) =>
      Array.from({ length: rows }, (_, row) => {
        const level = first + ((last - first) * row) / rows
        if (sd !== undefined) return level + sd * bell(rng)
        return rng() < level ? 1 : 0
      }),
    ),
  )
}

/** A method with one choice of options, where which method it is no longer matters. */
export interface StreamCase {
  readonly id: string
  readonly losses: '0/1' | 'any'
  start(): ErrorStreamState
  next(state: ErrorStreamState, losses: ArrayLike<number>, from: number): number
  warmUpLeft(state: ErrorStreamState): number
}

function cased<Options, State extends ErrorStreamState>(method: ErrorStreamMethod<Options, State>) {
  return (options: unknown): StreamCase => ({
    id: method.id,
    losses: method.losses,
    start: () => method.start(options as Options),
    next: (state, losses, from) => method.next(state as State, losses, from),
    warmUpLeft: (state) => method.warmUpLeft(state as State),
  })
}

/** Every method by its id. */
export const STREAM_METHODS: Readonly<Record<string, (options: unknown) => StreamCase>> = {
  adwin: cased(adwin),
  ddm: cased(ddm),
  eddm: cased(eddm),
  'hddm-a': cased(hddmA),
  'hddm-w': cased(hddmW),
  'page-hinkley': cased(pageHinkley),
  kswin: cased(kswin),
  fhddm: cased(fhddm),
  seed: cased(seed),
  stepd: cased(stepd),
  cusum: cased(cusum),
  ewma: cased(ewma),
}

/** Every index at which the method spoke. */
export function spokenAt(method: StreamCase, losses: ArrayLike<number>, state = method.start()): number[] {
  const found: number[] = []
  for (let at = method.next(state, losses, 0); at >= 0; at = method.next(state, losses, at + 1)) found.push(at)
  return found
}
