import { expect, test } from 'vitest'
import type { z } from 'zod'
import { normal, seededRng } from '../../base/rng.ts'
import { type Frame, frame } from '../frame.ts'
import { profileRows } from '../profile.ts'
import { learnLayout } from '../profile-layout.ts'
import { type RowFacts, rowFacts } from '../row-facts.ts'
import { DEFAULT_CONTRACT, RuleConfig, rules } from './catalog.ts'
import { checkContract } from './check.ts'
import type { ContractInput } from './rule.ts'

function column(values: readonly (number | null)[]): Frame {
  const missing = Uint8Array.from(values, (value) => (value === null ? 1 : 0))
  const numbers = Float64Array.from(values, (value) => value ?? Number.NaN)
  return frame([{ name: '__proto__', kind: 'numeric', values: numbers, missing }])
}

function input(before: readonly (number | null)[], after: readonly (number | null)[]): ContractInput {
  const layout = learnLayout(column(before))
  const reference = profileRows(column(before), layout)
  return { reference, referenceWindows: [], current: profileRows(column(after), layout), labelNoise: null }
}

function draws(length: number, seed: number, draw: (z: number) => number): number[] {
  const rng = seededRng(seed)
  return Array.from({ length }, () => draw(normal(rng)))
}

function kinds(rule: string, given: ContractInput) {
  return checkContract(given, DEFAULT_CONTRACT).find((finding) => finding.rule === rule)!
}

const NOISE = { reference: 0.02, current: 0.3, standardError: 0.03, rows: 2000 }

/** Options without which a rule cannot be asked for. */
const NEEDED: Readonly<Record<string, object>> = {
  'unique-values': { columns: ['id'] },
  'source-cap': { column: 'shop' },
}

test('every rule parses its defaults, refuses unknown options, and bounds every number and says its unit', () => {
  for (const rule of rules.all) {
    const needed = { rule: rule.id, ...NEEDED[rule.id] }
    expect(RuleConfig.parse(needed)).toMatchObject({ rule: rule.id, action: 'quarantine' })
    expect(() => RuleConfig.parse({ ...needed, mostRows: 3 })).toThrow('mostRows')
    expect(() => RuleConfig.parse({ ...needed, action: 'warn' })).toThrow('action')
    const shape: Record<string, z.ZodType> = rule.config.shape
    for (const [name, option] of Object.entries(shape)) {
      if (name === 'rule') continue
      expect(() => RuleConfig.parse({ ...needed, [name]: -1 })).toThrow()
      expect(() => RuleConfig.parse({ ...needed, [name]: 1e13 })).toThrow()
      expect(option.description, `${rule.id}.${name}`).toMatch(/[.;]$/)
      if (option.safeParse(1).success)
        expect(option.description).toMatch(/\. (Share|Rows|Ratio|Count|Hours|Probability)\.$/)
    }
  }
})

test('the default contract asks for the rules that need no word about the data', () => {
  expect(DEFAULT_CONTRACT.map((config) => config.rule)).toEqual(['scale-change', 'null-spike', 'label-noise'])
})

test('a rule to which its facts were not given is insufficient, never ok', () => {
  const given = { ...input(draws(500, 1, Math.exp), draws(500, 2, Math.exp)), labelNoise: NOISE }
  for (const rule of rules.all) {
    if (rule.needs === undefined) continue
    const config = RuleConfig.parse({ rule: rule.id, ...NEEDED[rule.id] })
    for (const without of [given, { ...given, facts: null, labels: null, now: null }])
      expect(checkContract(without, [config])[0]).toMatchObject({ kind: 'insufficient', breaches: [] })
  }
})

test('what follows from a breach is what the contract says', () => {
  const given = input(
    draws(500, 1, Math.exp),
    draws(500, 2, (z) => 1000 * Math.exp(z)),
  )
  for (const action of ['block', 'quarantine', 'pass'] as const) {
    const config = RuleConfig.parse({ rule: 'scale-change', action })
    expect(checkContract(given, [config])).toMatchObject([{ kind: 'breach', action }])
  }
})

test('too few rows are insufficient, never a pass', () => {
  const few = input(draws(30, 1, Math.exp), draws(30, 2, Math.exp))
  for (const finding of checkContract(few, DEFAULT_CONTRACT)) {
    expect(finding.kind).toBe('insufficient')
    expect(finding.unchecked[0]!.needRows).toBeGreaterThan(finding.unchecked[0]!.haveRows)
  }
})

