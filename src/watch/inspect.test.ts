import { describe, expect, test } from 'vitest'
import { normal, seededRng } from '../base/rng.ts'
import { coarseCodes } from '../data/bin-codes.ts'
import { RuleConfig } from '../data/contract/catalog.ts'
import { type Frame, frame } from '../data/frame.ts'
import { labelFacts } from '../data/label-facts.ts'
import { profileRows } from '../data/profile.ts'
import { learnLayout } from '../data/profile-layout.ts'
import { rowFacts } from '../data/row-facts.ts'
import { type Anchors, measureAnchors } from '../learners/anchors.ts'
import { inspectLabels, inspectRows, needsOf, type WindowUnderInspection } from './inspect.ts'

const ROWS = 1000
const CONTRACT = ['null-spike', 'scale-change', 'label-noise'].map((rule) => RuleConfig.parse({ rule }))

function rowsOf(seed: number, missingShare = 0): Frame {
  const rng = seededRng(seed)
  const missing = Uint8Array.from({ length: ROWS }, (_, row) => (row < missingShare * ROWS ? 1 : 0))
  const values = Float64Array.from(missing, (gap) => (gap === 1 ? Number.NaN : normal(rng)))
  return frame([{ kind: 'numeric', name: 'age', values, missing }])
}

const trusted = rowsOf(1)
const layout = learnLayout(trusted)

function underInspection(current: Frame): WindowUnderInspection {
  const reference = profileRows(trusted, layout)
  return { reference, referenceWindows: [reference], current: profileRows(current, layout) }
}

/** Labels follow the sign of the feature, but for a share that is flipped. */
function anchorsOf(seed: number, flipped: number): Anchors {
  const rows = rowsOf(seed)
  const rng = seededRng(seed + 100)
  const x = rows.columns[0]!.values
  const labels = Float64Array.from(x, (value) => (value > 0 === rng() >= flipped ? 1 : 0))
  const features = coarseCodes(rows, layout, 0, ROWS)
  return measureAnchors({ task: { kind: 'binary' }, features, labels }, seededRng(seed))
}

describe('rows', () => {
  test('that look like the trusted ones break nothing', () => {
    expect(inspectRows(underInspection(rowsOf(2)), CONTRACT).breaches).toEqual([])
  })

  test('that lost half of a column are a breach, told in words with its numbers', () => {
    const [breach, ...others] = inspectRows(underInspection(rowsOf(2, 0.5)), CONTRACT).breaches
    expect(others).toEqual([])
    expect(breach).toMatchObject({ by: 'null-spike', value: 0.5, rows: ROWS })
    expect(breach?.text).toContain("'age'")
    expect(breach?.limit).toBeLessThan(0.5)
  })

  test('are not held against what the contract does not name', () => {
    const window = underInspection(rowsOf(2, 0.5))
    expect(inspectRows(window, []).breaches).toEqual([])
    expect(inspectRows(window, [RuleConfig.parse({ rule: 'scale-change' })]).breaches).toEqual([])
  })
})

describe('labels', () => {
  const clean = [11, 12, 13, 14].map((seed) => anchorsOf(seed, 0))
  const window = underInspection(rowsOf(2))

  test('that follow their rows as before break nothing', () => {
    expect(inspectLabels(window, { trusted: clean, current: anchorsOf(20, 0) }, CONTRACT).breaches).toEqual([])
  })

  test('of which a third is flipped are a breach', () => {
    const [breach, ...others] = inspectLabels(
      window,
      { trusted: clean, current: anchorsOf(20, 0.33) },
      CONTRACT,
    ).breaches
    expect(others).toEqual([])
    expect(breach).toMatchObject({ by: 'label-noise', rows: ROWS })
  })

  test('are not judged by their rows: a breach of rows is none of labels', () => {
    const broken = underInspection(rowsOf(2, 0.5))
    expect(inspectLabels(broken, { trusted: clean, current: anchorsOf(20, 0) }, CONTRACT).breaches).toEqual([])
  })

  test('are not looked at where the contract has no rule for them, or nothing is trusted yet', () => {
    const flipped = { trusted: clean, current: anchorsOf(20, 0.33) }
    expect(inspectLabels(window, flipped, [RuleConfig.parse({ rule: 'null-spike' })]).breaches).toEqual([])
    expect(inspectLabels(window, { ...flipped, trusted: [] }, CONTRACT).breaches).toEqual([])
  })

  test('that cannot be judged are said to be unchecked, never passed over in silence', () => {
    const { breaches, unchecked } = inspectLabels(window, { trusted: [], current: anchorsOf(20, 0) }, CONTRACT)
    expect(breaches).toEqual([])
    expect(unchecked).toMatchObject([{ kind: 'insufficient', detector: 'label-noise', subject: 'labels' }])
    expect(unchecked[0]?.needRows).toBeGreaterThan(unchecked[0]?.rows ?? 0)
  })
})

