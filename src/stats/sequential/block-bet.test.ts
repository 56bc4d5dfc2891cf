import { describe, expect, test } from 'vitest'
import { normal, type Rng, seededRng } from '../../base/rng.ts'
import { type BetSide, type BlockBet, betOnBlock, startBlockBet } from './block-bet.ts'

function play(bet: BlockBet, blocks: readonly number[]): BlockBet {
  return blocks.reduce(betOnBlock, bet)
}

describe('the evidence', () => {
  test('is the formula worked by hand, its scale known before each block', () => {
    const blocks = [0.5, -1, 9, 0.2]
    let squares = 1 + 4
    let n = 2
    const wealth = [0.05, 0.1, 0.2, 0.4, 0.48].map((stake) => ({ stake, w: 1 }))
    for (const x of blocks) {
      const z = Math.max(-2, Math.min(2, x / Math.sqrt(squares / n)))
      for (const bet of wealth) bet.w *= 1 + bet.stake * z
      squares += x * x
      n++
    }
    const byHand = wealth.reduce((sum, { w }) => sum + w / 5, 0)
    const seen = play(startBlockBet({ side: 'better', reference: [1, -2] }), blocks)
    expect(Math.exp(seen.lnE)).toBeCloseTo(byHand, 12)
    expect(seen).toMatchObject({ blocks: 4, scaleBlocks: 6, shownAt: null })
  })

  test('of not worse is that of better for differences a margin higher; of reversed, of their opposite', () => {
    const blocks = [0.3, -0.2, 0.1]
    const better = play(
      startBlockBet({ side: 'better', reference: [1.1, -0.9] }),
      blocks.map((x) => x + 0.1),
    )
    const notWorse = play(startBlockBet({ side: 'not-worse', margin: 0.1, reference: [1, -1] }), blocks)
    const reversed = play(
      startBlockBet({ side: 'reversed', margin: 0.1, reference: [-1.2, 0.8] }),
      blocks.map((x) => -x - 0.2),
    )
    expect(notWorse.lnE).toBeCloseTo(better.lnE, 12)
    expect(reversed.lnE).toBeCloseTo(better.lnE, 12)
  })

  test('does not depend on the unit of the loss', () => {
    const blocks = [0.3, -0.2, 0.1, 0.4]
    const plain = play(startBlockBet({ side: 'better', reference: [1, -1] }), blocks)
    const large = play(
      startBlockBet({ side: 'better', reference: [1e9, -1e9] }),
      blocks.map((x) => 1e9 * x),
    )
    expect(large.lnE).toBeCloseTo(plain.lnE, 12)
  })

  test('of blocks without a difference stays 1, also where there never was one', () => {
    expect(play(startBlockBet({ side: 'better', reference: [0, 0] }), [0, 0, 0]).lnE).toBe(0)
    expect(play(startBlockBet({ side: 'better', reference: [0, 0] }), [0.1]).lnE).toBeCloseTo(Math.log(1.492), 12)
  })

  test('without a reference starts at the second block', () => {
    const first = betOnBlock(startBlockBet({ side: 'better', reference: [] }), 5)
    expect(first).toMatchObject({ lnE: 0, blocks: 0, scaleBlocks: 1 })
    expect(betOnBlock(first, 5).lnE).toBeGreaterThan(0)
  })
})

describe('the claim', () => {
  test('is shown by six blocks of a huge effect, not by five, and stays shown', () => {
    const bet = startBlockBet({ side: 'better', reference: [0.1, -0.1] })
    // Each block ten times larger than the one before always counts as two usual ones.
    const huge = [1, 10, 100, 1e3, 1e4, 1e5]
    expect(play(bet, huge.slice(0, 5)).shownAt).toBe(null)
    const shown = play(bet, huge)
    expect(shown.shownAt).toBe(6)
    expect(play(shown, [-1e9, -1e9, -1e9])).toMatchObject({ shownAt: 6 })
  })

  test('waits for another block where one has added more than half of the evidence', () => {
    const bet = startBlockBet({ side: 'better', reference: [1, -1], limit: 1.4 })
    const one = betOnBlock(bet, 100)
    expect(one.lnE).toBeGreaterThan(Math.log(1.4))
    expect(one.shownAt).toBe(null)
    expect(play(one, [90]).shownAt).toBe(null)
    expect(play(one, [90, 90, 90]).shownAt).not.toBe(null)
  })

  test('is the same from a bet that was saved and read back', () => {
    const rng = seededRng(1)
    const blocks = Array.from({ length: 30 }, () => 0.5 + normal(rng))
    const half = play(startBlockBet({ side: 'better', reference: [1, -1] }), blocks.slice(0, 15))
    const saved = JSON.parse(JSON.stringify(half)) as BlockBet
    expect(play(saved, blocks.slice(15))).toEqual(play(half, blocks.slice(15)))
  })
})

