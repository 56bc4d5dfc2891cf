import { describe, expect, test } from 'vitest'
import {
  accuracy,
  BAD,
  BORN,
  FINE,
  FLOOR,
  gap,
  loopConfig,
  loopLife,
  NO_GAP_YET,
  trained,
  triggersOf,
  versus,
} from '../../test/support/loop-life.ts'

describe('what a window leads to', () => {
  test('a champion that loses nothing avoidable is kept, and the record holds the evidence', () => {
    const life = loopLife(loopConfig())
    const { decisions, effects } = life.matured(10, [FINE])
    expect(effects).toEqual([])
    expect(decisions).toEqual([
      expect.objectContaining({ seq: 1, kind: 'keep', window: 10, live: 1, version: null, evidence: [FINE] }),
    ])
    expect(decisions[0]?.because[0]?.text).toContain('loses nothing')
  })

  test('a policy without triggers keeps the champion', () => {
    const life = loopLife(loopConfig({ triggers: [] }))
    life.matured(10, [])
    expect(life.kinds()).toEqual(['keep'])
  })

  test('when no trigger can tell, the record says undecided, never keep', () => {
    const life = loopLife(loopConfig({ triggers: triggersOf({ trigger: 'avoidable-loss' }, FLOOR) }))
    life.matured(10, [NO_GAP_YET])
    expect(life.kinds()).toEqual(['undecided'])
  })

  test('one trigger that looked and found nothing is enough for keep', () => {
    const life = loopLife(loopConfig({ triggers: triggersOf({ trigger: 'avoidable-loss' }, FLOOR) }))
    life.matured(10, [NO_GAP_YET, accuracy(0.9)])
    expect(life.kinds()).toEqual(['keep'])
  })

  test('evidence of the closed window is read when labels mature, and stands in the record', () => {
    const drifted = { kind: 'distance', detector: 'psi', subject: 'x', rows: 500, value: 1 } as const
    const life = loopLife(loopConfig({ triggers: triggersOf({ trigger: 'psi-drift' }) }))
    life.closed(10, [{ ...drifted, unit: 'nats', threshold: 0.2, alarm: true }])
    const { decisions } = life.matured(10, [])
    expect(decisions.map(({ kind }) => kind)).toEqual(['retrain'])
    expect(decisions[0]?.evidence).toHaveLength(1)
  })
})

describe('a training', () => {
  test('is asked for with all labels so far, marks its run, and its version serves when it ends', () => {
    const life = loopLife(loopConfig())
    expect(life.matured(10, [BAD]).effects).toEqual([
      {
        kind: 'start-run',
        run: 1,
        plan: { data: { strategy: 'rolling' }, toWindow: 10, holdOutWindows: 0, changeWindow: null, exclude: [] },
      },
    ])
    expect(life.state.run?.run).toBe(1)
    expect(life.ended(trained(2)).effects).toEqual([{ kind: 'serve', version: 2, window: 10, reason: 'promoted' }])
    expect(life.state).toMatchObject({ run: null, retired: [1], live: { version: 2, since: 10, waits: 0 } })
    expect(life.kinds()).toEqual(['retrain', 'promote'])
  })

  test('takes the located change into its plan', () => {
    const change = { detector: 'change-point', subject: 'loss', rows: 900, value: 7, unit: 'window' } as const
    const interval = { low: 6, high: 8, level: 0.95 }
    const life = loopLife(loopConfig({ data: { strategy: 'since-change', minWindows: 2 } }))
    life.matured(10, [BAD, { kind: 'estimate', ...change, interval }])
    expect(life.state.run?.plan).toMatchObject({ changeWindow: 7, data: { strategy: 'since-change' } })
  })

  test('a second one is blocked while the first is active', () => {
    const life = loopLife(loopConfig())
    life.matured(10, [BAD])
    const { decisions, effects } = life.matured(11, [BAD])
    expect(effects).toEqual([])
    expect(decisions[0]).toMatchObject({
      kind: 'blocked',
      because: [{ by: 'one-run', text: 'run 1 is still active' }, {}],
    })
    expect(life.state.run?.run).toBe(1)
  })

  test('the end of a run that is not active is our own bug', () => {
    const life = loopLife(loopConfig())
    life.matured(10, [BAD])
    expect(() => life.tell({ kind: 'run-ended', run: 7, result: trained(2) })).toThrow('not the active one')
  })
})

