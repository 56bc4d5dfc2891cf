import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRng } from '../../base/rng.ts'
import { lnMcnemarMixture } from './mcnemar-mixture.ts'

const E = (wins: number, losses: number) => Math.exp(lnMcnemarMixture(wins, losses))

test('is 1 before any row, and worked by hand after one', () => {
  expect(E(0, 0)).toBe(1)
  // Mean of 2p under Beta(½, ½) above a half: 1 + 2/π; of 2(1 − p): 1 − 2/π.
  expect(E(1, 0)).toBeCloseTo(1 + 2 / Math.PI, 13)
  expect(E(0, 1)).toBeCloseTo(1 - 2 / Math.PI, 13)
})

test('is a fair game: the mean over the next row of independent rows is what it was', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 }), (w, l) => {
      const now = lnMcnemarMixture(w, l)
      const up = Math.exp(lnMcnemarMixture(w + 1, l) - now)
      const down = Math.exp(lnMcnemarMixture(w, l + 1) - now)
      expect((up + down) / 2).toBeCloseTo(1, 9)
      expect(up).toBeGreaterThan(1)
      expect(down).toBeLessThan(1)
    }),
    { seed: 3, numRuns: 300 },
  )
})

test('stays finite for any number of rows', () => {
  expect(lnMcnemarMixture(1e6, 1e6)).toBeLessThan(0)
  expect(lnMcnemarMixture(0, 1e9)).toBeCloseTo(-Math.log(Math.PI * (1e9 + 0.5)) + Math.log(2), 6)
  expect(lnMcnemarMixture(1e9, 0)).toBeGreaterThan(6e8)
})

test('peeked at after each of 400 rows it exceeds 20 in fewer than 5 % of runs, and soon where wins are 2 of 3', () => {
  const share = (p: number, rows: number) => {
    let crossed = 0
    for (let run = 0; run < 600; run++) {
      const rng = seededRng(run)
      let wins = 0
      for (let n = 1; n <= rows; n++) {
        if (rng() < p) wins++
        if (lnMcnemarMixture(wins, n - wins) < Math.log(20)) continue
        crossed++
        break
      }
    }
    return crossed / 600
  }
  expect(share(0.5, 400)).toBeLessThan(0.05)
  expect(share(0.5, 400)).toBeGreaterThan(0.005)
  expect(share(2 / 3, 150)).toBeGreaterThan(0.8)
})

test('refuses what is no count', () => {
  expect(() => lnMcnemarMixture(-1, 0)).toThrow('wins must be an integer >= 0; got -1')
  expect(() => lnMcnemarMixture(0, 1.5)).toThrow('losses must be an integer >= 0; got 1.5')
  expect(() => lnMcnemarMixture(Number.NaN, 0)).toThrow('got NaN')
})