/** Block means of 200 rows, 12 % of which only one of two models gets right, and a day effect of its own. */
function blockMean(rng: Rng, effect: number, dayEffect: number): number {
  return effect + Math.sqrt(0.12 / 200) * normal(rng) + dayEffect * normal(rng)
}

/** When each of `runs` bets of 120 blocks was won; Infinity = never. */
function crossings(runs: number, side: BetSide, margin: number, draw: (rng: Rng) => number): number[] {
  return Array.from({ length: runs }, (_, run) => {
    const rng = seededRng(9000 + run)
    let bet = startBlockBet({ side, margin, reference: Array.from({ length: 12 }, () => draw(rng)) })
    for (let k = 0; k < 120 && bet.shownAt === null; k++) bet = betOnBlock(bet, draw(rng))
    return bet.shownAt ?? Infinity
  }).sort((a, b) => a - b)
}

const median = (sorted: readonly number[]) => sorted[Math.floor(sorted.length / 2)]!
const RUNS = 1200

describe('peeked at after each of 120 blocks', () => {
  // The spread of a share of .03 counted in 1,200 runs is .005.
  test.each([0, 0.02, 0.05])(
    'two equal models with day effects of %s are called different in under 1 of 25 runs',
    (day) => {
      const wrong = crossings(RUNS, 'better', 0, (rng) => blockMean(rng, 0, day)).filter(Number.isFinite).length / RUNS
      expect(wrong).toBeGreaterThan(0.005)
      expect(wrong).toBeLessThan(0.04)
    },
  )

  test('a challenger that is worse by the margin exactly is called not worse as seldom, a worse one never', () => {
    const at = (effect: number) =>
      crossings(RUNS, 'not-worse', 0.01, (rng) => blockMean(rng, effect, 0.02)).filter(Number.isFinite).length / RUNS
    expect(at(-0.01)).toBeLessThan(0.04)
    expect(at(-0.03)).toBeLessThan(0.002)
  })

  test.each([
    [0.02, 0, 15, 21],
    [0.02, 0.02, 19, 28],
    [0.02, 0.05, 36, 60],
    [0.05, 0, 10, 14],
    [0.05, 0.05, 14, 20],
  ])(
    'a challenger better by %s with day effects of %s needs %d to %d blocks in the median',
    (effect, day, least, most) => {
      const needed = median(crossings(400, 'better', 0, (rng) => blockMean(rng, effect, day)))
      expect(needed).toBeGreaterThanOrEqual(least)
      expect(needed).toBeLessThanOrEqual(most)
    },
  )

  test('skew and autocorrelation cost what the docstring says', () => {
    const wrong = (draw: (rng: Rng) => number) =>
      crossings(RUNS, 'better', 0, draw).filter(Number.isFinite).length / RUNS
    const exponential = (rng: Rng) => 1 + Math.log(1 - rng())
    const skewedDays = wrong((rng) => blockMean(rng, 0.02 * exponential(rng), 0))
    const skewedMeans = wrong(exponential)
    let last = 0
    const dependent = wrong((rng) => {
      last = 0.3 * last + Math.sqrt(1 - 0.09) * normal(rng)
      return last
    })
    expect(skewedDays).toBeLessThan(0.05)
    expect(skewedMeans).toBeGreaterThan(skewedDays)
    expect(skewedMeans).toBeLessThan(0.1)
    expect(dependent).toBeLessThan(0.12)
  })
})

test('refuses options and blocks outside their domain', () => {
  expect(() => startBlockBet({ side: 'better', reference: [], margin: -1 })).toThrow('margin must be >= 0; got -1')
  expect(() => startBlockBet({ side: 'better', reference: [], limit: 1 })).toThrow('limit must be > 1; got 1')
  expect(() => startBlockBet({ side: 'better', reference: [Number.NaN] })).toThrow('must be finite; got NaN')
  expect(() => betOnBlock(startBlockBet({ side: 'better', reference: [1] }), Infinity)).toThrow('got Infinity')
})
