import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  lossStream,
  type Piece,
  STREAM_METHODS,
  type StreamCase,
  spokenAt,
} from '../../../test/golden/error-streams.ts'

const CHOICES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  adwin: { delta: 0.002, clock: 8, maxBuckets: 5, minSideRows: 5, graceRows: 10 },
  ddm: { warmUpRows: 30, deviations: 3 },
  eddm: { warmUpErrors: 10, share: 0.9 },
  'hddm-a': { confidence: 0.01, isTwoSided: true },
  'hddm-w': { confidence: 0.01, weight: 0.05, isTwoSided: true },
  'page-hinkley': { warmUpRows: 30, tolerance: 0.005, threshold: 8, memory: 0.9999, isTwoSided: true },
  kswin: { alpha: 0.01, windowRows: 50, recentRows: 20, seed: 3 },
  fhddm: { windowRows: 30, confidence: 0.001 },
  seed: { delta: 0.05, blockRows: 16, compressBlocks: 5, tolerance: 0.02 },
  stepd: { recentRows: 20, alpha: 0.01 },
  cusum: { warmUpRows: 20, tolerance: 0.15, threshold: 12, cap: 5, isTwoSided: true },
  ewma: { warmUpRows: 30, alarmsEvery: '1000 rows' },
}

const methods = Object.entries(STREAM_METHODS).map(([id, of]): readonly [string, StreamCase] => [id, of(CHOICES[id])])

/** Up to four stretches, each with an error rate of its own. */
const pieces = fc.array(
  fc.tuple(fc.integer({ min: 10, max: 150 }), fc.double({ min: 0, max: 1, noNaN: true })).map(([rows, rate]) => {
    const piece: Piece = [rows, rate, rate]
    return piece
  }),
  { minLength: 1, maxLength: 4 },
)
const stream = fc.tuple(fc.integer(), pieces).map(([seed, of]) => lossStream(seed, of))
/** For methods that read any number; 0 and 1 are among those. */
const values = fc
  .tuple(stream, fc.double({ min: -1e6, max: 1e6, noNaN: true }))
  .map(([x, by]) => x.map((v) => v + by * v))

function streamFor({ losses }: StreamCase) {
  return losses === 'any' ? fc.oneof(stream, values) : stream
}

describe.each(methods)('%s', (_, method) => {
  test('never speaks while nothing changes, at any level', () => {
    const levels = method.losses === 'any' ? [0, 1, 0.1, -3.7, 1e9 + 0.1] : [0, 1]
    for (const level of levels) expect(spokenAt(method, new Float64Array(3000).fill(level)), `${level}`).toEqual([])
  })

  test('speaks soon after every second answer has become wrong', () => {
    const at = spokenAt(
      method,
      lossStream(1, [
        [600, 0.05, 0.05],
        [400, 0.6, 0.6],
      ]),
    ).filter((i) => i >= 600)
    expect(at[0]).toBeLessThan(720)
  })

  test('says the same wherever the stream is cut, from a state that went through JSON', () => {
    fc.assert(
      fc.property(streamFor(method), fc.array(fc.nat(400), { maxLength: 3 }), (losses, cuts) => {
        let state = method.start()
        const found: number[] = []
        const ends = [...cuts.map((cut) => Math.min(cut, losses.length)), losses.length].sort((a, b) => a - b)
        for (const [k, to] of ends.entries()) {
          const from = ends[k - 1] ?? 0
          found.push(...spokenAt(method, losses.subarray(from, to), state).map((i) => i + from))
          state = JSON.parse(JSON.stringify(state))
        }
        expect(found).toEqual(spokenAt(method, losses))
      }),
      { numRuns: 60 },
    )
  })

  test('passes over losses that are not finite', () => {
    fc.assert(
      fc.property(streamFor(method), fc.integer({ min: 2, max: 9 }), (losses, every) => {
        const holes = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
        const withHoles: number[] = []
        const indexOf: number[] = []
        for (const [i, x] of losses.entries()) {
          if (i % every === 0) withHoles.push(holes[i % 3]!)
          indexOf.push(withHoles.length)
          withHoles.push(x)
        }
        expect(spokenAt(method, withHoles)).toEqual(spokenAt(method, losses).map((i) => indexOf[i]))
      }),
      { numRuns: 40 },
    )
  })

  test('keeps silent for as long as it says that it warms up', () => {
    fc.assert(
      fc.property(streamFor(method), (losses) => {
        const state = method.start()
        for (let from = 0; from < losses.length; ) {
          const deaf = method.warmUpLeft(state)
          const at = method.next(state, losses, from)
          if (at < 0) break
          expect(at - from).toBeGreaterThanOrEqual(deaf)
          expect(state.alarm).not.toBeNull()
          from = at + 1
        }
      }),
      { numRuns: 60 },
    )
  })

  test('counts its warm-up down to 0, and begins it anew after an alarm', () => {
    const state = method.start()
    const atFirst = method.warmUpLeft(state)
    expect(atFirst).toBeGreaterThan(3)
    // Every third loss is 1: also a method that counts errors comes to its end.
    const losses = Float64Array.from({ length: 3 * atFirst }, (_, i) => (i % 3 === 0 ? 1 : 0))
    method.next(state, losses, 0)
    expect(method.warmUpLeft(state)).toBe(0)
    method.next(
      state,
      lossStream(2, [
        [1500, 0.05, 0.05],
        [500, 0.9, 0.9],
      ]),
      0,
    )
    expect(state.alarm).not.toBeNull()
    expect(method.warmUpLeft(state)).toBe(atFirst)
  })

  test('an empty stream, and one that begins at its end, change nothing', () => {
    const state = method.start()
    expect(method.next(state, [], 0)).toBe(-1)
    expect(method.next(state, [1, 0, 1], 3)).toBe(-1)
    expect(state).toEqual(method.start())
  })
})

const TWO_SIDED: readonly (readonly [string, StreamCase])[] = methods.filter(([id]) =>
  ['adwin', 'hddm-a', 'hddm-w', 'page-hinkley', 'kswin', 'cusum', 'seed'].includes(id),
)

test.each(TWO_SIDED)('%s tells a rise from a fall', (_, method) => {
  const firstAlarm = (before: number, after: number) => {
    const state = method.start()
    const at = method.next(
      state,
      lossStream(5, [
        [300, before, before],
        [300, after, after],
      ]),
      0,
    )
    expect(at).toBeGreaterThanOrEqual(300)
    return state.alarm
  }
  expect(firstAlarm(0.1, 0.9)).toBe('rise')
  expect(firstAlarm(0.9, 0.1)).toBe('other')
})

test.each(TWO_SIDED.filter(([id]) => !['adwin', 'kswin', 'seed'].includes(id)))(
  '%s is deaf to falls if told so',
  (id) => {
    const method = STREAM_METHODS[id]?.({ ...CHOICES[id], isTwoSided: false })
    expect(
      method &&
        spokenAt(
          method,
          lossStream(5, [
            [300, 1, 1],
            [300, 0.1, 0.1],
          ]),
        ),
    ).toEqual([])
  },
)

test.each(methods.filter(([id]) => !TWO_SIDED.some(([other]) => other === id)))(
  '%s does not speak of a fall',
  (_, method) => {
    expect(
      spokenAt(
        method,
        lossStream(5, [
          [300, 1, 1],
          [300, 0.1, 0.1],
        ]),
      ),
    ).toEqual([])
  },
)
