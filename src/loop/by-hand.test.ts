import { describe, expect, test } from 'vitest'
import { BAD, FINE, loopConfig, loopLife, trained } from '../../test/support/loop-life.ts'
import { MODES } from './config.ts'

const GATED = { deploy: 'gated', holdOutWindows: 2 } as const
const BREAKER = { maxRejections: 1, maxTrainings: 9, perWindows: 9, coolOffWindows: 9 }

describe('a person who asks for a training', () => {
  test.each(MODES)('gets it at once in mode %s, whatever the triggers say', (mode) => {
    const life = loopLife(loopConfig({ mode, triggers: [] }))
    life.matured(10, [])
    const { effects, decisions } = life.askFor()
    expect(effects).toMatchObject([{ kind: 'start-run', run: 1, plan: { toWindow: 10 } }])
    expect(decisions).toMatchObject([
      { kind: 'retrain', because: [{ by: 'by-hand', text: 'ada asks for it: because I looked' }] },
    ])
    expect(life.state).toMatchObject({ run: { run: 1 }, nextRun: 2, trainings: [{ window: 10 }] })
  })

  test('approves the training, not what comes of it', () => {
    const life = loopLife(loopConfig({ mode: 'approve', triggers: [], ...GATED }))
    life.matured(10, [])
    life.askFor()
    expect(life.state.run?.plan.holdOutWindows).toBe(2)
    expect(life.ended(trained(2, 'pass')).effects).toMatchObject([{ kind: 'propose' }])
    expect(life.state.live.version).toBe(1)
  })

  test('is not held up by the cooldown', () => {
    const life = loopLife(loopConfig({ cooldownWindows: 50, cooldown: '50d', reusePool: 0 }))
    life.matured(10, [BAD])
    life.ended(trained(2))
    life.matured(11, [BAD])
    expect(life.kinds().at(-1)).toBe('blocked')
    expect(life.askFor().effects).toMatchObject([{ kind: 'start-run', run: 2 }])
  })

  test('waits for the run that is active, and for the least labelled rows, whatever is passed over', () => {
    const life = loopLife(loopConfig({ minLabelledRows: 600, triggers: [] }))
    life.matured(10, [])
    expect(life.askFor('budget', 'breaker').decisions).toMatchObject([
      { kind: 'blocked', because: [{ by: 'min-labelled-rows' }, { by: 'by-hand' }] },
    ])
    life.matured(11, [])
    life.askFor()
    expect(life.askFor('budget', 'breaker').decisions).toMatchObject([
      { kind: 'blocked', because: [{ by: 'one-run' }, { by: 'by-hand' }] },
    ])
    expect(life.effects).toHaveLength(1)
  })

  test('is held up by the budget, unless it is named', () => {
    const life = loopLife(loopConfig({ budget: { trainings: 1, perWindows: 9 }, triggers: [] }))
    life.matured(10, [])
    life.askFor()
    life.ended(trained(2))
    expect(life.askFor('breaker').decisions).toMatchObject([{ kind: 'blocked', because: [{ by: 'budget' }, {}] }])
    expect(life.askFor('budget').decisions).toMatchObject([{ kind: 'retrain' }])
    expect(life.state.trainings).toHaveLength(2)
  })

  test('is held up by an open breaker, unless it is named, and does not close it', () => {
    const life = loopLife(loopConfig({ breaker: BREAKER, triggers: [], ...GATED }))
    life.matured(10, [])
    life.askFor()
    life.ended(trained(2, 'fail'))
    expect(life.state.breaker.openedAt).toBe(10)
    expect(life.askFor('budget').decisions).toMatchObject([{ kind: 'blocked', because: [{ by: 'breaker' }, {}] }])
    expect(life.askFor('breaker').effects).toMatchObject([{ kind: 'start-run' }])
    expect(life.state.breaker.openedAt).toBe(10)
  })

  test('needs no answer to a training that is proposed: it is void, so that it does not start twice', () => {
    const life = loopLife(loopConfig({ mode: 'advise' }))
    life.matured(10, [BAD])
    expect(life.state.proposal).not.toBeNull()
    life.askFor()
    expect(life.state.proposal).toBeNull()
    life.ended(trained(2))
    const { effects } = life.say('approve')
    expect(effects).toMatchObject([{ kind: 'serve', version: 2 }])
  })

  test('leaves a version that is proposed to be answered', () => {
    const life = loopLife(loopConfig({ mode: 'approve' }))
    life.matured(10, [BAD])
    life.ended(trained(2))
    life.askFor()
    expect(life.say('approve').effects).toMatchObject([{ kind: 'serve', version: 2 }])
  })

  test('may ask before the first window', () => {
    const life = loopLife(loopConfig({ triggers: [] }))
    expect(life.askFor().effects).toMatchObject([{ kind: 'start-run', plan: { toWindow: 9 } }])
    life.matured(10, [FINE])
    expect(life.state.run?.run).toBe(1)
  })
})
