import { describe, expect, test } from 'vitest'
import {
  type Change,
  checked,
  files,
  HELD,
  mapped,
  none,
  numbers,
  of,
  ROWS,
  WORSE,
  words,
} from '../../../test/support/check-files.ts'
import { sketchOf } from '../../../test/support/sketch-of.ts'
import { seededRng } from '../../base/rng.ts'
import { type Column, frame } from '../../data/frame.ts'
import { checkTables } from './check.ts'

describe('whether it matters', () => {
  const shifted = mapped('a', (x) => x + 0.3)

  test('a shift of a thirtieth of a standard deviation is a trifle, however sure', () => {
    const result = checked(
      mapped('a', (x) => x + 0.03),
      {},
      100_000,
    )
    expect(of(result, 'a')).toMatchObject({
      verdict: 'noise',
      findings: [{ kind: 'trifle', thresholdFrom: 'least effect' }, {}, {}, {}, {}, {}],
    })
  })

  test('a feature that the model heeds is to be watched while nobody knows its quality, or while that holds', () => {
    expect(of(checked(shifted), 'a')).toMatchObject({ verdict: 'watch' })
    expect(of(checked(shifted, { performance: [HELD] }), 'a')).toMatchObject({ verdict: 'watch' })
  })

  test('it hurts where the quality fell, and so does the whole, also when no feature moved', () => {
    const result = checked(shifted, { performance: [WORSE] })
    expect(of(result, 'a')).toMatchObject({ verdict: 'hurts' })
    expect(result.because).toMatch(/^Yes, it hurts: accuracy 0.900 → 0.800 .* 'a' changed\.$/)
    const alone = checked(undefined, { performance: [WORSE] })
    expect(alone.verdict).toBe('hurts')
    expect(alone.because).toContain('what the features mean has changed')
  })

  test('broken data of a feature that the model heeds hurts before any label says so', () => {
    const gaps = mapped('a', (x, row) => (row % 10 ? x : Number.NaN))
    expect(of(checked(gaps), 'a')?.verdict).toBe('hurts')
    expect(of(checked(gaps, { performance: [HELD] }), 'a')?.verdict).toBe('watch')
  })

  test('a feature that the model ignores is noise when it moves, and to be watched when it breaks', () => {
    expect(of(checked(mapped('b', (x) => x + 0.3)), 'b')?.verdict).toBe('noise')
    expect(of(checked(mapped('b', (x, row) => (row % 10 ? x : Number.NaN))), 'b')?.verdict).toBe('watch')
  })

  test('without a prediction or a label nobody knows what the model heeds', () => {
    const result = checked(
      mapped('b', (x) => x + 0.3),
      { prediction: undefined },
    )
    expect(of(result, 'b')).toMatchObject({ verdict: 'watch', importance: null })
    expect(result.because).toContain('--label and --prediction')
  })

  test('predictions that moved are told apart from the features', () => {
    const result = checked(mapped('score', (x) => 0.5 * x))
    expect(result.prediction).toMatchObject({ feature: 'score', verdict: 'watch' })
    expect(result.features.map(({ feature }) => feature)).not.toContain('score')
    expect(result.verdict).toBe('watch')
  })

  test('labels that moved are to be watched too, and the answer names them', () => {
    const result = checked(
      mapped('b', (x) => x + 0.3),
      { label: 'b' },
    )
    expect(result.label).toMatchObject({ feature: 'b', verdict: 'watch' })
    expect(result.verdict).toBe('watch')
    expect(result.because).toMatch(/no feature moved beyond chance\. The labels changed: values lie higher/)
  })

  test('why what moved does not matter is told as far as anybody can know', () => {
    const trifle = mapped('b', (x) => x + 0.03)
    const answer = (options: object) => checked(trifle, options, 100_000).because
    expect(answer({})).toBe("No: 'b' moved, but by a trifle or where the model does not look.")
    expect(answer({ prediction: undefined, label: 'a' })).toMatch(/or where it says nothing of the label\.$/)
    expect(answer({ prediction: undefined })).toMatch(/moved, but by a trifle\.$/)
  })

  test('what hurts is listed first, what is quiet last', () => {
    const both: Change = (columns, rng) => shifted(mapped('b', (x) => x + 0.3)(columns, rng), rng)
    const result = checked(both, { performance: [WORSE] })
    expect(result.features.map(({ verdict }) => verdict)).toEqual(['hurts', 'noise', 'quiet', 'quiet'])
  })
})

describe('what cannot be compared', () => {
  test('too few rows are insufficient, never quiet', () => {
    const result = checked(undefined, {}, 40)
    expect(new Set(result.features.map(({ verdict }) => verdict))).toEqual(new Set(['insufficient']))
    expect(result.verdict).toBe('insufficient')
  })

  test('a column that only grows is a counter: it is left out with a note, unless it is asked for', () => {
    const count: Change = (columns) => [
      ...columns,
      { kind: 'numeric', name: 'row', values: Float64Array.from({ length: ROWS }, (_, i) => i), missing: none(ROWS) },
    ]
    const { reference, current } = files()
    const [before, after] = [
      frame(count([...reference.columns], seededRng(1))),
      frame(count([...current.columns], seededRng(1))),
    ]
    const input = { reference: sketchOf(before), current: sketchOf(after), performance: [] }
    const result = checkTables(input)
    expect(result.features.map(({ feature }) => feature)).not.toContain('row')
    expect(result.notes).toEqual(["'row' grows from row to row like a counter or a time; it was not compared"])
    expect(checkTables({ ...input, features: ['row'] })).toMatchObject({ features: [{ feature: 'row' }], notes: [] })
  })

  test('a column that grew a few times only is a feature', () => {
    const steps: Column = {
      kind: 'numeric',
      name: 'step',
      values: Float64Array.from({ length: ROWS }, (_, i) => Math.floor(i / 1000)),
      missing: none(ROWS),
    }
    const file = sketchOf(frame([steps]))
    expect(checkTables({ reference: file, current: file, performance: [] }).features).toMatchObject([
      { feature: 'step' },
    ])
  })

  test('a column of more than 10,000 texts is an identifier', () => {
    const ids: Change = (columns) => [
      ...columns,
      words('id', Array.from({ length: 12_000 }, (_, i) => `u${i}`).slice(0, 12_000)),
    ]
    const { reference, current } = files(undefined, 12_000)
    const [before, after] = [
      frame(ids([...reference.columns], seededRng(1))),
      frame(ids([...current.columns], seededRng(1))),
    ]
    const result = checkTables({ reference: sketchOf(before), current: sketchOf(after), performance: [] })
    expect(result.features.find(({ feature }) => feature === 'id')).toMatchObject({ verdict: 'insufficient' })
  })

  test('a score of the other class is suspected where it predicts worse than chance', () => {
    const auc = {
      ...HELD,
      metric: 'auc' as const,
      reference: { value: 0.2, interval: { low: 0.19, high: 0.21, level: 0.95 }, rows: ROWS },
    }
    expect(checked(undefined, { performance: [auc] }).notes.join()).toContain('--positive')
    expect(checked(undefined, { performance: [HELD] }).notes).toEqual([])
  })

  test('a column that only the current file has is named', () => {
    const result = checked((columns, rng) => [...columns, numbers('extra', rng)])
    expect(result.notes).toEqual(["not compared, for the reference lacks them: 'extra'"])
  })
})