test('a column whose sums moved but not its shape is a change of unit, also below zero', () => {
  const before = draws(5000, 1, (z) => 40 + 25 * z)
  const found = kinds(
    'scale-change',
    input(
      before,
      draws(1000, 2, (z) => 25.4 * (40 + 25 * z)),
    ),
  )
  expect(found.kind).toBe('breach')
  expect(found.breaches[0]!.observed / 25.4).toBeCloseTo(1, 1)
  expect(found.breaches[0]!.column).toBe('__proto__')
})

test('a moved mean, a wider spread and other mixtures are drift, not a change of unit', () => {
  const before = draws(5000, 1, (z) => 100 + 10 * z)
  expect(
    kinds(
      'scale-change',
      input(
        before,
        draws(1000, 2, (z) => 160 + 10 * z),
      ),
    ).kind,
  ).toBe('ok')
  expect(
    kinds(
      'scale-change',
      input(
        before,
        draws(1000, 2, (z) => 100 + 30 * z),
      ),
    ).kind,
  ).toBe('ok')
  const mixture = draws(1000, 2, (z) => (z > 0 ? 160 : 100) + 10 * Math.abs(z))
  expect(kinds('scale-change', input(before, mixture)).kind).toBe('ok')
})

test('a factor that reference windows show among themselves is drift', () => {
  const before = draws(5000, 1, Math.exp)
  const after = draws(1000, 2, (z) => 1.6 * Math.exp(z))
  const alone = input(before, after)
  expect(kinds('scale-change', alone).kind).toBe('breach')
  const layout = learnLayout(column(before))
  const referenceWindows = [0.7, 1, 1.4].map((k, i) =>
    profileRows(column(draws(500, i, (z) => k * Math.exp(z))), layout),
  )
  expect(kinds('scale-change', { ...alone, referenceWindows }).kind).toBe('ok')
})

test('a column of few values or mostly zeros is listed as unchecked', () => {
  const few = kinds(
    'scale-change',
    input(
      draws(500, 1, Math.sign),
      draws(500, 2, (z) => 1000 * Math.sign(z)),
    ),
  )
  expect(few).toMatchObject({ kind: 'insufficient', unchecked: [{ because: 'too few different values' }] })
  const zeros = draws(500, 1, (z) => (z > 1 ? z : 0))
  expect(kinds('scale-change', input(zeros, zeros)).unchecked[0]!.because).toContain('zero')
})

test('the missing share must pass its limit by more than chance', () => {
  const withMissing = (share: number, rows: number) =>
    Array.from({ length: rows }, (_, i) => (i < share * rows ? null : i))
  const before = withMissing(0.01, 1000)
  expect(kinds('null-spike', input(before, withMissing(0.05, 1000))).kind).toBe('ok')
  expect(kinds('null-spike', input(before, withMissing(0.08, 100))).kind).toBe('ok')
  expect(kinds('null-spike', input(before, withMissing(0.1, 1000))).breaches[0]).toMatchObject({
    observed: 0.1,
    limit: 0.060000000000000005,
  })
  expect(kinds('null-spike', input(withMissing(0.2, 1000), withMissing(0.5, 1000))).kind).toBe('ok')
  expect(kinds('null-spike', input(before, withMissing(1, 1000))).kind).toBe('breach')
})

test('label noise breaks the contract only beyond twice the reference, three points and three standard errors', () => {
  const given = input([1], [1])
  const kind = (labelNoise: ContractInput['labelNoise']) => kinds('label-noise', { ...given, labelNoise }).kind
  expect(kind(NOISE)).toBe('breach')
  expect(kind({ ...NOISE, current: 0.13 })).toBe('ok')
  expect(kind({ ...NOISE, current: 0.15 })).toBe('breach')
  expect(kind({ ...NOISE, reference: 0.12 })).toBe('ok')
  expect(kind({ ...NOISE, standardError: 0.1 })).toBe('ok')
  expect(kind({ ...NOISE, rows: 399 })).toBe('insufficient')
  expect(kind(null)).toBe('insufficient')
})

const LEAK = { unlabelled: 0, classes: null, late: [] }

