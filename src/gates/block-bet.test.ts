import { describe, expect, test } from 'vitest'
import { askGate, gateRows } from '../../test/support/gate-rows.ts'
import { seededRng } from '../base/rng.ts'
import type { GateInput } from './gate.ts'

function pair(rows: number, champion: number, challenger: number, seed = 1): GateInput {
  const rng = seededRng(seed)
  const said = (share: number) => Float32Array.from({ length: rows }, () => (rng() < share ? 0.9 : 0.1))
  return gateRows(rows, { champion: said(champion), challenger: said(challenger) })
}

const ask = (input: GateInput, options: object = {}) => askGate(input, { gate: 'block-bet', ...options })

describe('a bet on blocks', () => {
  test('shows a better challenger to be better, after so many blocks', () => {
    const verdict = ask(pair(2000, 0.4, 0.2), { accept: 'better' })
    expect(verdict).toMatchObject({ outcome: 'pass', limit: 20, interval: null, rows: 2000 })
    expect(verdict.observed).toBeGreaterThanOrEqual(20)
    expect(verdict.because).toMatch(/^shown to be better after \d+ blocks of \d+ rows/)
  })

  test('shows a worse one to be worse, whichever claim was asked for', () => {
    expect(ask(pair(2000, 0.2, 0.4), { accept: 'better' })).toMatchObject({ outcome: 'fail' })
    expect(ask(pair(2000, 0.2, 0.4))).toMatchObject({ outcome: 'fail' })
  })

  test('equal models are not worse by more than a wide margin, and not better', () => {
    expect(ask(pair(4000, 0.2, 0.2), { margin: 0.1 })).toMatchObject({ outcome: 'pass' })
    const open = ask(pair(2000, 0.2, 0.2), { accept: 'better' })
    expect(open.outcome).toBe('inconclusive')
    expect(open.needs).toMatch(/more blocks/)
  })

  test('the margin is of the accuracy: of a champion that is always wrong nothing may be lost', () => {
    const input = gateRows(1000, {
      champion: new Float32Array(1000).fill(0.9),
      challenger: new Float32Array(1000).fill(0.9),
    })
    expect(ask(input, { margin: 0.5 })).toMatchObject({ outcome: 'inconclusive', observed: 1 })
  })

  test('asking for more evidence takes more blocks', () => {
    const blocks = (evidence: number) =>
      Number(/after (\d+) blocks/.exec(ask(pair(6000, 0.4, 0.25), { evidence }).because)?.[1])
    expect(blocks(1000)).toBeGreaterThan(blocks(20))
  })

  test('the first blocks set the scale and are not bet on', () => {
    const rows = 500
    // Only the first block of fifty differs: as the reference it is no evidence.
    const champion = Float32Array.from({ length: rows }, (_, row) => (row < 50 ? 0.9 : 0.1))
    const verdict = ask(gateRows(rows, { champion }), { accept: 'better', scaleBlocks: 1 })
    expect(verdict).toMatchObject({ outcome: 'inconclusive', observed: 1 })
  })

  test('too few rows are said, and a score that is no number is an error', () => {
    expect(ask(pair(399, 0.2, 0.2))).toMatchObject({ outcome: 'inconclusive', needs: '1 more labelled rows' })
    const input = pair(1000, 0.2, 0.2)
    input.challenger[3] = Number.NaN
    expect(ask(input)).toMatchObject({ outcome: 'error' })
  })
})
