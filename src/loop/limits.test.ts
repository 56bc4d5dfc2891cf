import { describe, expect, test } from 'vitest'
import { BAD, loopConfig, loopLife, ROWS, trained, triggersOf } from '../../test/support/loop-life.ts'
import type { LoopConfig } from './config.ts'

const HOUR = 3_600_000

/** A life of one window an hour, or of windows at the hours given; `null` = no time. Every training ends at once. */
function hourly(change: Partial<LoopConfig>, hours: readonly (number | null)[], evidence = [BAD]) {
  const life = loopLife(loopConfig({ reusePool: 0, ...change }))
  for (const [at, hour] of hours.entries()) {
    const now = hour === null ? null : hour * HOUR
    life.tell({ kind: 'labels-matured', window: 10 + at, now, evidence, labelledRows: ROWS, breaches: [] })
    if (life.state.run !== null) life.ended(trained(at + 2))
  }
  return life.decisions.filter(({ kind }) => kind === 'retrain' || kind === 'blocked')
}

const kindsOf = (records: readonly { kind: string }[]) => records.map(({ kind }) => kind)

describe('the least labelled rows', () => {
  test('hold up every training until they are known', () => {
    const records = hourly({ minLabelledRows: 2 * ROWS }, [1, 2, 3])
    expect(kindsOf(records)).toEqual(['blocked', 'retrain', 'retrain'])
    expect(records[0]?.because[0]).toMatchObject({ by: 'min-labelled-rows', value: ROWS, limit: 2 * ROWS })
  })

  test('hold up a hard trigger as well', () => {
    const triggers = triggersOf({ trigger: 'schedule', everyWindows: 1 })
    expect(kindsOf(hourly({ triggers, minLabelledRows: 3 * ROWS }, [1, 2, 3], []))).toEqual([
      'blocked',
      'blocked',
      'retrain',
    ])
  })

  test('those of the warm-up count', () => {
    const config = loopConfig({ minLabelledRows: 3 * ROWS })
    const life = loopLife(config, { labelledRows: 2 * ROWS })
    life.matured(10, [BAD])
    expect(life.kinds()).toEqual(['retrain'])
  })

  test('rows in quarantine do not', () => {
    const life = loopLife(loopConfig({ minLabelledRows: 2 * ROWS, reusePool: 0 }))
    life.closed(10, [], [{ by: 'null-spike', text: 'half of the rows have no age' }])
    for (const window of [10, 11, 12]) life.matured(window, [BAD])
    expect(life.kinds()).toEqual(['quarantine', 'blocked', 'blocked', 'retrain'])
    expect(life.state.labelledRows).toBe(2 * ROWS)
  })
})

describe('a cooldown by time', () => {
  test('holds up until the span has passed, to the millisecond', () => {
    expect(kindsOf(hourly({ cooldown: '12h' }, [0, 11.999, 12]))).toEqual(['retrain', 'blocked', 'retrain'])
  })

  test('and the one by windows both hold', () => {
    const both = { cooldown: '2h', cooldownWindows: 3 }
    expect(kindsOf(hourly(both, [0, 5, 6, 7]))).toEqual(['retrain', 'blocked', 'blocked', 'retrain'])
    expect(kindsOf(hourly(both, [0, 0.1, 0.2, 0.3, 2]))).toEqual([
      'retrain',
      'blocked',
      'blocked',
      'blocked',
      'retrain',
    ])
  })

  test('nothing cools down after the first version', () => {
    expect(kindsOf(hourly({ cooldown: '30d' }, [0]))).toEqual(['retrain'])
  })

  test('does not hold up a hard trigger', () => {
    const triggers = triggersOf({ trigger: 'schedule', everyWindows: 1 })
    expect(kindsOf(hourly({ triggers, cooldown: '30d' }, [0, 1], []))).toEqual(['retrain', 'retrain'])
  })

  test('that nobody can tell holds up', () => {
    const records = hourly({ cooldown: '1h' }, [null, null])
    expect(kindsOf(records)).toEqual(['retrain', 'blocked'])
    expect(records[1]?.because[0]?.text).toContain('nobody knows whether 1h have passed')
  })
})

describe('a budget by time', () => {
  test('is used up within its span, and there again when it has passed', () => {
    const records = hourly({ budget: { trainings: 2, per: '1d' } }, [0, 10, 20, 23.999, 24, 33, 34])
    expect(kindsOf(records)).toEqual(['retrain', 'retrain', 'blocked', 'blocked', 'retrain', 'blocked', 'retrain'])
    expect(records[2]?.because[0]).toMatchObject({ by: 'budget', value: 2, limit: 2 })
    expect(records[2]?.because[0]?.text).toContain('within 1d is used up')
  })

  test('remembers trainings that lie more windows back than the breaker looks', () => {
    const breaker = { maxRejections: 3, maxTrainings: 9, perWindows: 2, coolOffWindows: 1 }
    const hours = Array.from({ length: 9 }, (_, at) => at)
    const records = hourly({ breaker, budget: { trainings: 1, per: '8h' } }, hours)
    expect(kindsOf(records)).toEqual(['retrain', ...new Array(7).fill('blocked'), 'retrain'])
  })

  test('counts a training whose time nobody knows', () => {
    expect(kindsOf(hourly({ budget: { trainings: 1, per: '1h' } }, [null, 5, null]))).toEqual([
      'retrain',
      'blocked',
      'blocked',
    ])
  })

  test('holds up a hard trigger', () => {
    const triggers = triggersOf({ trigger: 'schedule', everyWindows: 1 })
    const budget = { trainings: 1, per: '1d' }
    expect(kindsOf(hourly({ triggers, budget }, [0, 1], []))).toEqual(['retrain', 'blocked'])
  })
})