test('a strong column is a leak only beyond the sampling error of what it predicts', () => {
  const kind = (value: number, error: number, options: object = {}) => {
    const alone = [{ column: 'x', measure: 'auc', value, error, rows: 100 } as const]
    const labels = { current: { ...LEAK, labelled: 100, alone }, reference: [] }
    return checkContract({ ...input([1], [1]), labels }, [RuleConfig.parse({ rule: 'leakage', ...options })])[0]!.kind
  }
  expect(kind(0.987, 0.01)).toBe('ok')
  expect(kind(0.987, 0.001)).toBe('breach')
  expect(kind(0.979, 0)).toBe('ok')
  expect(kind(0.987, 0.001, { maxAuc: 0.99 })).toBe('ok')
  expect(kind(0.987, 0.001, { except: ['x'] })).toBe('insufficient')
})

test('a value that stands in labelled rows only comes with the label; one that is rare everywhere does not', () => {
  const alone = [{ column: 'x', measure: 'auc', value: 0.5, error: 0, rows: 100 } as const]
  const kind = (present: number, presentWithout: number) => {
    const late = [
      {
        column: 'x',
        labelled: { present, rows: 500 },
        unlabelled: { present: presentWithout, rows: 100 },
        byClass: [],
      },
    ]
    const labels = { current: { labelled: 500, unlabelled: 100, classes: null, alone, late }, reference: [] }
    return checkContract({ ...input([1], [1]), labels }, [RuleConfig.parse({ rule: 'leakage' })])[0]!.kind
  }
  expect(kind(500, 0)).toBe('breach')
  expect(kind(0, 100)).toBe('breach')
  expect(kind(480, 2)).toBe('breach')
  expect(kind(300, 50)).toBe('ok')
  expect(kind(500, 100)).toBe('ok')
})

test('a rare class may hold all of a rare value by chance; a large one holds most of everything', () => {
  const kind = (own: number, present: number, classRows: number) => {
    const labelled = { present, rows: 1000 }
    const byClass = [
      { name: 'no', present: present - own, rows: 1000 - classRows },
      { name: 'yes', present: own, rows: classRows },
    ]
    const alone = [{ column: 'x', measure: 'auc', value: 0.5, error: 0, rows: 1000 } as const]
    const late = [{ column: 'x', labelled, unlabelled: { present: 0, rows: 0 }, byClass }]
    const labels = { current: { labelled: 1000, unlabelled: 0, classes: null, alone, late }, reference: [] }
    return checkContract({ ...input([1], [1]), labels }, [RuleConfig.parse({ rule: 'leakage' })])[0]!.kind
  }
  expect(kind(200, 200, 200)).toBe('breach')
  expect(kind(60, 60, 200)).toBe('breach')
  expect(kind(20, 20, 200)).toBe('ok')
  expect(kind(190, 200, 200)).toBe('ok')
  expect(kind(200, 200, 900)).toBe('ok')
})

test.each<[string, object]>([
  ['value-range columns.x.min', { columns: { x: { min: 2, max: 1 } } }],
  ['class-balance classes.x.min', { classes: { x: { min: 0.2, max: 0.1 } } }],
  ['row-volume minRows', { minRows: 2, maxRows: 1 }],
])('%s above the upper bound beside it is refused', (place, options) => {
  const [rule, where] = place.split(' ')
  const { error } = RuleConfig.safeParse({ rule, ...options })
  expect(error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`)).toEqual([
    expect.stringMatching(new RegExp(`^${where} must be <= max(Rows)?, [\\d.]+; got`)),
  ])
})

test('a range takes one bound or both', () => {
  const asked = (range: object) => RuleConfig.safeParse({ rule: 'value-range', columns: { x: range } }).success
  expect([{ min: 1 }, { max: 1 }, { min: 1, max: 1 }, {}].map(asked)).toEqual([true, true, true, false])
})

test('of more sources than can be listed, one that gives most of the rows is still heard', () => {
  const facts = (of: (row: number) => number) => {
    const values = Float64Array.from({ length: 4000 }, (_, row) => of(row))
    return rowFacts(frame([{ name: 'shop', kind: 'numeric', values, missing: new Uint8Array(4000) }]))
  }
  const even = facts((row) => row)
  const one = facts((row) => (row % 2 === 0 ? -1 : row))
  const check = (current: RowFacts, reference: readonly RowFacts[]) =>
    checkContract({ ...input([1], [1]), facts: { current, reference } }, [
      RuleConfig.parse({ rule: 'source-cap', column: 'shop' }),
    ])[0]!
  expect(check(even, []).kind).toBe('ok')
  expect(check(one, [even]).breaches).toMatchObject([{ observed: 0.5, limit: 0.2 }])
  // It always gave as many: at most half way from there to all.
  expect(check(one, [one]).kind).toBe('ok')
})
