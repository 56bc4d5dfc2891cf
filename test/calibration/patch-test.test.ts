import { describe, expect, test } from 'vitest'
import { avoidableLossDetector } from '../../src/detectors/performance/avoidable-loss.ts'
import { FLOOR, type Life, type LifePlan, live, type PatchDetector } from '../support/patch-lives.ts'
import type { Change, World } from '../support/patch-worlds.ts'

const WORLD: World = { classes: 2, features: 8, rows: 300, noise: 0.1 }
const STREAMS = 100

/** The most events that 99.9 % of runs show when each of `trials` has probability p. */
function binomialBound(trials: number, p: number): number {
  let mass = (1 - p) ** trials
  let below = mass
  let events = 0
  while (below < 0.999) {
    mass *= ((trials - events) / (events + 1)) * (p / (1 - p))
    events += 1
    below += mass
  }
  return events
}

function livesOf(plan: Omit<LifePlan, 'windows'> & { readonly windows?: number }, streams = STREAMS): Life[] {
  return Array.from({ length: streams }, (_, i) => live({ windows: 20, ...plan }, 1000 + i))
}

const hasHint = (life: Life) => life.tested.some(({ low }) => low > FLOOR)
const hinted = (lives: readonly Life[]) => lives.filter(hasHint).length
const trained = (lives: readonly Life[]) => lives.filter(({ trainedAfter }) => trainedAfter.get(0.1) !== null).length

/** Tests each window with the window itself already counted. */
const countsFirst: PatchDetector = {
  ...avoidableLossDetector,
  measure(state, version, view, config) {
    const filled = avoidableLossDetector.recall?.(state, version, view, config) ?? state
    return avoidableLossDetector.measure(filled, version, view, config)
  },
}

/** Takes the gap itself for what is sure of it. */
const takesTheGap: PatchDetector = {
  ...avoidableLossDetector,
  measure(state, version, view, config) {
    const seen = avoidableLossDetector.measure(state, version, view, config)
    const evidence = seen.evidence.map((one) =>
      one.kind === 'estimate' ? { ...one, interval: { ...one.interval, low: one.value } } : one,
    )
    return { ...seen, evidence }
  },
}

/** Begins anew with each window, so its tables never hold more than the last one. */
const forgets: PatchDetector = {
  ...avoidableLossDetector,
  measure(_state, version, view, config) {
    return avoidableLossDetector.measure(avoidableLossDetector.start(version, config), version, view, config)
  },
}

describe('nothing changes, 20 windows', () => {
  // Measured: 3 to 10 % of the streams have a hint (bench/patch-test.md); a tenth is claimed, and a fiftieth trained.
  const hintsAllowed = binomialBound(STREAMS, 0.1)
  const trainingsAllowed = binomialBound(STREAMS, 0.02)

  test.each([
    ['100 rows', { ...WORLD, rows: 100 }],
    ['300 rows', WORLD],
    ['5 classes', { ...WORLD, classes: 5 }],
    ['noise .3', { ...WORLD, noise: 0.3 }],
    ['more noise on some days', { ...WORLD, day: 'noise' }],
    ['a rare class', { ...WORLD, positives: 0.1, noise: 0.09 }],
  ] as const)('a learned champion is left alone: %s', (_, world) => {
    const lives = livesOf({ world, champion: 'learned' })
    expect(hinted(lives)).toBeLessThanOrEqual(hintsAllowed)
    expect(trained(lives)).toBeLessThanOrEqual(trainingsAllowed)
  })

  test.each([0, 2, 5] as const)('a champion that knows the rule is never accused: %d classes', (classes) => {
    const lives = livesOf({ world: { ...WORLD, classes }, champion: 'true rule' })
    expect(hinted(lives)).toBeLessThanOrEqual(binomialBound(STREAMS, 0.002))
  })

  test('a detector that counts a window before testing it is caught', () => {
    const lives = livesOf({ world: { ...WORLD, rows: 100 }, champion: 'learned', detector: countsFirst })
    expect(hinted(lives)).toBeGreaterThan(2 * hintsAllowed)
    expect(trained(lives)).toBeGreaterThan(2 * trainingsAllowed)
  })

  test('a detector that takes the gap for sure is caught', () => {
    const lives = livesOf({ world: { ...WORLD, rows: 100 }, champion: 'learned', detector: takesTheGap })
    expect(hinted(lives)).toBeGreaterThan(2 * hintsAllowed)
    expect(trained(lives)).toBeGreaterThan(2 * trainingsAllowed)
  })
})

test('30 % of one window flipped starts no training', () => {
  for (const where of ['anywhere', 'one class', 'interval'] as const) {
    const world: World = { ...WORLD, burst: { windows: [10], where } }
    expect(trained(livesOf({ world, champion: 'learned' }))).toBeLessThanOrEqual(binomialBound(STREAMS, 0.02))
  }
})

describe('the rule turns upside down in an interval of one feature at window 8', () => {
  const change = (share: number): Change => ({ at: 8, share, where: 'interval' })
  const plan = (share: number) => ({ world: { ...WORLD, rows: 1000, change: change(share) }, windows: 15 })
  const heard = (lives: readonly Life[]) =>
    lives.filter(({ tested }) => tested.some(({ window, low }) => window >= 8 && window <= 12 && low > FLOOR)).length

  // At least nine in ten: the misses of 40 streams stay below the bound for one in ten.
  test.each([0.2, 0.5])('%d of the rows: a hint within four windows', (share) => {
    const misses = 40 - heard(livesOf({ ...plan(share), champion: 'true rule' }, 40))
    expect(misses).toBeLessThanOrEqual(binomialBound(40, 0.1))
  })

  test('a detector that forgets hears nothing, and is caught', () => {
    const misses = 40 - heard(livesOf({ ...plan(0.5), champion: 'true rule', detector: forgets }, 40))
    expect(misses).toBeGreaterThan(binomialBound(40, 0.1))
  })
})
