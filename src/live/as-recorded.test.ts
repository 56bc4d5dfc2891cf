import { expect, test } from 'vitest'
import { loopWalk } from '../../test/support/loop-walk.ts'
import { readLoopState } from '../loop/saved-state.ts'
import { startLoop } from '../loop/state.ts'
import { step } from '../loop/step.ts'
import { asRecorded } from './advance.ts'

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

test('a life that was saved and read back at every step decides what one decides that never was', () => {
  let decided = 0
  for (let seed = 1; seed <= 40; seed++) {
    const walk = loopWalk(seed)
    let kept = startLoop(1, 9, 9 * 86_400_000)
    let saved = throughJson(kept)
    for (let i = 0; i < 150; i++) {
      const observation = walk.next(kept)
      const fresh = step(kept, observation, walk.config)
      const again = step(readLoopState(throughJson(saved)), asRecorded(observation), walk.config)
      expect(throughJson(again)).toEqual(throughJson(fresh))
      kept = fresh.state
      saved = throughJson(again.state)
      decided += fresh.decisions.length
      walk.take(fresh.effects)
    }
  }
  expect(decided).toBeGreaterThan(1000)
})

test('what JSON cannot hold is heard as the record will hold it, not as it came', () => {
  const observation = asRecorded({
    kind: 'labels-matured',
    window: 10,
    now: null,
    evidence: [
      {
        kind: 'distance',
        detector: 'psi',
        subject: 'age',
        rows: 500,
        value: Number.POSITIVE_INFINITY,
        unit: 'nats',
        threshold: 0.2,
        alarm: true,
      },
    ],
    labelledRows: 500,
    breaches: [],
    stops: undefined as unknown as null,
  })
  expect(observation).toEqual(throughJson(observation))
  expect(observation).toMatchObject({ evidence: [{ value: null }] })
  expect('stops' in observation).toBe(false)
})
