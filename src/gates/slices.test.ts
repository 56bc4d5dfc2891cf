import { describe, expect, test } from 'vitest'
import { askGate, category, featuresOf, gateRows, number } from '../../test/support/gate-rows.ts'
import { seededRng } from '../base/rng.ts'

const ROWS = 1200
const COLOURS = Array.from({ length: ROWS }, (_, row) => ['red', 'green', 'blue'][row % 3] as string)

/** Both wrong on a fifth, each on rows of its own; the challenger on more where the colour is red, on fewer elsewhere. */
function input(red: number, others: number, seed = 1, colours: readonly (string | null)[] = COLOURS) {
  const rng = seededRng(seed)
  const said = (share: number) => (rng() < share ? 0.9 : 0.1)
  const champion = Float32Array.from({ length: ROWS }, () => said(0.2))
  const challenger = Float32Array.from({ length: ROWS }, (_, row) => said(colours[row] === 'red' ? red : others))
  const noise = number('noise', Array.from({ length: ROWS }, rng))
  return gateRows(ROWS, { champion, challenger, ...featuresOf(category('colour', colours), noise) })
}

describe('slices', () => {
  test('a slice that is worse fails a challenger that is better on the whole, and is named', () => {
    const verdict = askGate(input(0.6, 0), { gate: 'slices' })
    expect(verdict).toMatchObject({ outcome: 'fail', rows: ROWS })
    expect(verdict.because).toMatch(/^1 of 7 slices are worse, most colour 'red' with 0\.[34]/)
    expect(verdict.observed).toBeGreaterThan(0.3)
  })

  test('none of them worse passes, and the one with the most added loss is shown', () => {
    const verdict = askGate(input(0.2, 0.2), { gate: 'slices' })
    expect(verdict).toMatchObject({ outcome: 'pass' })
    expect(verdict.because).toContain('none of 7 slices is shown to be worse by more than 0.01')
  })

  test('what is not shown to be worse is not shown to be no worse either', () => {
    const strict = { gate: 'slices', accept: 'all-not-worse' } as const
    expect(askGate(input(0.2, 0.2), strict)).toMatchObject({ outcome: 'inconclusive' })
    expect(askGate(input(0, 0), strict)).toMatchObject({ outcome: 'pass' })
    expect(askGate(input(0.6, 0), strict)).toMatchObject({ outcome: 'fail' })
  })

  test('only named features make slices, and an unknown one is an error', () => {
    expect(askGate(input(0.6, 0), { gate: 'slices', features: ['noise'] })).toMatchObject({ outcome: 'pass' })
    expect(askGate(input(0.6, 0), { gate: 'slices', features: ['colour'] })).toMatchObject({ outcome: 'fail' })
    expect(askGate(input(0.2, 0.2), { gate: 'slices', features: ['size'] })).toMatchObject({
      outcome: 'error',
      because: "there is no feature 'size' to cut slices by",
    })
  })

  test('a slice with too few rows is counted, and keeps the strict one from passing', () => {
    const rare = COLOURS.map((colour, row) => (row < 30 ? 'violet' : colour))
    const verdict = askGate(input(0, 0, 1, rare), { gate: 'slices' })
    expect(verdict).toMatchObject({ outcome: 'pass', because: expect.stringContaining('1 slices have too few rows') })
    expect(askGate(input(0, 0, 1, rare), { gate: 'slices', accept: 'all-not-worse' }).outcome).toBe('inconclusive')
  })

  test('a loss within the margin does not count', () => {
    expect(askGate(input(0.6, 0), { gate: 'slices', margin: 0.8 })).toMatchObject({ outcome: 'pass' })
  })

  test('without features nothing is known of slices', () => {
    expect(askGate({ ...input(0.2, 0.2), features: null }, { gate: 'slices' })).toMatchObject({
      outcome: 'inconclusive',
    })
  })

  test('of twenty slices of equal models, some is called worse in at most 1 of 20 comparisons', () => {
    let failed = 0
    for (let seed = 0; seed < 100; seed++) {
      const base = input(0.2, 0.2, 100 + seed)
      const rng = seededRng(seed)
      const columns = Array.from({ length: 5 }, (_, k) => number(`x${k}`, Array.from({ length: ROWS }, rng)))
      if (askGate({ ...base, ...featuresOf(...columns) }, { gate: 'slices', margin: 0 }).outcome === 'fail') failed++
    }
    expect(failed).toBeLessThanOrEqual(12)
  })
})
