import { describe, expect, test } from 'vitest'
import { askGate, gateRows } from '../../test/support/gate-rows.ts'
import { seededRng } from '../base/rng.ts'

const ROWS = 2000
const rng = seededRng(3)
const champion = Float32Array.from({ length: ROWS }, rng)
const ask = (challenger: Float32Array, options: object = {}) =>
  askGate(gateRows(ROWS, { champion, challenger }), { gate: 'prediction-alignment', ...options })

describe('the alignment of predictions', () => {
  test('is perfect where both say the same, also of other rows', () => {
    for (const distance of ['total-variation', 'psi', 'ks']) {
      expect(ask(champion, { distance })).toMatchObject({ outcome: 'pass', observed: 0 })
      const shuffled = champion.slice().reverse()
      expect(ask(shuffled, { distance })).toMatchObject({ observed: 0 })
    }
  })

  test('counts the rows that would have to change their bin', () => {
    // The lower half moves to the upper half: five of ten bins are empty.
    const moved = champion.map((score) => (score < 0.5 ? score + 0.5 : score))
    const seen = ask(moved)
    expect(seen).toMatchObject({ outcome: 'fail' })
    expect(seen.observed).toBeCloseTo(0.5, 1)
    expect(ask(moved, { distance: 'ks' }).observed).toBeCloseTo(0.5, 1)
    expect(ask(moved, { distance: 'psi' }).observed).toBeGreaterThan(1)
  })

  test('a few rows that moved are within the limit, and without enough rows nothing is said', () => {
    const nearly = champion.map((score, row) => (row % 50 === 0 ? 0.99 : score))
    expect(ask(nearly)).toMatchObject({ outcome: 'pass' })
    const few = gateRows(50, { champion: champion.slice(0, 50), challenger: champion.slice(0, 50) })
    expect(askGate(few, { gate: 'prediction-alignment' })).toMatchObject({ outcome: 'inconclusive', rows: 50 })
  })

  test('no distance is below zero, nor is its interval', () => {
    for (const distance of ['total-variation', 'psi', 'ks']) {
      // One late burst: without its block hardly anything is left.
      const burst = champion.map((score, row) => (row < 40 ? 1 - score * 0.1 : score))
      const { interval, observed } = ask(burst, { distance })
      expect(observed).toBeGreaterThan(0)
      expect(interval?.low).toBe(0)
    }
  })

  test('of classes compares which are predicted, and has no order for ks', () => {
    const task = { kind: 'multiclass', classes: ['a', 'b', 'c'] } as const
    const said = (code: (row: number) => number) =>
      Float32Array.from({ length: 3 * ROWS }, (_, i) => (i % 3 === code(Math.floor(i / 3)) ? 0.8 : 0.1))
    const input = gateRows(ROWS, { task, champion: said((row) => row % 3), challenger: said((row) => row % 2) })
    const seen = askGate(input, { gate: 'prediction-alignment' })
    expect(seen).toMatchObject({ outcome: 'fail' })
    expect(seen.observed).toBeCloseTo(1 / 3, 2)
    expect(askGate(input, { gate: 'prediction-alignment', distance: 'ks' })).toMatchObject({ outcome: 'error' })
  })

  test('of a champion that says one thing only still sees a challenger that says another', () => {
    const same = new Float32Array(ROWS).fill(0.3)
    const seen = askGate(gateRows(ROWS, { champion: same, challenger: champion }), { gate: 'prediction-alignment' })
    expect(seen.outcome).toBe('fail')
  })
})
