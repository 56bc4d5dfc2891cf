import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { triggerContext } from '../../../test/support/trigger-context.ts'
import type { Decision } from '../../base/decision.ts'
import { vote } from './vote.ts'

const because = [{ by: 'x', text: 'as it is' }]
const YES: Decision = { kind: 'retrain', because: [{ by: 'yes', text: 'drifted' }] }
const HARD: Decision = { kind: 'retrain', isHard: true, because: [{ by: 'hard', text: 'due' }] }
const BACK: Decision = { kind: 'reinstate', version: 3, because: [{ by: 'back', text: 'season' }] }
const NO: Decision = { kind: 'wait', because: [{ by: 'no', text: 'quiet' }] }
const LATER: Decision = { kind: 'wait', isPostponed: true, because: [{ by: 'later', text: 'growing' }] }
const UNKNOWN: Decision = { kind: 'undecided', missing: ['rows'], because: [{ by: 'unknown', text: 'few rows' }] }
const ASKS: Decision = { kind: 'undecided', missing: ['retired-versions'], because }

const said = (count: number, ...answers: Decision[]) => vote(triggerContext({ comparisons: [] }), answers, count)
const all = (...answers: Decision[]) => said(answers.length, ...answers)
const any = (...answers: Decision[]) => said(1, ...answers)

describe('an undecided member', () => {
  test('is not a yes: nothing trains for want of a no', () => {
    expect(all(YES, UNKNOWN)).toMatchObject({ kind: 'undecided', missing: ['rows'] })
    expect(any(UNKNOWN, UNKNOWN).kind).toBe('undecided')
  })

  test('is not a no: where it could tip the scale the combination is undecided', () => {
    expect(any(NO, UNKNOWN)).toMatchObject({ kind: 'undecided', missing: ['rows'] })
    expect(said(2, YES, NO, UNKNOWN).kind).toBe('undecided')
  })

  test('does not matter where the others have spoken', () => {
    expect(any(YES, UNKNOWN).kind).toBe('retrain')
    expect(all(NO, UNKNOWN).kind).toBe('wait')
    expect(said(2, YES, YES, UNKNOWN).kind).toBe('retrain')
    expect(said(2, NO, NO, UNKNOWN).kind).toBe('wait')
  })

  test('says what is missing, once, and no other reason is lost', () => {
    const decision = all(YES, UNKNOWN, UNKNOWN)
    expect(decision).toMatchObject({ missing: ['rows'] })
    expect(decision.because.map(({ by }) => by)).toEqual(['yes', 'unknown', 'unknown'])
  })
})

describe('a reinstatement', () => {
  test('is a yes, and costs nothing: it goes before a training', () => {
    expect(any(YES, BACK)).toMatchObject({ kind: 'reinstate', version: 3 })
    expect(all(BACK, YES)).toMatchObject({ kind: 'reinstate', because: [{ by: 'back' }, { by: 'yes' }] })
    expect(all(BACK, BACK).kind).toBe('reinstate')
  })

  test('alone does not carry what others must agree to', () => {
    expect(all(BACK, NO).kind).toBe('wait')
    expect(all(BACK, UNKNOWN).kind).toBe('undecided')
  })
})

describe('a member that postpones', () => {
  test('postpones what it would have made a yes', () => {
    expect(all(YES, LATER)).toMatchObject({ kind: 'wait', isPostponed: true })
    expect(any(LATER, NO)).toMatchObject({ kind: 'wait', isPostponed: true })
  })

  test('does not hold up those who are enough without it', () => {
    expect(any(YES, LATER).kind).toBe('retrain')
  })

  test('postpones nothing that would not have come', () => {
    expect(all(LATER, NO)).not.toHaveProperty('isPostponed')
    expect(all(LATER, UNKNOWN).kind).toBe('undecided')
  })
})

describe('a training is hard', () => {
  test('only when the hard members are enough', () => {
    expect(any(HARD, YES)).toHaveProperty('isHard', true)
    expect(any(YES, NO)).not.toHaveProperty('isHard')
    expect(all(HARD, YES)).not.toHaveProperty('isHard')
    expect(all(HARD, HARD)).toHaveProperty('isHard', true)
    expect(said(2, HARD, HARD, YES)).toHaveProperty('isHard', true)
    expect(said(2, HARD, YES, YES)).not.toHaveProperty('isHard')
  })
})

describe('retired versions', () => {
  const ask = (count: number, ...answers: Decision[]) => vote(triggerContext(), answers, count)

  test('are scored first, also where a training is certain, for one of them may do', () => {
    expect(ask(1, YES, ASKS)).toMatchObject({ kind: 'undecided', missing: ['retired-versions'] })
    expect(ask(2, YES, ASKS)).toMatchObject({ kind: 'undecided', missing: ['retired-versions'] })
  })

  test('are not paid for where the others have said no', () => {
    expect(ask(2, NO, ASKS).kind).toBe('wait')
  })

  test('are asked for once', () => {
    expect(any(YES, ASKS).kind).toBe('retrain')
  })
})

test('whatever undecided members would say, a yes stays a yes and a no a no', () => {
  const known = fc.constantFrom(YES, HARD, NO)
  const members = fc.array(fc.oneof(known, fc.constant(UNKNOWN)), { minLength: 2, maxLength: 8 })
  fc.assert(
    fc.property(members, fc.nat(), (answers, n) => {
      const count = 1 + (n % answers.length)
      const told = (as: Decision) => answers.map((answer) => (answer === UNKNOWN ? as : answer))
      const yesses = (given: readonly Decision[]) => given.filter(({ kind }) => kind === 'retrain').length >= count
      const [atBest, atWorst] = [yesses(told(YES)), yesses(told(NO))]
      const expected = atWorst ? 'retrain' : atBest ? 'undecided' : 'wait'
      expect(said(count, ...answers).kind).toBe(expected)
    }),
    { seed: 5, numRuns: 300 },
  )
})
