import { describe, expect, test } from 'vitest'
import { BAD, BREACH, FINE, loopConfig, loopLife, triggersOf } from '../../test/support/loop-life.ts'
import type { Evidence } from '../base/evidence.ts'

const DRIFTED: Evidence = {
  kind: 'distance',
  detector: 'psi',
  subject: 'age',
  rows: 500,
  value: 1,
  unit: 'nats',
  threshold: 0.2,
  alarm: true,
}

describe('a window that breaks the data contract', () => {
  test('is written down with its breaches when it closes, and nothing is decided on its labels', () => {
    const life = loopLife(loopConfig())
    const closed = life.closed(10, [DRIFTED], [BREACH])
    expect(closed.decisions).toEqual([expect.objectContaining({ kind: 'quarantine', because: [BREACH] })])
    const { decisions, effects } = life.matured(10, [BAD])
    expect(effects).toEqual([])
    expect(decisions).toEqual([expect.objectContaining({ kind: 'blocked', window: 10 })])
    expect(decisions[0]?.because).toEqual([{ by: 'contract', text: 'window 10 breaks the data contract' }])
    expect(decisions[0]?.evidence).toContainEqual(BAD)
  })

  test('is named in its record by its own number, also while older labels are out', () => {
    const life = loopLife(loopConfig({ labelDelayWindows: 3, triggers: [] }))
    life.closed(13, [], [BREACH])
    life.matured(10, [BAD], [BREACH])
    life.matured(11, [BAD])
    expect(life.decisions.map(({ kind, window, aboutWindow }) => [kind, window, aboutWindow])).toEqual([
      ['quarantine', 9, 13],
      ['quarantine', 10, 10],
      ['blocked', 10, 10],
      ['keep', 11, null],
    ])
  })

  test('is written down when its labels break it, and nothing is decided on it', () => {
    const life = loopLife(loopConfig())
    life.matured(10, [BAD], [{ ...BREACH, by: 'label-noise' }])
    expect(life.kinds()).toEqual(['quarantine', 'blocked'])
    expect(life.effects).toEqual([])
  })

  test('is kept out of every training from then on, and the next window decides again', () => {
    const life = loopLife(loopConfig())
    life.closed(10, [], [BREACH])
    life.matured(10, [BAD])
    life.matured(11, [BAD], [BREACH])
    life.matured(12, [BAD])
    expect(life.kinds()).toEqual(['quarantine', 'blocked', 'quarantine', 'blocked', 'retrain'])
    expect(life.state.run?.plan).toMatchObject({ toWindow: 12, exclude: [10, 11] })
  })

  test('counts once when both its rows and its labels break it', () => {
    const life = loopLife(loopConfig())
    life.closed(10, [], [BREACH])
    life.matured(10, [BAD], [BREACH])
    expect(life.state.quarantined).toEqual([10])
    expect(life.kinds()).toEqual(['quarantine', 'quarantine', 'blocked'])
  })

  test('blocks also a training by age', () => {
    const life = loopLife(loopConfig({ triggers: triggersOf({ trigger: 'schedule', everyWindows: 1 }) }))
    life.matured(10, [], [BREACH])
    expect(life.kinds()).toEqual(['quarantine', 'blocked'])
  })

  test('is never decided on while its labels are out: the drift of its rows is not read for an older window', () => {
    const psi = loopConfig({ triggers: triggersOf({ trigger: 'psi-drift' }), labelDelayWindows: 2 })
    const life = loopLife(psi)
    life.closed(12, [DRIFTED], [BREACH])
    life.matured(10, [])
    expect(life.kinds()).toEqual(['quarantine', 'undecided'])
    life.closed(13, [{ ...DRIFTED, value: 0, alarm: false }])
    life.matured(11, [])
    expect(life.kinds().at(-1)).toBe('keep')
  })

  test('is remembered among the newest thousand', () => {
    const life = loopLife(loopConfig({ triggers: [] }))
    for (let window = 10; window < 1020; window++) life.matured(window, [FINE], [BREACH])
    expect(life.state.quarantined).toHaveLength(1000)
    expect(life.state.quarantined.at(0)).toBe(20)
  })
})
