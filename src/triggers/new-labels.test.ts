import { describe, expect, test } from 'vitest'
import { triggerContext } from '../../test/support/trigger-context.ts'
import { newLabelsTrigger } from './new-labels.ts'

function decide(options: object, fresh: number, learned: number | null = null) {
  const config = newLabelsTrigger.config.parse({ trigger: 'new-labels', ...options })
  const { live } = triggerContext()
  const context = triggerContext({ labelledRowsSinceTraining: fresh, live: { ...live, rows: learned } })
  return newLabelsTrigger.decide(context, config)
}

test('comes due on the row, not before', () => {
  expect(decide({ rows: 500 }, 499).kind).toBe('wait')
  expect(decide({ rows: 500 }, 500)).toMatchObject({
    kind: 'retrain',
    because: [{ by: 'new-labels', value: 500, limit: 500 }],
  })
})

test('a share is one of the rows that the live version learned from, rounded up to whole rows', () => {
  // .1 × 1,005 = 100.5.
  expect(decide({ share: 0.1 }, 100, 1005).kind).toBe('wait')
  expect(decide({ share: 0.1 }, 101, 1005)).toMatchObject({ kind: 'retrain', because: [{ limit: 101 }] })
})

test('of both, either is enough', () => {
  expect(decide({ rows: 300, share: 0.1 }, 100, 1000).kind).toBe('retrain')
  expect(decide({ rows: 300, share: 0.9 }, 300, 1000).kind).toBe('retrain')
  expect(decide({ rows: 300, share: 0.9 }, 299, 1000).kind).toBe('wait')
})

test('it is not soft on the cooldown', () => {
  expect(decide({ rows: 1 }, 5)).not.toHaveProperty('isHard')
})

describe('where nobody knows what the live version learned from', () => {
  test('a share is undecided', () => {
    expect(decide({ share: 0.1 }, 1_000_000)).toMatchObject({ kind: 'undecided', missing: ['origin'] })
  })

  test('a number of rows still fires, and is undecided beside a share that it does not reach', () => {
    expect(decide({ rows: 300, share: 0.1 }, 300).kind).toBe('retrain')
    expect(decide({ rows: 300, share: 0.1 }, 299).kind).toBe('undecided')
  })
})

test('neither of both is refused', () => {
  const parsed = newLabelsTrigger.config.safeParse({ trigger: 'new-labels' })
  expect(parsed.error?.issues[0]?.message).toContain('got neither')
})
