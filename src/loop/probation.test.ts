import { describe, expect, test } from 'vitest'
import { BAD, BREACH, FINE, loopConfig, loopLife, trained, versus } from '../../test/support/loop-life.ts'

/** Version 2 went live after window 10, under probation of version 1. */
function onProbation(change = {}) {
  const life = loopLife(loopConfig({ probationWindows: 2, ...change }))
  life.matured(10, [BAD])
  life.ended(trained(2))
  return life
}

describe('probation', () => {
  test('scores the predecessor on the next two windows before anything is decided, and then no more', () => {
    const life = onProbation()
    for (const window of [11, 12]) {
      const { effects, decisions } = life.matured(window, [FINE])
      expect(effects).toEqual([{ kind: 'compare', purpose: 'probation', window, versions: [1] }])
      expect(decisions).toEqual([])
      life.compared('probation', window, versus(1, -0.1))
    }
    expect(life.state.probation).toBeNull()
    expect(life.matured(13, [FINE]).effects).toEqual([])
    expect(life.kinds()).toEqual(['retrain', 'promote', 'keep', 'keep', 'keep'])
  })

  test('returns to a predecessor that is clearly better, and decides nothing else on that window', () => {
    const life = onProbation()
    life.matured(11, [BAD])
    const { effects, decisions } = life.compared('probation', 11, versus(1, 0.2))
    expect(effects).toEqual([{ kind: 'serve', version: 1, window: 11, reason: 'returned' }])
    expect(decisions).toHaveLength(1)
    expect(decisions[0]).toMatchObject({ kind: 'return', version: 1, live: 2 })
    expect(decisions[0]?.because[0]).toMatchObject({ by: 'probation', value: 0.2, rows: 100 })
    // The least that is clear on these rows: a sum of 1.64 √(20 + 1).
    expect(decisions[0]?.because[0]?.limit).toBeCloseTo((1.64 * Math.sqrt(21)) / 100, 12)
    expect(life.state).toMatchObject({ live: { version: 1, since: 11 }, retired: [2], probation: null })
  })

  test('adds up what it sees: 3 rows of 100 saved are not enough, twice 3 of 100 are', () => {
    // Σδ > 1.64 √(Σδ² + 1): 3 > 1.64 √4 = 3.28 fails, 6 > 1.64 √7 = 4.34 holds.
    const life = onProbation()
    life.matured(11, [FINE])
    life.compared('probation', 11, versus(1, 0.03))
    expect(life.state.probation).toEqual({ predecessor: 1, windowsLeft: 1, sum: 3, sumSquares: 3, rows: 100 })
    life.matured(12, [FINE])
    life.compared('probation', 12, versus(1, 0.03))
    expect(life.kinds().slice(-2)).toEqual(['keep', 'return'])
    expect(life.decisions.at(-1)?.because[0]).toMatchObject({ value: 0.03, rows: 200 })
  })

  test('no longer returns once its windows are over', () => {
    const life = onProbation({ reusePool: 0 })
    for (const window of [11, 12]) {
      life.matured(window, [FINE])
      life.compared('probation', window, versus(1, 0))
    }
    expect(life.matured(13, [FINE]).effects).toEqual([])
    expect(() => life.compared('probation', 13, versus(1, 0.9))).toThrow('nobody asked')
    expect(life.state.live.version).toBe(2)
  })

  test('a window that breaks the contract is not one of its windows', () => {
    const life = onProbation()
    expect(life.matured(11, [FINE], [BREACH]).effects).toEqual([])
    expect(life.state.probation?.windowsLeft).toBe(2)
  })

  test('decides on the same evidence when the predecessor is no better, and may ask for the retired as well', () => {
    const life = onProbation()
    life.matured(11, [BAD])
    const { effects } = life.compared('probation', 11, versus(1, -0.1))
    expect(effects).toEqual([{ kind: 'compare', purpose: 'reuse', window: 11, versions: [1] }])
    expect(life.compared('reuse', 11, versus(1, -0.1)).effects.map(({ kind }) => kind)).toEqual(['start-run'])
  })

  test('begins anew, with the new predecessor, when a training goes live meanwhile', () => {
    const life = onProbation({ reusePool: 0 })
    life.matured(11, [BAD])
    life.compared('probation', 11, versus(1, 0.01))
    life.ended(trained(3))
    expect(life.state.probation).toEqual({ predecessor: 2, windowsLeft: 2, sum: 0, sumSquares: 0, rows: 0 })
    expect(life.matured(12, [FINE]).effects).toEqual([
      { kind: 'compare', purpose: 'probation', window: 12, versions: [2] },
    ])
  })

  test('does not stand over a version that was reinstated', () => {
    const life = onProbation()
    life.matured(11, [BAD])
    life.compared('probation', 11, versus(1, 0.01))
    life.compared('reuse', 11, versus(1, 0.5))
    expect(life.state).toMatchObject({ live: { version: 1 }, probation: null })
  })

  test.each(['approve', 'advise'] as const)('a return waits for nobody in mode %s', (mode) => {
    const life = onProbation()
    life.configure(loopConfig({ probationWindows: 2, mode }))
    life.matured(11, [FINE])
    expect(life.compared('probation', 11, versus(1, 0.2)).effects).toEqual([
      { kind: 'serve', version: 1, window: 11, reason: 'returned' },
    ])
  })

  test('in mode observe a return is only written down', () => {
    const life = onProbation()
    life.configure(loopConfig({ probationWindows: 2, mode: 'observe' }))
    life.matured(11, [FINE])
    expect(life.compared('probation', 11, versus(1, 0.2)).effects).toEqual([])
    expect(life.kinds().slice(-2)).toEqual(['return', 'keep'])
    expect(life.state.live.version).toBe(2)
  })
})
