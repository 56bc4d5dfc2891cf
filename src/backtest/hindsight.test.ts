import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hindsightOptimum } from './hindsight.ts'

interface Case {
  readonly losses: readonly (readonly number[])[]
  readonly first: number
  readonly last: number
  readonly cost: number
}

/** Every set of windows to train after, tried one by one. A model that is not there makes its set impossible. */
function bruteForce({ losses, first, last, cost }: Case): number {
  const choices = last - first
  let cheapest = Number.POSITIVE_INFINITY
  for (let set = 0; set < 2 ** choices; set++) {
    let model = first - 1
    let total = 0
    for (let window = first; window <= last; window++) {
      total += losses[model]![window]!
      if (window === last || ((set >> (window - first)) & 1) === 0) continue
      total += cost
      model = window
    }
    cheapest = Math.min(cheapest, total)
  }
  return cheapest
}

function optimum({ losses, first, last, cost }: Case) {
  return hindsightOptimum((i, j) => losses[i]![j]!, cost, { first, last, initial: first - 1 })
}

/** What serving costs if one trains after `trained`. */
function totalOf({ losses, first, last, cost }: Case, trained: readonly number[]): number {
  let model = first - 1
  let total = cost * trained.length
  for (let window = first; window <= last; window++) {
    total += losses[model]![window]!
    if (trained.includes(window)) model = window
  }
  return total
}

const anyCase: fc.Arbitrary<Case> = fc
  .record({
    windows: fc.integer({ min: 2, max: 8 }),
    first: fc.integer({ min: 1, max: 3 }),
    cost: fc.constantFrom(0, 0.05, 0.3, 1),
    cells: fc.array(fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 0, max: 100 }) }, fc.constant(-1)), {
      minLength: 121,
      maxLength: 121,
    }),
  })
  .map(({ windows, first, cost, cells }) => {
    const last = first + windows - 1
    const at = (i: number, j: number) => cells[i * 11 + j]! / 100
    const losses = Array.from({ length: last + 1 }, (_, i) =>
      Array.from({ length: last + 1 }, (__, j) => {
        // A training that failed leaves no model; the first one is always there.
        const isMissing = i >= first && at(i, i) < 0
        return isMissing ? Number.POSITIVE_INFINITY : Math.max(0, at(i, j))
      }),
    )
    return { losses, first, last, cost }
  })

describe('the optimum in hindsight', () => {
  test('is the best of all sets of trainings, on small matrices', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const { totalLoss, trained } = optimum(one)
        const cheapest = bruteForce(one)
        expect(totalLoss + one.cost * trained.length).toBeCloseTo(cheapest, 9)
        // The windows it names really cost that much, and each is one after which something is still served.
        expect(totalOf(one, trained)).toBeCloseTo(cheapest, 9)
        expect(trained).toEqual([...new Set(trained)].toSorted((a, b) => a - b))
        for (const window of trained) expect(window >= one.first && window < one.last).toBe(true)
      }),
      { numRuns: 300, seed: 3 },
    )
  })

  test('trains where a training saves more than it costs, and not at the same price', () => {
    const losses = (i: number, j: number) => (i < 5 && j >= 5 ? 0.5 : 0.1)
    const span = { first: 4, last: 7, initial: 3 }
    // Window 5 is lost; a model of window 5 saves .4 on each of windows 6 and 7.
    expect(hindsightOptimum(losses, 0.79, span).trained).toEqual([5])
    expect(hindsightOptimum(losses, 0.79, span).totalLoss).toBeCloseTo(0.1 + 0.5 + 0.1 + 0.1, 12)
    expect(hindsightOptimum(losses, 0.81, span)).toEqual({ totalLoss: expect.closeTo(1.6, 12), trained: [] })
  })

  test('of one window is the first model', () => {
    expect(hindsightOptimum(() => 0.3, 0, { first: 4, last: 4, initial: 3 })).toEqual({ totalLoss: 0.3, trained: [] })
  })

  test('does without the models that could not be trained', () => {
    const losses = (i: number, j: number) => (i === 5 ? Number.POSITIVE_INFINITY : i < 5 && j >= 5 ? 0.5 : 0.1)
    expect(hindsightOptimum(losses, 0.1, { first: 4, last: 7, initial: 3 }).trained).toEqual([6])
  })
})
