import { expect, test } from 'vitest'
import { triggerContext } from '../../test/support/trigger-context.ts'
import { byHandTrigger } from './by-hand.ts'

const CONFIG = { trigger: 'by-hand' } as const

test('fires hard for a person, with name and reason', () => {
  const context = triggerContext({ request: { actor: 'ada', reason: 'the campaign starts' } })
  expect(byHandTrigger.decide(context, CONFIG)).toEqual({
    kind: 'retrain',
    isHard: true,
    because: [{ by: 'by-hand', text: 'ada asks for it: the campaign starts' }],
  })
})

test('waits while nobody asks', () => {
  expect(byHandTrigger.decide(triggerContext(), CONFIG).kind).toBe('wait')
})
