import { describe, expect, test } from 'vitest'
import { adwin } from '../../src/stats/sequential/adwin.ts'
import { allDetections } from '../../src/stats/sequential/error-stream.ts'
import { type EwmaSpacing, ewmaLimit } from '../../src/stats/sequential/ewma.ts'
import { lossStream, type Piece, STREAM_METHODS, spokenAt } from './error-streams.ts'
import { golden } from './golden.ts'

interface Expected {
  readonly method: string
  readonly options: Readonly<Record<string, number | boolean | string>>
  readonly at: readonly number[]
  /** Rows taken in, and ADWIN's width, mean and variance after them. */
  readonly trace?: readonly (readonly [number, number, number, number])[]
}

interface Streams {
  readonly cases: readonly {
    readonly name: string
    readonly seed: number
    readonly pieces: readonly Piece[]
    readonly sum: number
    readonly expected: readonly Expected[]
  }[]
}

const { cases } = golden<Streams>('error-streams')

/** Fewest detections of a method over all cases: a comparison of empty lists would prove nothing. */
const LEAST_DETECTIONS = 10

test('every method is compared on streams where it speaks', () => {
  for (const id of Object.keys(STREAM_METHODS)) {
    const spoken = cases.flatMap((c) => c.expected.filter((e) => e.method === id).flatMap((e) => e.at))
    expect(spoken.length, id).toBeGreaterThan(LEAST_DETECTIONS)
  }
})

describe.each(cases.map((c) => [c.name, c] as const))('losses: %s', (_, { seed, pieces, sum, expected }) => {
  const losses = lossStream(seed, pieces)

  test('the stream is the same to the last bit', () => {
    expect(losses.reduce((total, x) => total + x, 0)).toBe(sum)
  })

  test.each([...new Set(expected.map((e) => e.method))])('%s speaks at the rows of the reference', (id) => {
    for (const { options, at } of expected.filter((e) => e.method === id)) {
      const method = STREAM_METHODS[id]?.(options)
      expect(method && spokenAt(method, losses), JSON.stringify(options)).toEqual(at)
    }
  })

  test("ADWIN's width, mean and variance are river's to the last bit", () => {
    for (const { options, trace } of expected.filter((e) => e.method === 'adwin')) {
      expect(trace?.length).toBeGreaterThan(0)
      for (const [rows, ...wanted] of trace ?? []) {
        const state = adwin.start(options as unknown as Parameters<typeof adwin.start>[0])
        allDetections(adwin, state, losses.subarray(0, rows))
        expect([state.width, state.total / state.width, state.squares]).toEqual(wanted)
      }
    }
  })
})

test("the control chart's limits are those solved on the Markov chain of its weighted mean", () => {
  const { rates, limits } = golden<{ rates: number[]; limits: Record<EwmaSpacing, number[]> }>('ewma-limits')
  for (const every of ['1000 rows', '10000 rows', '100000 rows'] as const) {
    expect(rates.map((rate) => ewmaLimit(rate, every))).toEqual(limits[every])
  }
})