test('a rule of rows that finds too few of them is unchecked too', () => {
  const few = rowsOf(2)
  const window = { ...underInspection(few), current: profileRows(few, layout, 0, 10) }
  const { breaches, unchecked } = inspectRows(window, CONTRACT)
  expect(breaches).toEqual([])
  expect(unchecked.map(({ detector }) => detector).toSorted()).toEqual(['null-spike', 'scale-change'])
})

describe('what a rule says must follow', () => {
  const half = underInspection(rowsOf(2, 0.5))
  const seen = (action: string) => inspectRows(half, [RuleConfig.parse({ rule: 'null-spike', action })])

  test('block: the rows are kept out, and the breach is the one that stops everything', () => {
    expect(seen('block')).toMatchObject({ breaches: [{ by: 'null-spike' }], stops: { by: 'null-spike' }, noted: [] })
  })

  test('quarantine: the rows are kept out', () => {
    expect(seen('quarantine')).toMatchObject({ breaches: [{ by: 'null-spike' }], stops: null, noted: [] })
  })

  test('pass: it is noted', () => {
    expect(seen('pass')).toMatchObject({ breaches: [], stops: null, noted: [{ by: 'null-spike' }] })
  })
})

describe('rules that need more than profiles', () => {
  const config = RuleConfig.parse({ rule: 'missing-share', maxShare: 0.2 })
  const ranges = RuleConfig.parse({ rule: 'value-range', columns: { age: { min: -0.1, max: 0.1 } } })

  test('are given the facts of the rows', () => {
    const window = underInspection(rowsOf(2))
    const facts = { current: rowFacts(rowsOf(2)), reference: [] }
    expect(inspectRows({ ...window, facts }, [ranges]).breaches).toMatchObject([{ by: 'value-range' }])
    expect(inspectRows(window, [ranges]).unchecked).toMatchObject([{ detector: 'value-range', kind: 'insufficient' }])
  })

  test('are named, so that nothing is measured for nobody', () => {
    expect([...needsOf([config, ranges])]).toEqual(['row-facts'])
    expect([...needsOf(CONTRACT)]).toEqual([])
    expect([...needsOf([RuleConfig.parse({ rule: 'leakage' })])]).toEqual(['label-facts'])
  })

  test('look at labels where their noise cannot be measured', () => {
    const labels = Float64Array.from({ length: ROWS }, (_, row) => row % 2)
    const current = labelFacts({ kind: 'binary', classes: ['no', 'yes'] }, rowsOf(2), labels)
    const few = { kind: 'insufficient', haveRows: 0, needRows: 400 } as const
    const balance = RuleConfig.parse({
      rule: 'class-balance',
      classes: { yes: { min: 0, max: 0.3 }, no: { min: 0.7, max: 1 } },
    })
    const noise = RuleConfig.parse({ rule: 'label-noise' })
    const seen = inspectLabels(
      underInspection(rowsOf(2)),
      { trusted: [], current: few, facts: { current, reference: [] } },
      [noise, balance],
    )
    expect(seen.breaches).toMatchObject([{ by: 'class-balance' }])
    expect(seen.unchecked).toMatchObject([{ detector: 'label-noise' }])
  })
})
