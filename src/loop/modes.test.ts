import { describe, expect, test } from 'vitest'
import { BAD, FINE, loopConfig, loopLife, trained, triggersOf, versus } from '../../test/support/loop-life.ts'
import type { Mode } from './config.ts'

const inMode = (mode: Mode, change = {}) => loopConfig({ mode, ...change })
const kindsOf = (effects: readonly { kind: string }[]) => effects.map(({ kind }) => kind)

describe('mode observe', () => {
  test('decides and explains, touches nothing', () => {
    const life = loopLife(inMode('observe'))
    life.matured(10, [BAD])
    life.matured(11, [BAD])
    expect(life.kinds()).toEqual(['retrain', 'retrain'])
    expect(life.effects).toEqual([])
    expect(life.state).toMatchObject({ run: null, proposal: null, trainings: [] })
    expect(life.say('approve').effects).toEqual([])
  })
})

describe('mode auto', () => {
  test('asks nobody', () => {
    const life = loopLife(inMode('auto'))
    life.matured(10, [BAD])
    life.ended(trained(2))
    expect(kindsOf(life.effects)).toEqual(['start-run', 'serve'])
    expect(life.state.proposal).toBeNull()
  })
})

describe('mode advise', () => {
  test('proposes a training with its record, and starts it when it is approved', () => {
    const life = loopLife(inMode('advise'))
    const { effects, decisions } = life.matured(10, [BAD])
    expect(effects).toEqual([{ kind: 'propose', record: decisions[0] }])
    expect(decisions[0]?.kind).toBe('retrain')
    expect(life.state).toMatchObject({ run: null, trainings: [] })

    expect(life.say('approve').effects).toEqual([expect.objectContaining({ kind: 'start-run', run: 1 })])
    expect(life.state).toMatchObject({ proposal: null, run: { run: 1 }, trainings: [{ window: 10 }] })
  })

  test('proposes what goes live as well', () => {
    const life = loopLife(inMode('advise'))
    life.matured(10, [BAD])
    life.say('approve')
    const { effects, decisions } = life.ended(trained(2))
    expect(effects).toEqual([{ kind: 'propose', record: decisions[0] }])
    expect(life.state.live.version).toBe(1)
    expect(life.say('approve').effects).toEqual([{ kind: 'serve', version: 2, window: 10, reason: 'promoted' }])
    expect(life.state).toMatchObject({ live: { version: 2 }, retired: [1], proposal: null })
  })

  test('a person who agrees is not held up by the cooldown', () => {
    const triggers = triggersOf({ trigger: 'schedule', everyWindows: 1 })
    const life = loopLife({ ...inMode('advise'), triggers, cooldownWindows: 5 })
    life.matured(10, [])
    life.say('approve')
    life.ended(trained(2))
    life.say('approve')
    life.matured(11, [])
    expect(life.say('approve').effects).toEqual([expect.objectContaining({ kind: 'start-run', run: 2 })])
  })

  test('a proposal that is declined leaves a record with the person, and does nothing', () => {
    const life = loopLife(inMode('advise'))
    life.matured(10, [BAD])
    const { effects, decisions } = life.say('reject')
    expect(effects).toEqual([])
    expect(decisions).toEqual([
      expect.objectContaining({ kind: 'declined', because: [{ by: 'ada', text: 'because I looked' }] }),
    ])
    expect(life.state).toMatchObject({ proposal: null, run: null })
    expect(life.say('approve').effects).toEqual([])
  })

  test('a newer proposal takes the place of the older one', () => {
    const life = loopLife(inMode('advise'))
    life.matured(10, [BAD])
    life.matured(11, [BAD])
    expect(life.say('approve').effects).toEqual([
      expect.objectContaining({ kind: 'start-run', run: 2, plan: expect.objectContaining({ toWindow: 11 }) }),
    ])
    expect(life.say('approve').effects).toEqual([])
  })

  test('an answer without a proposal changes nothing', () => {
    const life = loopLife(inMode('advise'))
    const before = life.state
    expect([...life.say('approve').decisions, ...life.say('reject').decisions]).toEqual([])
    expect(life.state).toEqual(before)
  })
})

describe('mode approve', () => {
  test('trains alone and asks before a version goes live', () => {
    const life = loopLife(inMode('approve'))
    expect(kindsOf(life.matured(10, [BAD]).effects)).toEqual(['start-run'])
    expect(kindsOf(life.ended(trained(2)).effects)).toEqual(['propose'])
    expect(life.state.live.version).toBe(1)
    expect(kindsOf(life.say('approve').effects)).toEqual(['serve'])
  })

  test('asks before a version is reinstated', () => {
    const life = loopLife(inMode('auto'))
    life.matured(10, [BAD])
    life.ended(trained(2))
    life.configure(inMode('approve'))
    life.matured(11, [BAD])
    const { effects, decisions } = life.compared('reuse', 11, versus(1, 0.3))
    expect(kindsOf(effects)).toEqual(['propose'])
    expect(decisions[0]).toMatchObject({ kind: 'reinstate', version: 1 })
    expect(life.say('approve').effects).toEqual([{ kind: 'serve', version: 1, window: 11, reason: 'reinstated' }])
    expect(life.state).toMatchObject({ live: { version: 1 }, retired: [2] })
  })

  test('a version approved late lives from when it goes live, not from when it was proposed', () => {
    const life = loopLife(inMode('approve', { reusePool: 0, probationWindows: 2, cooldownWindows: 100 }))
    life.matured(10, [BAD])
    life.ended(trained(2))
    life.say('approve')
    expect(life.state.live.since).toBe(10)
    life.configure(inMode('approve', { reusePool: 0 }))
    life.matured(12, [BAD])
    life.compared('probation', 12, versus(1, 0))
    life.ended(trained(3))
    for (const window of [13, 14, 15]) {
      life.matured(window, [FINE])
      if (life.state.pending !== null) life.compared('probation', window, versus(1, 0))
    }
    life.say('approve')
    // Version 2 served windows 11 … 15, and version 3 has served none yet.
    expect(life.state.lives).toEqual({ count: 1, sum: 5 })
    expect(life.state.live).toEqual({ version: 3, since: 15, waits: 0 })
  })
})

describe('a proposal that time has passed over', () => {
  test('is void once another version went live: a return is not undone, and nobody is retired while live', () => {
    const life = loopLife(inMode('auto', { probationWindows: 2 }))
    life.matured(10, [BAD])
    life.ended(trained(2))
    life.configure(inMode('approve', { probationWindows: 2 }))
    life.matured(11, [BAD])
    life.compared('probation', 11, versus(1, 0.01))
    life.compared('reuse', 11, versus(1, 0.1))
    expect(life.state.proposal).not.toBeNull()
    life.matured(12, [BAD])
    life.compared('probation', 12, versus(1, 0.3))
    expect(life.state).toMatchObject({ live: { version: 1 }, retired: [2] })
    expect(life.say('approve').effects).toEqual([])
    expect(life.state).toMatchObject({ live: { version: 1 }, retired: [2] })
  })

  test('does not start a second run beside one that started meanwhile', () => {
    const life = loopLife(inMode('advise'))
    life.matured(10, [BAD])
    life.configure(inMode('auto'))
    life.matured(11, [BAD])
    expect(life.state.run?.run).toBe(2)
    const { effects, decisions } = life.say('approve')
    expect(effects).toEqual([])
    expect(decisions[0]).toMatchObject({ kind: 'blocked', because: [{ by: 'one-run' }, { by: 'ada' }] })
    expect(life.state.run?.run).toBe(2)
  })
})
