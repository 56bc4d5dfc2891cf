import { describe, expect, test } from 'vitest'
import { BAD, type LoopLife, loopConfig, loopLife, ROWS, trained, triggersOf } from '../../test/support/loop-life.ts'

const V1 = 'forest v1'
const first = { learned: { rows: 900, toWindow: 9, cutOffAt: 9000 }, trainer: V1, labelledRows: 1200 }
const learned = (toWindow: number) => ({ rows: 100 * toWindow, toWindow, cutOffAt: 1000 * toWindow })
const originIn = (life: LoopLife, version: number) => life.state.origins.find((o) => o.version === version)

describe('where a version comes from', () => {
  test('is remembered from its run: rows, newest window, time, and the trainer as it was when it started', () => {
    const life = loopLife(loopConfig({ trainer: V1, reusePool: 0 }), first)
    life.matured(10, [BAD])
    life.configure(loopConfig({ trainer: 'forest v2', reusePool: 0 }))
    life.ended(trained(2), learned(10))
    expect(originIn(life, 2)).toEqual({ version: 2, ...learned(10), trainer: V1 })
    expect(originIn(life, 1)).toEqual({ version: 1, ...first.learned, trainer: V1 })
  })

  test('is taken from the plan where the run cannot say: nothing newer than what it held out', () => {
    const triggers = triggersOf({ trigger: 'schedule', everyWindows: 1 })
    const life = loopLife(loopConfig({ triggers, deploy: 'gated', holdOutWindows: 3 }))
    life.matured(10, [])
    life.ended(trained(2, 'pass'))
    expect(originIn(life, 2)).toEqual({ version: 2, rows: null, toWindow: 7, cutOffAt: null, trainer: null })
  })

  test('is forgotten of versions that were refused, and kept of the retired and the proposed', () => {
    const triggers = triggersOf({ trigger: 'schedule', everyWindows: 1 })
    const life = loopLife(loopConfig({ triggers, deploy: 'gated', holdOutWindows: 1, mode: 'approve' }))
    const train = (window: number, version: number, outcome: 'pass' | 'fail') => {
      life.matured(window, [])
      life.ended(trained(version, outcome), learned(window))
    }
    train(10, 2, 'fail')
    train(11, 3, 'pass')
    train(12, 4, 'fail')
    expect(life.state.origins.map(({ version }) => version)).toEqual([4, 3, 1])
    life.say('approve')
    train(13, 5, 'fail')
    expect(life.state).toMatchObject({ live: { version: 3 }, retired: [1] })
    expect(life.state.origins.map(({ version }) => version)).toEqual([5, 3, 1])
  })
})

describe('what triggers are told', () => {
  test('labelled rows count from the last training, whatever became of it', () => {
    const triggers = triggersOf({ trigger: 'new-labels', rows: 2 * ROWS })
    const life = loopLife(loopConfig({ triggers }), first)
    for (const window of [10, 11, 12, 13]) {
      life.matured(window, [])
      if (life.state.run !== null) life.ended({ kind: 'failed', why: 'the loss is NaN' })
    }
    expect(life.kinds()).toEqual(['keep', 'retrain', 'run-failed', 'keep', 'retrain', 'run-failed'])
    expect(life.state.labelledRows).toBe(1200 + 4 * ROWS)
  })

  test('a share is one of the rows of the version that is live', () => {
    const triggers = triggersOf({ trigger: 'new-labels', share: 1 })
    const life = loopLife(loopConfig({ triggers }), first)
    life.matured(10, [])
    life.matured(11, [])
    expect(life.kinds()).toEqual(['keep', 'retrain'])
    // 100 · 11 rows: three windows of 500.
    life.ended(trained(2), learned(11))
    for (const window of [12, 13, 14]) life.matured(window, [])
    expect(life.kinds().slice(3)).toEqual(['keep', 'keep', 'retrain'])
  })

  test('the age of a version that comes back is its own', () => {
    const triggers = triggersOf({ trigger: 'avoidable-loss' }, { trigger: 'model-age', olderThanWindows: 3 })
    const life = loopLife(loopConfig({ triggers }), first)
    life.matured(10, [BAD])
    life.ended(trained(2), learned(10))
    life.matured(11, [BAD])
    life.compared('reuse', 11, { version: 1, rows: 100, sum: 50, sumSquares: 50 })
    expect(life.state.live.version).toBe(1)
    life.matured(12, [])
    expect(life.decisions.at(-1)).toMatchObject({ kind: 'retrain', because: [{ by: 'model-age', value: 3 }] })
  })

  test('a changed trainer is tried once for each change', () => {
    const triggers = triggersOf({ trigger: 'trainer-changed' })
    const configured = (trainer: string) => loopConfig({ triggers, trainer, deploy: 'gated', holdOutWindows: 1 })
    const life = loopLife(configured(V1), first)
    life.matured(10, [])
    life.configure(configured('forest v2'))
    life.matured(11, [])
    life.ended(trained(2, 'fail'), learned(10))
    life.matured(12, [])
    life.configure(configured('forest v3'))
    life.matured(13, [])
    life.ended(trained(3, 'pass'), learned(12))
    life.matured(14, [])
    expect(life.kinds()).toEqual(['keep', 'retrain', 'reject', 'keep', 'retrain', 'promote', 'keep'])
  })
})
