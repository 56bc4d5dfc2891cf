import { describe, expect, test } from 'vitest'
import type { LocaliseReport, Moment, SliceReport } from './localise-report.ts'
import { localiseText } from './localise-text.ts'

const at = (row: number) => ({ row, time: null })

const MOMENT: Moment = {
  at: at(1201),
  low: at(1101),
  high: at(1300),
  isLocalised: true,
  pValue: 0.00002,
  before: { rows: 1200, loss: 0.15 },
  after: { rows: 800, loss: 0.25 },
  dispersion: 1,
}

function report(change: Partial<LocaliseReport> = {}): LocaliseReport {
  return {
    version: 1,
    file: 'f.csv',
    rows: 2000,
    judgedRows: 2000,
    task: 'binary',
    loss: '0/1',
    predictionForm: 'class',
    outcome: 'rise',
    moment: MOMENT,
    lookedAt: { from: at(1), to: at(2000) },
    blocks: Array.from({ length: 20 }, (_, i) => ({
      from: 100 * i + 1,
      to: 100 * (i + 1),
      rows: 100,
      loss: i < 12 ? 0.15 : 0.25,
    })),
    slicedBy: [],
    slices: [],
    earliest: null,
    isEarlier: false,
    notes: [],
    ...change,
  }
}

function slice(value: string, change: Partial<Moment> = {}, isRise = true): SliceReport {
  return { column: 'x', value, rows: 500, isRise, moment: { ...MOMENT, ...change } }
}

test('a rise is one sentence, and marked under the loss', () => {
  const text = localiseText(report())
  expect(text).toContain(
    'The model began to deteriorate at row 1,201 of 2,000; 95 % sure: between row 1,101 and row 1,300. The share of wrong predictions was 15.0 % before (n = 1,200) and is 25.0 % since (n = 800), p < 0.0001.',
  )
  // Under the blocks that hold rows 1101 and 1201.
  expect(text).toContain(`  ▁▁▁▁▁▁▁▁▁▁▁▁████████\n  ${' '.repeat(11)}-^\n`)
})

test('one that ended says when', () => {
  const text = localiseText(report({ lookedAt: { from: at(1), to: at(1600) } }))
  expect(text).toContain('15.0 % before (n = 1,200) and 25.0 % from then until row 1,600, after which it fell again')
  const late = localiseText(report({ lookedAt: { from: at(301), to: at(2000) } }))
  expect(late).toContain('15.0 % before (rows before row 301, where it fell, are left aside) (n = 1,200)')
})

test('one whose moment cannot be told gives the cut as no more than the likeliest', () => {
  const text = localiseText(report({ outcome: 'rise of unknown moment' }))
  expect(text).toContain('when is not localisable: it may have begun anywhere between row 1,101 and row 1,300 of 2,000')
  expect(text).not.toContain('began to deteriorate at')
})

test('no rise is marked nowhere, and says what chance would do', () => {
  const text = localiseText(report({ outcome: 'no rise', moment: { ...MOMENT, pValue: 0.4 } }))
  expect(text).toMatch(/No deterioration found\. The likeliest moment would be row 1,201.*\(p = 0\.4000\)/)
  expect(text).not.toContain('^')
  expect(localiseText(report({ outcome: 'no rise', moment: null }))).toMatch(/is the same in every row/)
})

test('absolute errors are numbers, not shares, and blocks without a loss are gaps', () => {
  const blocks = report().blocks.map((block, i) => (i === 3 ? { ...block, rows: 0, loss: null } : block))
  const text = localiseText(report({ loss: 'absolute', predictionForm: 'value', blocks }))
  expect(text).toContain('The mean absolute error was 0.15 before')
  expect(text).toContain('  ▁▁▁ ▁▁▁▁▁▁▁▁████████\n')
})

describe('slices', () => {
  test('that rose are listed in order of time; a range is named without an equals sign', () => {
    const slices = [slice('red', { at: at(1500) }), slice('< 3', { at: at(900) }), slice('blue', {}, false)]
    const text = localiseText(report({ slicedBy: ['x'], slices, earliest: 1, isEarlier: true }))
    expect(text).toContain('The loss rose in 2 of 3 slices')
    expect(text.indexOf('x < 3')).toBeLessThan(text.indexOf('x = red'))
    expect(text).not.toContain('blue')
    expect(text).toContain('It began in x < 3 (row 900), before all rows together show it.')
  })

  test('that are not clearly earlier are not said to be where it began', () => {
    const text = localiseText(report({ slicedBy: ['x'], slices: [slice('red')], earliest: 0 }))
    expect(text).toContain('The earliest is x = red (row 1,201); no slice began clearly before all rows together.')
  })

  test('without a rise, or too small, are said to be so; unasked for they are not mentioned', () => {
    expect(localiseText(report({ slicedBy: ['x'], slices: [slice('red', {}, false)] }))).toContain(
      'In none of 1 slices',
    )
    expect(localiseText(report({ slicedBy: ['x'] }))).toContain('No slice has 100 rows')
    expect(localiseText(report())).not.toContain('slice')
  })

  test('whose moment is unknown show none', () => {
    const text = localiseText(report({ slicedBy: ['x'], slices: [slice('red', { isLocalised: false })] }))
    expect(text).toMatch(/x = red .*not localisable/)
  })
})
