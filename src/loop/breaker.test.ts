import { describe, expect, test } from 'vitest'
import { accuracy, BAD, FINE, FLOOR, loopConfig, loopLife, trained, triggersOf } from '../../test/support/loop-life.ts'
import { BreakerConfig, type LoopConfig } from './config.ts'

const BREAKER = BreakerConfig.parse({ coolOffWindows: 3 })
const WORSE = accuracy(0.5)

function guarded(change: Partial<LoopConfig> = {}): LoopConfig {
  return loopConfig({ reusePool: 0, breaker: BREAKER, ...change })
}

describe('what opens the breaker', () => {
  test('training data that the contract refuses', () => {
    const life = loopLife(guarded())
    life.matured(10, [BAD])
    life.ended({ kind: 'blocked', isCorrupted: true, breaches: ['2 of 3 windows break the data contract'] })
    expect(life.kinds()).toEqual(['retrain', 'data-refused', 'breaker-opened'])
    expect(life.decisions[1]?.because).toEqual([{ by: 'contract', text: '2 of 3 windows break the data contract' }])
    expect(life.state.breaker).toMatchObject({ openedAt: 10, because: 'the training data is corrupted' })
  })

  test('not a mere lack of windows to learn from or to judge on', () => {
    const life = loopLife(guarded())
    life.matured(10, [BAD])
    life.ended({ kind: 'blocked', isCorrupted: false, breaches: ['only 1 of 2 windows are fit to judge on'] })
    expect(life.kinds()).toEqual(['retrain', 'data-refused'])
    expect(life.state.breaker.openedAt).toBeNull()
  })

  test('a training that does not converge', () => {
    const life = loopLife(guarded())
    life.matured(10, [BAD])
    life.ended({ kind: 'failed', why: 'the loss is NaN' })
    expect(life.kinds()).toEqual(['retrain', 'run-failed', 'breaker-opened'])
    expect(life.decisions[1]?.because).toEqual([{ by: 'trainer', text: 'the loss is NaN' }])
    expect(life.state.breaker.because).toBe('a training did not converge')
  })

  test('rejections in a row, as many as are allowed', () => {
    const config = { triggers: triggersOf(FLOOR), deploy: 'gated', holdOutWindows: 2 } as const
    const life = loopLife(guarded(config))
    for (const window of [10, 11, 12]) {
      life.matured(window, [WORSE])
      life.ended(trained(window, 'fail'))
    }
    expect(life.kinds()).toEqual(['retrain', 'reject', 'retrain', 'reject', 'retrain', 'reject', 'breaker-opened'])
    expect(life.state.breaker).toMatchObject({ rejectionsInARow: 3, openedAt: 12 })
  })

  test('a promotion in between makes the rejections count anew', () => {
    const config = { triggers: triggersOf(FLOOR), deploy: 'gated', holdOutWindows: 2 } as const
    const life = loopLife(guarded(config))
    for (const [at, outcome] of (['fail', 'fail', 'pass', 'fail', 'fail'] as const).entries()) {
      life.matured(10 + at, [WORSE])
      life.ended(trained(2 + at, outcome))
    }
    expect(life.state.breaker).toMatchObject({ rejectionsInARow: 2, openedAt: null, because: null })
  })

  test('more trainings within a span than are allowed, and the one too many does not start', () => {
    const life = loopLife(guarded({ breaker: { ...BREAKER, maxTrainings: 2, perWindows: 4 } }))
    for (const window of [10, 11, 12]) {
      life.matured(window, [BAD])
      if (life.state.run !== null) life.ended(trained(window))
    }
    expect(life.kinds()).toEqual(['retrain', 'promote', 'retrain', 'promote', 'breaker-opened', 'blocked'])
    expect(life.effects.filter(({ kind }) => kind === 'start-run')).toHaveLength(2)
  })

  test('it does not open anew for the trainings that opened it, once it was closed', () => {
    const life = loopLife(guarded({ breaker: { ...BREAKER, maxTrainings: 2, perWindows: 40 } }))
    for (const window of [10, 11, 12]) {
      life.matured(window, [BAD])
      if (life.state.run !== null) life.ended(trained(window))
    }
    life.say('close-breaker')
    life.matured(13, [BAD])
    expect(life.kinds().slice(-2)).toEqual(['breaker-closed', 'retrain'])
  })

  test('a training that the cooldown stops anyway is not one too many', () => {
    const life = loopLife(guarded({ cooldownWindows: 30, breaker: { ...BREAKER, maxTrainings: 1, perWindows: 40 } }))
    life.matured(10, [BAD])
    life.ended(trained(2))
    life.matured(11, [BAD])
    expect(life.kinds().at(-1)).toBe('blocked')
    expect(life.state.breaker.openedAt).toBeNull()
  })

  test('trainings of long ago do not count', () => {
    const life = loopLife(guarded({ breaker: { ...BREAKER, maxTrainings: 2, perWindows: 4 } }))
    for (const window of [10, 12, 14, 16]) {
      life.matured(window, [BAD])
      life.ended(trained(window))
    }
    expect(life.state.breaker.openedAt).toBeNull()
    expect(life.state.trainings.map(({ window }) => window)).toEqual([14, 16])
  })

  test('nothing, where the policy has none', () => {
    const life = loopLife(guarded({ breaker: null }))
    life.matured(10, [BAD])
    life.ended({ kind: 'failed', why: 'the loss is NaN' })
    life.matured(11, [BAD])
    expect(life.kinds()).toEqual(['retrain', 'run-failed', 'retrain'])
  })
})

