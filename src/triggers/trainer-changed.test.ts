import { expect, test } from 'vitest'
import { triggerContext } from '../../test/support/trigger-context.ts'
import { trainerChangedTrigger } from './trainer-changed.ts'

function decide(now: string | null, live: string | null, atLastTraining: string | null) {
  const blank = triggerContext()
  const context = triggerContext({ trainer: { now, atLastTraining }, live: { ...blank.live, trainer: live } })
  return trainerChangedTrigger.decide(context, { trigger: 'trainer-changed' })
}

test('fires when the trainer is not the one of the live version, and names both', () => {
  const decision = decide('v2', 'v1', 'v1')
  expect(decision).toMatchObject({ kind: 'retrain', because: [{ text: 'the trainer changed from v1 to v2' }] })
  expect(decision).not.toHaveProperty('isHard')
})

test('an unchanged trainer waits', () => {
  expect(decide('v1', 'v1', 'v1').kind).toBe('wait')
})

test('a change that was tried and refused is not tried again; the next change is', () => {
  expect(decide('v2', 'v1', 'v2')).toMatchObject({ kind: 'wait', because: [{ text: expect.stringContaining('try') }] })
  expect(decide('v3', 'v1', 'v2').kind).toBe('retrain')
})

test('a change back to what made the live version is no change', () => {
  expect(decide('v1', 'v1', 'v2').kind).toBe('wait')
})

test.each([
  [null, 'v1'],
  ['v1', null],
  [null, null],
])('what nobody knows is undecided, never a change: now %s, live %s', (now, live) => {
  expect(decide(now, live, 'v0')).toMatchObject({ kind: 'undecided', missing: ['origin'] })
})
