import { describe, expect, test } from 'vitest'
import { explainedLife } from '../../../test/support/explained-life.ts'
import { loopWalk } from '../../../test/support/loop-walk.ts'
import { DECISION_KINDS } from '../record.ts'
import { startLoop } from '../state.ts'
import { step } from '../step.ts'

describe('in any life', () => {
  const WALKS = 60
  const STEPS = 150

  test('every decision has an explanation without gaps, and every kind is met', () => {
    const met = new Set<string>()
    for (let seed = 1; seed <= WALKS; seed++) {
      const walk = loopWalk(seed)
      const told = explainedLife()
      let state = startLoop(1, 9, null)
      for (let i = 0; i < STEPS; i++) {
        const observation = walk.next(state)
        const result = step(state, observation, walk.config)
        told.heard(observation, walk.config, result.decisions)
        state = result.state
        walk.take(result.effects)
      }
      for (const one of told.all()) {
        met.add(one.kind)
        const text = JSON.stringify(one).replaceAll('the loss is NaN', '')
        expect(text).not.toMatch(/undefined|NaN|\[object| null/)
        expect(one.headline).toMatch(/^[A-Z].*\.$/)
        expect(one.wouldChange.length + one.ruledOut.length).toBeGreaterThan(0)
        for (const line of one.evidence) expect(line.rows).toBeGreaterThanOrEqual(0)
        for (const { value, interval, verdict } of one.evidence)
          expect([value === null, interval === null || value !== null]).toEqual([verdict === 'insufficient', true])
        for (const { by, value, unit, rows } of one.why)
          if (value !== null && rows === null) expect(`${by} ${unit}`).toMatch(/windows|trainings|rows|features/)
        for (const { sentence, value, rows } of one.wouldChange)
          if (value !== null && rows === null) expect(sentence).toMatch(/window|training|rows|schedule|model-age/)
      }
    }
    // A walk has nobody who notes, cancels or rolls back, and its runs are refused for nothing but corrupted data.
    const expected = DECISION_KINDS.filter((kind) => !['noted', 'run-cancelled', 'roll-back'].includes(kind))
    expect([...met].sort()).toEqual([...expected].sort())
  })
})