describe('an open breaker', () => {
  function opened() {
    const life = loopLife(guarded())
    life.matured(10, [BAD])
    life.ended({ kind: 'failed', why: 'the loss is NaN' })
    return life
  }

  test('blocks trainings and says why', () => {
    const life = opened()
    const { decisions, effects } = life.matured(11, [BAD])
    expect(effects).toEqual([])
    expect(decisions[0]).toMatchObject({ kind: 'blocked' })
    expect(decisions[0]?.because[0]).toEqual({
      by: 'breaker',
      text: 'the breaker is open: a training did not converge',
    })
    expect(decisions[0]?.because[1]?.by).toBe('avoidable-loss')
  })

  test('blocks a training by age as well', () => {
    const life = loopLife(guarded({ triggers: triggersOf({ trigger: 'schedule', everyWindows: 1 }) }))
    life.matured(10, [])
    life.ended({ kind: 'failed', why: 'the loss is NaN' })
    life.matured(11, [])
    expect(life.kinds().at(-1)).toBe('blocked')
  })

  test('closes by itself after its time, not one window earlier, and training goes on', () => {
    const life = opened()
    life.matured(11, [FINE])
    life.matured(12, [FINE])
    expect(life.state.breaker.openedAt).toBe(10)
    life.matured(13, [BAD])
    expect(life.kinds().slice(-2)).toEqual(['breaker-closed', 'retrain'])
    expect(life.state.breaker).toMatchObject({ rejectionsInARow: 0, openedAt: null, because: null })
  })

  test('closes when a person says so, and the record names the person', () => {
    const life = opened()
    const { decisions } = life.say('close-breaker')
    expect(decisions).toHaveLength(1)
    expect(decisions[0]).toMatchObject({
      kind: 'breaker-closed',
      because: [{ by: 'breaker', text: 'ada: because I looked' }],
    })
    life.matured(11, [BAD])
    expect(life.kinds().at(-1)).toBe('retrain')
    expect(life.say('close-breaker').decisions).toEqual([])
  })

  test('is opened once: a second cause changes nothing', () => {
    const life = loopLife(guarded({ breaker: { ...BREAKER, maxRejections: 1 } }))
    life.matured(10, [BAD])
    life.ended(trained(2, 'error'))
    expect(life.kinds()).toEqual(['retrain', 'reject', 'breaker-opened'])
    life.matured(11, [BAD])
    expect(life.kinds().slice(3)).toEqual(['blocked'])
    expect(life.state.breaker.openedAt).toBe(10)
  })
})

describe('the cooldown', () => {
  const daily = { trigger: 'schedule', everyWindows: 2 }

  test('holds back a training that is merely wanted, until its last window has passed', () => {
    const life = loopLife(loopConfig({ cooldownWindows: 3, reusePool: 0 }))
    for (const window of [10, 11, 12, 13]) {
      life.matured(window, [BAD])
      if (life.state.run !== null) life.ended(trained(window))
    }
    expect(life.kinds()).toEqual(['retrain', 'promote', 'blocked', 'blocked', 'retrain', 'promote'])
    expect(life.decisions[2]?.because[0]).toMatchObject({ by: 'cooldown', value: 1, limit: 3 })
  })

  test('does not hold back a training by age', () => {
    const life = loopLife(loopConfig({ cooldownWindows: 9, triggers: triggersOf(daily) }))
    for (const window of [10, 11, 12, 13]) {
      life.matured(window, [])
      if (life.state.run !== null) life.ended(trained(window))
    }
    expect(life.kinds().filter((kind) => kind === 'retrain')).toHaveLength(2)
    expect(life.kinds()).not.toContain('blocked')
  })

  test('does not run before the first training', () => {
    const life = loopLife(loopConfig({ cooldownWindows: 1000 }))
    life.matured(10, [BAD])
    expect(life.kinds()).toEqual(['retrain'])
  })
})

describe('the budget', () => {
  test('stops trainings until enough windows have passed, by age or not', () => {
    for (const triggers of [triggersOf({ trigger: 'schedule', everyWindows: 1 }), loopConfig().triggers]) {
      const life = loopLife(loopConfig({ triggers, reusePool: 0, budget: { trainings: 2, perWindows: 5 } }))
      const started: number[] = []
      for (let window = 10; window <= 20; window++) {
        life.matured(window, [BAD])
        if (life.state.run === null) continue
        started.push(window)
        life.ended(trained(window))
      }
      expect(started).toEqual([10, 11, 15, 16, 20])
    }
  })

  test('says how much of it is used', () => {
    const life = loopLife(loopConfig({ reusePool: 0, budget: { trainings: 1, perWindows: 5 } }))
    life.matured(10, [BAD])
    life.ended(trained(2))
    life.matured(11, [BAD])
    expect(life.decisions.at(-1)).toMatchObject({
      kind: 'blocked',
      because: [{ by: 'budget', value: 1, limit: 1 }, { by: 'avoidable-loss' }],
    })
  })
})
