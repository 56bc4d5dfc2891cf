import { describe, expect, test } from 'vitest'
import { accuracy, BAD, FLOOR, loopConfig, loopLife, trained, triggersOf } from '../../test/support/loop-life.ts'
import { OUTCOMES } from '../base/verdict.ts'

const GATED = loopConfig({ triggers: triggersOf(FLOOR), deploy: 'gated', holdOutWindows: 2 })

function judgedRun() {
  const life = loopLife(GATED)
  life.matured(10, [accuracy(0.5)])
  return life
}

describe('a version that was judged on held-out windows', () => {
  test('is trained with the newest windows held out', () => {
    expect(judgedRun().state.run?.plan).toMatchObject({ toWindow: 10, holdOutWindows: 2 })
  })

  test('is promoted when every gate passed, with the verdicts in the record', () => {
    const life = judgedRun()
    const { decisions, effects } = life.ended(trained(2, 'pass', 'pass'))
    expect(effects).toEqual([{ kind: 'serve', version: 2, window: 10, reason: 'promoted' }])
    expect(decisions[0]).toMatchObject({ kind: 'promote', version: 2, live: 1 })
    expect(decisions[0]?.verdicts).toHaveLength(2)
    expect(decisions[0]?.because).toEqual([{ by: 'gates', text: 'every gate passed' }])
  })

  test.each(OUTCOMES.filter((outcome) => outcome !== 'pass' && outcome !== 'skipped'))(
    'is not promoted when one gate of three says %s',
    (outcome) => {
      const life = judgedRun()
      const { decisions, effects } = life.ended(trained(2, 'pass', outcome, 'pass'))
      expect(effects).toEqual([])
      expect(decisions).toHaveLength(1)
      expect(decisions[0]).toMatchObject({ kind: 'reject', version: 2 })
      expect(decisions[0]?.because).toEqual([
        { by: 'paired-blocks', text: `paired-blocks says ${outcome}`, rows: 400, value: 0.01, limit: 0 },
      ])
      expect(life.state.live.version).toBe(1)
      expect(life.state.retired).toEqual([])
    },
  )

  test('is not promoted when no gate said anything: silence is never a pass', () => {
    const life = judgedRun()
    const { decisions, effects } = life.ended(trained(2))
    expect(effects).toEqual([])
    expect(decisions[0]).toMatchObject({ kind: 'reject', version: 2 })
    expect(decisions[0]?.because[0]?.text).toContain('silence is never a pass')
    expect(life.state).toMatchObject({ run: null, live: { version: 1 }, breaker: { rejectionsInARow: 1 } })
  })

  test('is promoted past a gate that does not apply, but not by such gates alone', () => {
    const life = judgedRun()
    expect(life.ended(trained(2, 'pass', 'skipped')).decisions[0]).toMatchObject({ kind: 'promote', version: 2 })
    const other = judgedRun()
    expect(other.ended(trained(2, 'skipped')).decisions[0]).toMatchObject({ kind: 'reject', version: 2 })
  })

  test('is recorded with what the run had to say of its data', () => {
    const life = judgedRun()
    const { decisions } = life.ended({ ...trained(2, 'pass'), notes: ['left out 3 windows'] } as ReturnType<
      typeof trained
    >)
    expect(decisions[0]?.because).toContainEqual({ by: 'pipeline', text: 'left out 3 windows' })
  })

  test('counts towards the breaker when it failed, not when nothing could be told', () => {
    const life = judgedRun()
    life.ended(trained(2, 'inconclusive', 'pass'))
    expect(life.state.breaker.rejectionsInARow).toBe(0)
    const other = judgedRun()
    other.ended(trained(2, 'inconclusive', 'fail'))
    expect(other.state.breaker.rejectionsInARow).toBe(1)
  })

  test('is judged also where the settings say at-once by the time its run ends', () => {
    const life = judgedRun()
    life.configure({ ...GATED, deploy: 'at-once', holdOutWindows: 0 })
    life.ended(trained(2, 'inconclusive'))
    expect(life.kinds().at(-1)).toBe('reject')
  })
})

describe('a version that nothing was held out for', () => {
  test('serves under probation, and the record says for how long', () => {
    const life = loopLife(loopConfig({ probationWindows: 2 }))
    life.matured(10, [BAD])
    life.ended(trained(2))
    expect(life.decisions.at(-1)?.because[0]?.text).toBe('it serves under probation for 2 windows')
    expect(life.state.probation).toEqual({ predecessor: 1, windowsLeft: 2, sum: 0, sumSquares: 0, rows: 0 })
  })

  test.each(['fail', 'error'] as const)('does not serve when a gate says %s', (outcome) => {
    const life = loopLife(loopConfig({ probationWindows: 2 }))
    life.matured(10, [BAD])
    life.ended(trained(2, 'pass', outcome))
    expect(life.kinds()).toEqual(['retrain', 'reject'])
    expect(life.state).toMatchObject({ probation: null, live: { version: 1 } })
  })

  test('holds out nothing where avoidable loss fired, alone or with another trigger, and the newest windows otherwise', () => {
    const triggers = triggersOf({ trigger: 'avoidable-loss' }, FLOOR)
    const heldOut = (...seen: Parameters<ReturnType<typeof loopLife>['matured']>[1]) => {
      const life = loopLife({ ...GATED, triggers })
      life.matured(10, seen)
      return life.state.run?.plan.holdOutWindows
    }
    expect(heldOut(BAD, accuracy(0.9))).toBe(0)
    expect(heldOut(BAD, accuracy(0.5))).toBe(0)
    expect(heldOut(accuracy(0.5))).toBe(2)
  })
})
