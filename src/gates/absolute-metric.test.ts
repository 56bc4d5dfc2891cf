import { describe, expect, test } from 'vitest'
import { askGate, gateRows, wrongOn } from '../../test/support/gate-rows.ts'
import { wilson } from '../stats/interval/wilson.ts'

const ask = (limit: number, more: object = {}) =>
  askGate(gateRows(1000, { challenger: wrongOn(1000, (row) => row % 10 === 0) }), {
    gate: 'absolute-metric',
    metric: 'accuracy',
    limit,
    ...more,
  })

describe('an absolute metric', () => {
  test('passes and fails by the end of its interval, not by its value', () => {
    const { low, high } = wilson(900, 1000, 0.9)
    expect(ask(low)).toMatchObject({ outcome: 'pass', observed: 0.9, limit: low, rows: 1000 })
    expect(ask(low + 1e-9)).toMatchObject({ outcome: 'inconclusive' })
    expect(ask(high)).toMatchObject({ outcome: 'inconclusive' })
    expect(ask(high + 1e-9)).toMatchObject({ outcome: 'fail' })
  })

  test('is at most the limit where lower is better', () => {
    const loss = { gate: 'absolute-metric', metric: 'brier' } as const
    const input = gateRows(1000, { challenger: wrongOn(1000, (row) => row % 10 === 0) })
    expect(askGate(input, { ...loss, limit: 0.2 })).toMatchObject({ outcome: 'pass' })
    expect(askGate(input, { ...loss, limit: 0.02 })).toMatchObject({ outcome: 'fail' })
  })

  test('is about the challenger alone', () => {
    const worst = wrongOn(1000, () => true)
    const input = gateRows(1000, { champion: worst, challenger: wrongOn(1000, () => false) })
    expect(askGate(input, { gate: 'absolute-metric', metric: 'accuracy', limit: 0.9 })).toMatchObject({
      outcome: 'pass',
    })
  })

  test('says how many more rows it would take, and is surer with less confidence', () => {
    expect(ask(0.89).needs).toMatch(/^about \d+ more rows$/)
    expect(ask(0.89, { confidence: 0.6 })).toMatchObject({ outcome: 'pass' })
  })

  test('of another kind of task is an error; one that cannot be computed is inconclusive', () => {
    expect(ask(1, { metric: 'rmse' })).toMatchObject({ outcome: 'error' })
    expect(ask(0.5, { metric: 'auc' })).toMatchObject({ outcome: 'inconclusive', needs: '2 such rows' })
  })
})