describe('retired versions', () => {
  /** Versions 2 … n were trained one window after the other: the latest retired is n − 1. */
  function lifeWithVersions(count: number, change = {}) {
    const life = loopLife(loopConfig(change))
    for (let version = 2; version <= count; version++) {
      const window = BORN + version - 1
      life.matured(window, [BAD])
      if (life.state.pending !== null) life.compared('reuse', window)
      life.ended(trained(version))
    }
    return life
  }

  test('are scored before a training, the latest retired first, as many as the pool allows', () => {
    const life = lifeWithVersions(6, { reusePool: 3 })
    const { effects, decisions } = life.matured(20, [BAD])
    expect(effects).toEqual([{ kind: 'compare', purpose: 'reuse', window: 20, versions: [5, 4, 3] }])
    expect(decisions).toEqual([])
  })

  test('the one that is right for today is reinstated without a training, and leaves the retired list', () => {
    const life = lifeWithVersions(4)
    expect(life.state.retired).toEqual([3, 2, 1])
    life.matured(20, [BAD])
    const { effects, decisions } = life.compared('reuse', 20, versus(3, 0.1), versus(2, 0.3), versus(1, -0.2))
    expect(effects).toEqual([{ kind: 'serve', version: 2, window: 20, reason: 'reinstated' }])
    expect(decisions).toEqual([expect.objectContaining({ kind: 'reinstate', version: 2, live: 4, evidence: [BAD] })])
    expect(life.state).toMatchObject({ retired: [4, 3, 1], run: null, pending: null, live: { version: 2, since: 20 } })
  })

  test('where none of them is clearly better, a training starts on the same evidence', () => {
    const life = lifeWithVersions(3)
    life.matured(20, [BAD])
    const { effects, decisions } = life.compared('reuse', 20, versus(2, 0.01), versus(1, -0.2))
    expect(effects.map(({ kind }) => kind)).toEqual(['start-run'])
    expect(decisions).toEqual([expect.objectContaining({ kind: 'retrain', window: 20, evidence: [BAD] })])
  })

  test('a hint that does not pay for a training asks them, and then keeps', () => {
    const life = lifeWithVersions(2)
    expect(life.matured(20, [gap(0.0095, 0.009, 0.0095)]).effects.map(({ kind }) => kind)).toEqual(['compare'])
    life.compared('reuse', 20, versus(1, -0.1))
    expect(life.kinds().at(-1)).toBe('keep')
  })

  test('with none retired, or with a pool of none, nobody is asked', () => {
    expect(
      loopLife(loopConfig())
        .matured(10, [BAD])
        .effects.map(({ kind }) => kind),
    ).toEqual(['start-run'])
    const life = lifeWithVersions(3, { reusePool: 0 })
    expect(life.matured(20, [BAD]).effects.map(({ kind }) => kind)).toEqual(['start-run'])
  })

  test('an answer that nobody asked for is our own bug', () => {
    const life = lifeWithVersions(2)
    expect(() => life.compared('reuse', 11, versus(1, 1))).toThrow('nobody asked')
    life.matured(20, [BAD])
    expect(() => life.compared('reuse', 19, versus(1, 1))).toThrow('nobody asked')
    expect(() => life.compared('probation', 20, versus(1, 1))).toThrow('nobody asked')
    expect(() => life.matured(21, [BAD])).toThrow('still being decided')
  })
})

describe('a training that is put off', () => {
  const GROWING = gap(0.2, 0.2, 0.05)

  test('is put off at most twice for each live version', () => {
    const life = loopLife(loopConfig())
    for (const window of [10, 11, 12]) life.matured(window, [GROWING])
    expect(life.kinds()).toEqual(['postpone', 'postpone', 'retrain'])
    expect(life.state.live.waits).toBe(2)
  })

  test('counts anew for the next live version', () => {
    const life = loopLife(loopConfig({ reusePool: 0 }))
    for (const window of [10, 11, 12]) life.matured(window, [GROWING])
    life.ended(trained(2))
    expect(life.state.live).toEqual({ version: 2, since: 12, waits: 0 })
    life.matured(13, [GROWING])
    expect(life.kinds().at(-1)).toBe('postpone')
    expect(life.state.live.waits).toBe(1)
  })

  test('keeps its count when the gap rests in between', () => {
    const life = loopLife(loopConfig())
    for (const [window, seen] of [GROWING, FINE, GROWING, GROWING].entries()) life.matured(10 + window, [seen])
    expect(life.kinds()).toEqual(['postpone', 'keep', 'postpone', 'retrain'])
  })
})

test('a window that matured before is our own bug', () => {
  const life = loopLife(loopConfig())
  life.matured(10, [FINE])
  expect(() => life.matured(10, [FINE])).toThrow('window 10 matured after window 10')
})
