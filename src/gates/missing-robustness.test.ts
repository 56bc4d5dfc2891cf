import { describe, expect, test } from 'vitest'
import { askGate, gateRows, wrongOn } from '../../test/support/gate-rows.ts'
import { seededRng } from '../base/rng.ts'
import type { GateInput } from './gate.ts'

const ROWS = 1000

/** Wrong on a tenth of the rows; without each feature on so many more, at random. */
function probed(more: Readonly<Record<string, number>>, seed = 1): GateInput {
  const rng = seededRng(seed)
  const missingProbe = Object.entries(more).map(([feature, share]) => ({
    feature,
    scores: wrongOn(ROWS, (row) => row % 10 === 0 || rng() < share),
  }))
  return gateRows(ROWS, { challenger: wrongOn(ROWS, (row) => row % 10 === 0), missingProbe })
}

const ask = (input: GateInput, options: object = {}) => askGate(input, { gate: 'missing-robustness', ...options })

describe('robustness to missing values', () => {
  test('a feature without which nothing changes costs nothing', () => {
    expect(ask(probed({ a: 0, b: 0 }))).toMatchObject({ outcome: 'pass', observed: 0, limit: 0.1, rows: ROWS })
  })

  test('one feature without which too much is lost fails, and is named', () => {
    const verdict = ask(probed({ a: 0, b: 0.4, c: 0.05 }))
    expect(verdict).toMatchObject({ outcome: 'fail' })
    expect(verdict.because).toContain("of 3 features taken away in turn, 'b' costs most")
    expect(verdict.observed).toBeGreaterThan(0.3)
  })

  test('a feature that costs about the limit is neither; one that may be lost passes', () => {
    expect(ask(probed({ a: 0.11 }))).toMatchObject({ outcome: 'inconclusive' })
    expect(ask(probed({ a: 0.05 }))).toMatchObject({ outcome: 'pass' })
    expect(ask(probed({ a: 0.4 }), { limit: 0.6 })).toMatchObject({ outcome: 'pass' })
  })

  test('the more features there are, the surer a failure must be; a pass asks each alone', () => {
    const one = ask(probed({ a: 0.3 })).interval
    const six = ask(probed({ a: 0.3, b: 0, c: 0, d: 0, e: 0, f: 0 })).interval
    expect(six?.low).toBeLessThan((one?.low ?? 0) - 0.001)
    expect(six?.high).toBeCloseTo(one?.high ?? 0, 9)
  })

  test('what nobody scored, and what is no feature, is no pass', () => {
    expect(ask(gateRows(ROWS))).toMatchObject({ outcome: 'inconclusive' })
    expect(ask(probed({}))).toMatchObject({ outcome: 'inconclusive' })
    expect(ask(probed({ a: 0 }), { features: ['a', 'z'] })).toMatchObject({
      outcome: 'error',
      because: expect.stringContaining("'z'"),
    })
  })

  test('a score that is no number without a feature is an error, and names the feature', () => {
    const input = probed({ a: 0 })
    input.missingProbe![0]!.scores[5] = Number.NaN
    expect(ask(input)).toMatchObject({ outcome: 'error', because: expect.stringContaining("without 'a'") })
  })

  test('rows without a label do not count', () => {
    const input = probed({ a: 0.4 })
    const labels = input.labels.map((label, row) => (row < 900 ? Number.NaN : label))
    expect(ask({ ...input, labels })).toMatchObject({ outcome: 'inconclusive', rows: 100 })
  })
})
