import { describe, expect, test } from 'vitest'
import { recommend } from './recommend.ts'
import type { PlayedPolicy } from './run.ts'

interface Wish {
  readonly trained?: number
  readonly probe?: number
  readonly isHindsight?: boolean
}

function played(
  id: string,
  lossByWindow: readonly number[],
  { trained = 0, probe = 0, isHindsight = false }: Wish = {},
) {
  const meanLoss = lossByWindow.reduce((sum, loss) => sum + loss, 0) / lossByWindow.length
  const times = Array.from({ length: trained }, (_, i) => i)
  const figures = { trained: times, deployed: [], probe, meanLoss, excess: 0, lossByWindow, quality: [] }
  const policy: PlayedPolicy = { id, title: id, isHindsight, byCost: [figures] }
  return policy
}

/** Losses that lie above and below a level in turns of 1, 2 or 3 windows; their mean is the level. */
const around = (level: number, phase: 0 | 1 | 2 = 0, spread = 0.02) =>
  Array.from({ length: 12 }, (_, i) => level + (Math.floor(i / (phase + 1)) % 2 === 0 ? spread : -spread))

describe('which policy is recommended', () => {
  test('the cheapest, where it beats avoidable loss clearly', () => {
    const all = [played('never', around(0.2)), played('avoidable-loss', around(0.4, 1)), played('psi', around(0.1, 2))]
    expect(recommend(all, 0, 0.1).policy).toBe('psi')
  })

  test('avoidable loss, where a cheaper one cannot be told from it', () => {
    const all = [played('psi', around(0.199, 2, 0.05)), played('avoidable-loss', around(0.2, 0, 0.05))]
    const { policy, because } = recommend(all, 0, 0.1)
    expect(policy).toBe('avoidable-loss')
    expect(because).toContain("'psi' cost 0.0010 (95 %: ")
    expect(because).toContain('less a window, which these 12 windows cannot tell from nothing')
  })

  test('avoidable loss on a quiet stream, although watching alone cost it a hair', () => {
    const steady = new Array<number>(12).fill(0.2)
    const all = [played('never', steady), played('avoidable-loss', steady, { probe: 0.024 })]
    const { policy, because } = recommend(all, 0, 0.1)
    expect(policy).toBe('avoidable-loss')
    expect(because).toContain('less a window, too little to matter')
  })

  test('with a word on luck where the cheapest is one of the periods', () => {
    const all = [played('periodic-3', around(0.199, 2, 0.05)), played('avoidable-loss', around(0.2, 0, 0.05))]
    expect(recommend(all, 0, 0.1).because).toContain('; the best of several periods is known only afterwards')
  })

  test('never the optimum in hindsight: nobody can follow it', () => {
    const all = [played('never', around(0.2)), played('hindsight', around(0), { isHindsight: true })]
    expect(recommend(all, 0, 0.1).policy).toBe('never')
  })

  test('trainings and probes count at the cost asked about', () => {
    // 4 trainings and 2 in probes over 12 windows: at α = .1 they cost .05 a window, at α = 1 half a point.
    const steady = new Array<number>(12).fill(0.2)
    const fresh = steady.map((loss, i) => loss - 0.1 + 0.001 * (i % 2))
    const all = [played('never', steady), played('periodic-3', fresh, { trained: 4, probe: 2 })]
    expect(recommend(all, 0, 0.1).policy).toBe('periodic-3')
    expect(recommend(all, 0, 1).policy).toBe('never')
    expect(recommend(all, 0, 0.1).because).toMatch(/Against never retraining it saved 0\.0495 /)
  })

  test('without avoidable loss among them, the cheapest', () => {
    const all = [played('never', around(0.201, 0, 0.05)), played('psi', around(0.2, 2, 0.05))]
    expect(recommend(all, 0, 0.1).policy).toBe('psi')
  })

  test('on a tie avoidable loss, and without it the first listed', () => {
    const same = around(0.2)
    const tied = recommend([played('never', same), played('psi', same), played('avoidable-loss', same)], 0, 0.1)
    expect(tied.policy).toBe('avoidable-loss')
    expect(recommend([played('psi', same), played('never', same)], 0, 0.1).policy).toBe('psi')
  })
})

describe('what a recommendation says', () => {
  test('how often it trained and what it lost', () => {
    const all = [played('never', around(0.4)), played('avoidable-loss', around(0.2), { trained: 1 })]
    const { because } = recommend(all, 0, 0.1)
    expect(because).toMatch(
      /^At a cost of 0\.1 a training, 'avoidable-loss' needed 1 training for a mean loss of 0\.\d{4}\. /,
    )
    expect(recommend([played('psi', around(0.2), { trained: 3 })], 0, 0.1).because).toMatch(
      /needed 3 trainings for a mean/,
    )
  })

  test('what it saved against never retraining, trainings counted, with its interval', () => {
    const all = [played('never', around(0.4)), played('avoidable-loss', around(0.2, 1), { trained: 6 })]
    const { because } = recommend(all, 0, 0.1)
    const [, saved, low, high] = because.match(/it saved (\S+) \(95 %: (\S+) to (\S+)\) loss a window/) ?? []
    // .2 less in loss; 6 trainings at .1 over 12 windows cost .05 each.
    expect(Number(saved)).toBe(0.15)
    expect(Number(low)).toBeLessThan(Number(saved))
    expect(Number(high)).toBeGreaterThan(Number(saved))
  })

  test('when it saved nothing that could be told from nothing', () => {
    const all = [played('never', around(0.2, 0, 0.05)), played('avoidable-loss', around(0.199, 2, 0.05))]
    expect(recommend(all, 0, 0.1).because).toContain('Against never retraining the difference, ')
    expect(recommend(all, 0, 0.1).because).toContain('cannot be told from nothing.')
  })

  test('nothing about never retraining when that is the recommendation', () => {
    const all = [played('never', around(0.1)), played('avoidable-loss', around(0.4, 1))]
    const { policy, because } = recommend(all, 0, 0.1)
    expect(policy).toBe('never')
    expect(because).not.toContain('Against never')
  })

  test('of one window: that nothing can be told, without an endless interval', () => {
    const all = [played('never', [0.1]), played('avoidable-loss', [0.3])]
    const { policy, because } = recommend(all, 0, 0.1)
    expect(policy).toBe('avoidable-loss')
    expect(because).not.toContain('Infinity')
    expect(because).toContain("'never' cost 0.2000 less a window, which one window cannot tell from nothing")
    expect(because).toContain(
      'Against never retraining the difference, -0.2000 loss a window, cannot be told from nothing',
    )
  })
})
