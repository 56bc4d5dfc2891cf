import { describe, expect, test } from 'vitest'
import { BAD, FINE, loopConfig, loopLife, trained, triggersOf, versus } from '../../test/support/loop-life.ts'
import type { Evidence } from '../base/evidence.ts'

/** Live, runs take hours and people answer when they like: another version may go live while one is being compared. */
describe('an answer that comes after another version went live', () => {
  test('does not count for the probation of the newer version', () => {
    const life = loopLife(loopConfig({ probationWindows: 2, reusePool: 0 }))
    life.matured(10, [BAD])
    life.ended(trained(2))
    life.matured(11, [BAD])
    life.compared('probation', 11, versus(1, 0))
    life.matured(12, [FINE])
    // The run ends while version 1 is being scored beside version 2 on window 12.
    life.ended(trained(3))
    const { effects, decisions } = life.compared('probation', 12, versus(1, 0.5))
    expect(effects).toEqual([])
    expect(decisions).toEqual([expect.objectContaining({ kind: 'undecided', window: 12, live: 3 })])
    expect(decisions[0]?.because[0]?.text).toContain('version 3 went live')
    expect(life.state).toMatchObject({
      live: { version: 3 },
      pending: null,
      probation: { predecessor: 2, windowsLeft: 2, rows: 0 },
    })
  })

  test('does not reinstate a version that is live already', () => {
    const life = loopLife(loopConfig())
    life.matured(10, [BAD])
    life.ended(trained(2))
    life.configure(loopConfig({ mode: 'approve' }))
    life.matured(11, [BAD])
    life.compared('reuse', 11, versus(1, 0.3))
    life.matured(12, [BAD])
    life.say('approve')
    expect(life.state.live.version).toBe(1)
    expect(life.compared('reuse', 12, versus(1, 0.3)).effects).toEqual([])
    life.say('approve')
    expect(life.state).toMatchObject({ live: { version: 1 }, retired: [2] })
  })

  test('nothing is decided on the evidence of the version before', () => {
    const life = loopLife(loopConfig())
    life.matured(10, [BAD])
    life.ended(trained(2))
    life.matured(11, [BAD])
    life.compared('reuse', 11, versus(1, -1))
    life.matured(12, [BAD])
    life.ended(trained(3))
    life.compared('reuse', 12, versus(1, -1))
    expect(life.state).toMatchObject({ run: null, live: { version: 3 } })
    life.matured(13, [FINE])
    expect(life.kinds().slice(-2)).toEqual(['undecided', 'keep'])
  })
})

test('drift against the rows of the version before is not read for the version that followed it', () => {
  const about = { detector: 'psi', subject: 'age', rows: 500, unit: 'nats', threshold: 0.2 } as const
  const drifted: Evidence = { kind: 'distance', ...about, value: 1, alarm: true }
  const life = loopLife(loopConfig({ triggers: triggersOf({ trigger: 'psi-drift' }), labelDelayWindows: 1 }))
  life.closed(11, [drifted])
  life.matured(10, [])
  life.closed(12, [drifted])
  life.ended(trained(2))
  life.matured(11, [])
  expect(life.kinds()).toEqual(['retrain', 'promote', 'undecided'])
})
