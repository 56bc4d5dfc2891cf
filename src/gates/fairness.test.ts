import { describe, expect, test } from 'vitest'
import { askGate, category, featuresOf, gateRows, number } from '../../test/support/gate-rows.ts'
import type { GateInput } from './gate.ts'

/** Rows of each group, of which so many are chosen; all of them were to be. */
function groups(of: Readonly<Record<string, readonly [chosen: number, rows: number]>>, given: Partial<GateInput> = {}) {
  const rows = Object.entries(of).flatMap(([name, [chosen, n]]) =>
    Array.from({ length: n }, (_, row) => ({ name, isChosen: row < chosen })),
  )
  return gateRows(rows.length, {
    labels: new Float64Array(rows.length).fill(1),
    challenger: Float32Array.from(rows, ({ isChosen }) => (isChosen ? 0.9 : 0.1)),
    ...featuresOf(
      category(
        'sex',
        rows.map(({ name }) => name),
      ),
    ),
    ...given,
  })
}

const ask = (input: GateInput, options: object = {}) => askGate(input, { gate: 'fairness', feature: 'sex', ...options })
const UNLIKE = groups({ f: [100, 500], m: [250, 500] })

describe('fairness', () => {
  test('is the difference of the shares chosen, and names the two groups', () => {
    const verdict = ask(UNLIKE)
    expect(verdict).toMatchObject({ outcome: 'fail', rows: 1000, limit: 0.1 })
    expect(verdict.observed).toBeCloseTo(0.3, 12)
    expect(verdict.because).toContain("'m' and 'f'")
    expect(ask(groups({ f: [250, 500], m: [250, 500] }))).toMatchObject({ outcome: 'pass', observed: 0 })
  })

  test('four fifths is the ratio of them, at least the limit', () => {
    expect(ask(UNLIKE, { measure: 'four-fifths' })).toMatchObject({ outcome: 'fail', observed: 0.4, limit: 0.8 })
    expect(ask(groups({ f: [450, 500], m: [450, 500] }), { measure: 'four-fifths' })).toMatchObject({ outcome: 'pass' })
  })

  test('equal opportunity asks only those whose outcome it was, equalised odds both', () => {
    const { labels } = UNLIKE
    // All who were passed over were rightly so: opportunity is equal, the shares chosen are not.
    const right = { ...UNLIKE, labels: labels.map((_, row) => (UNLIKE.challenger[row]! > 0.5 ? 1 : 0)) }
    expect(ask(right, { measure: 'equal-opportunity' })).toMatchObject({ outcome: 'pass', observed: 0 })
    expect(ask(right, { measure: 'equalised-odds' })).toMatchObject({ outcome: 'pass', observed: 0 })
    expect(ask(right)).toMatchObject({ outcome: 'fail' })
    // All who were chosen were wrongly so, more of them in one group.
    const wrong = { ...UNLIKE, labels: labels.map((_, row) => (row % 5 === 0 ? 1 : 0)) }
    const odds = ask(wrong, { measure: 'equalised-odds' })
    expect(odds.observed).toBeCloseTo(0.3, 9)
  })

  test('equalised odds hears false alarms that equal opportunity does not', () => {
    // In each group a hundred whose outcome it was, all chosen; of the other four hundred none, or half.
    const input = groups({ f: [100, 500], m: [300, 500] })
    const labels = Float64Array.from({ length: 1000 }, (_, row) => (row % 500 < 100 ? 1 : 0))
    expect(ask({ ...input, labels }, { measure: 'equal-opportunity' })).toMatchObject({ outcome: 'pass', observed: 0 })
    expect(ask({ ...input, labels }, { measure: 'equalised-odds' })).toMatchObject({ outcome: 'fail', observed: 0.5 })
  })

  test('the more pairs there are, the surer a failure must be; a pass asks each pair alone', () => {
    const two = ask(groups({ a: [250, 500], b: [325, 500] })).interval
    const alike = { c: [287, 500], d: [287, 500], e: [287, 500], g: [287, 500] } as const
    const six = ask(groups({ a: [250, 500], b: [325, 500], ...alike })).interval
    expect(six?.low).toBeLessThan((two?.low ?? 0) - 0.01)
    expect(six?.high).toBeCloseTo(two?.high ?? 0, 9)
  })

  test('rows without a label do not count where the label is asked for', () => {
    const half = { ...UNLIKE, labels: UNLIKE.labels.map((label, row) => (row % 2 ? Number.NaN : label)) }
    expect(ask(half, { measure: 'equal-opportunity' })).toMatchObject({ rows: 500 })
    expect(ask(half)).toMatchObject({ rows: 1000 })
  })

  test('a group that is too small is left out by name, and two must be left', () => {
    const verdict = ask(groups({ f: [250, 500], m: [250, 500], x: [0, 40] }))
    expect(verdict).toMatchObject({
      outcome: 'pass',
      because: expect.stringContaining("left out, being too small: 'x'"),
    })
    expect(ask(groups({ f: [250, 500], x: [0, 40] }))).toMatchObject({ outcome: 'inconclusive' })
  })

  test('against the champion, an unfair challenger passes that is no less fair', () => {
    const against = { against: 'champion' }
    const mixed = (input: GateInput) => {
      // Groups alternate, so that no block of rows is of one group only.
      const order = Array.from({ length: 1000 }, (_, row) => (row % 2 === 0 ? row / 2 : 500 + (row - 1) / 2))
      const names = order.map((row) => (row < 500 ? 'f' : 'm'))
      const challenger = Float32Array.from(order, (row) => input.challenger[row]!)
      return { ...input, challenger, champion: challenger, ...featuresOf(category('sex', names)) }
    }
    const unlike = mixed(UNLIKE)
    expect(ask(unlike, against)).toMatchObject({ outcome: 'pass', observed: 0, limit: 0.02 })
    expect(ask(unlike)).toMatchObject({ outcome: 'fail' })
    const fairer = { ...unlike, champion: mixed(groups({ f: [250, 500], m: [250, 500] })).challenger }
    const less = ask(fairer, against)
    expect(less.observed).toBeCloseTo(0.3, 9)
    expect(less.outcome).not.toBe('pass')
    const ratio = ask(fairer, { ...against, measure: 'four-fifths' })
    expect(ratio.observed).toBeCloseTo(0.6, 9)
  })

  test('of more than two classes asks for the outcome, and of values makes no sense', () => {
    const task = { kind: 'multiclass', classes: ['a', 'b', 'c'] } as const
    const scores = Float32Array.from({ length: 3000 }, (_, i) => (i % 3 === 2 ? 0.8 : 0.1))
    const three = { ...UNLIKE, task, champion: scores, challenger: scores }
    expect(ask(three)).toMatchObject({ outcome: 'error', because: expect.stringContaining('name the outcome') })
    expect(ask(three, { outcome: 'd' })).toMatchObject({
      outcome: 'error',
      because: expect.stringContaining('a, b, c'),
    })
    expect(ask(three, { outcome: 'c' })).toMatchObject({ outcome: 'pass', observed: 0 })
    expect(ask({ ...UNLIKE, task: { kind: 'regression' } })).toMatchObject({ outcome: 'error' })
  })

  test('a number is cut into quartiles; a feature that is not there is an error, none at all inconclusive', () => {
    const age = number(
      'sex',
      Float64Array.from({ length: 1000 }, (_, row) => row),
    )
    expect(ask({ ...UNLIKE, ...featuresOf(age) }).because).toMatch(/of 4: /)
    expect(ask(UNLIKE, { feature: 'age' })).toMatchObject({ outcome: 'error' })
    expect(ask({ ...UNLIKE, features: null })).toMatchObject({ outcome: 'inconclusive' })
  })
})
