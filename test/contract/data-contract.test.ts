import { expect, test } from 'vitest'
import { type Rng, seededRng } from '../../src/base/rng.ts'
import { coarseCodes } from '../../src/data/bin-codes.ts'
import { RuleConfig, rules } from '../../src/data/contract/catalog.ts'
import { checkContract } from '../../src/data/contract/check.ts'
import type { Finding } from '../../src/data/contract/rule.ts'
import { labelFacts } from '../../src/data/label-facts.ts'
import { mergeProfiles, profileRows } from '../../src/data/profile.ts'
import { learnLayout } from '../../src/data/profile-layout.ts'
import { rowFacts } from '../../src/data/row-facts.ts'
import { measureAnchors } from '../../src/learners/anchors.ts'
import { labelNoise } from '../../src/learners/label-noise.ts'
import { closeOf, contractWindow, type Harm } from '../support/contract-world.ts'
import { expectCatalogOfFiles } from './files.ts'

/** Options without which a rule cannot be asked for. */
const NEEDED: Readonly<Record<string, object>> = {
  'unique-values': { columns: ['id'] },
  'source-cap': { column: 'shop' },
  freshness: { maxAgeHours: 2 },
  'missing-share': { maxShare: 0.1, columns: { closed: 1 } },
}
const EVERY_RULE = rules.ids.map((rule) => RuleConfig.parse({ rule, ...NEEDED[rule] }))

test('every file in data/contract/ is in the catalog', () => {
  expectCatalogOfFiles('data/contract', ['catalog.ts', 'check.ts', 'rule.ts'], rules.ids)
})

const TASK = { kind: 'binary', classes: ['no', 'yes'] } as const
const trusted = Array.from({ length: 16 }, (_, i) => contractWindow(i + 1))
const layout = learnLayout(trusted[0]!.features)
const referenceWindows = trusted.map(({ features }) => profileRows(features, layout))
const reference = mergeProfiles(referenceWindows)
const trustedRows = trusted.map(({ table }) => rowFacts(table))
const trustedLabels = trusted.map(({ features, labels }) => labelFacts(TASK, features, labels))
const anchorsOf = ({ features, labels }: ReturnType<typeof contractWindow>, rng: Rng) =>
  measureAnchors({ task: { kind: 'binary' }, features: coarseCodes(features, layout), labels }, rng)
const references = trusted.map((slice, i) => anchorsOf(slice, seededRng(i)))

function guard(seed: number, harm: Harm = {}, hoursLate = 0): Map<string, Finding> {
  const slice = contractWindow(seed, harm)
  const isTyped = harm.retyped !== true
  const noise = isTyped ? labelNoise(references, anchorsOf(slice, seededRng(seed))) : null
  const input = {
    reference,
    referenceWindows,
    current: isTyped ? profileRows(slice.features, layout) : reference,
    labelNoise: noise?.kind === 'measured' ? noise : null,
    facts: { current: rowFacts(slice.table), reference: trustedRows },
    labels: { current: labelFacts(TASK, slice.features, slice.labels), reference: trustedLabels },
    now: closeOf(seed) + hoursLate * 3_600_000,
  }
  return new Map(checkContract(input, EVERY_RULE).map((finding) => [finding.rule, finding]))
}

function caught(rule: string, harm: Harm, hoursLate = 0): number {
  let hits = 0
  for (let i = 0; i < 20; i++) if (guard(5000 + i, harm, hoursLate).get(rule)?.kind === 'breach') hits++
  return hits
}

test('on 200 clean windows no rule blocks more than 5 %, and none is silent', () => {
  const blocks = new Map<string, number>()
  for (let i = 0; i < 200; i++) {
    for (const [rule, { kind }] of guard(1000 + i)) {
      expect(kind, rule).not.toBe('insufficient')
      if (kind === 'breach') blocks.set(rule, (blocks.get(rule) ?? 0) + 1)
    }
  }
  for (const rule of rules.ids) expect(blocks.get(rule) ?? 0, rule).toBeLessThanOrEqual(10)
  // Rules that go by their own word and not by a distance from the trusted windows are never wrong here.
  for (const rule of ['column-kinds', 'missing-share', 'unique-values', 'row-volume', 'freshness', 'leakage'])
    expect(blocks.get(rule) ?? 0, rule).toBe(0)
})

test('miles taken for kilometres and grams for kilograms are caught, with the column and the factor', () => {
  for (const scale of [1.609, 1000, 0.01]) {
    expect(caught('scale-change', { scale })).toBeGreaterThanOrEqual(scale === 1.609 ? 15 : 20)
  }
  const [breach] = guard(5000, { scale: 1000 }).get('scale-change')!.breaches
  expect(breach).toMatchObject({ column: 'amount', rule: 'scale-change' })
  expect(breach!.observed / 1000).toBeGreaterThan(0.7)
  expect(breach!.observed / 1000).toBeLessThan(1.4)
})

test('a spike of missing values is caught and named', () => {
  expect(caught('null-spike', { missing: 0.15 })).toBe(20)
  const [breach] = guard(5000, { missing: 0.15 }).get('null-spike')!.breaches
  expect(breach!.column).toBe('amount')
  expect(breach!.text).toMatch(/^1\d\.\d % of 1000 rows have no 'amount'; it was 2\.\d % in the reference/)
})

test('a burst of flipped labels is caught', () => {
  expect(caught('label-noise', { flipped: 0.3 })).toBeGreaterThanOrEqual(17)
  expect(caught('label-noise', { flipped: 0.4 })).toBe(20)
})

/** What each other rule must hear nearly always, and in which column. */
const PLANTED: readonly (readonly [rule: string, harm: Harm, column: string | null])[] = [
  ['column-kinds', { retyped: true }, 'age'],
  ['missing-share', { missing: 0.15 }, 'amount'],
  ['value-range', { outside: 0.03 }, 'age'],
  ['known-categories', { newCity: 0.06 }, 'city'],
  ['unique-values', { sameId: 0.01 }, 'id'],
  ['duplicate-rows', { twice: 0.1 }, null],
  ['row-volume', { rows: 250 }, null],
  ['row-volume', { rows: 4000 }, null],
  ['source-cap', { oneShop: 0.3 }, 'shop'],
  ['class-balance', { lift: 3 }, null],
  ['leakage', { leak: true }, 'amount'],
  ['leakage', { late: true }, 'closed'],
]

test.each(PLANTED)('%s hears %j', (rule, harm, column) => {
  expect(caught(rule, harm)).toBeGreaterThanOrEqual(19)
  const finding = guard(5000, harm).get(rule)
  expect(finding?.breaches.map((breach) => breach.column)).toEqual([column])
})

test('rows that came too late are caught by their age', () => {
  expect(caught('freshness', {}, 3)).toBe(20)
  expect(caught('freshness', {}, 1)).toBe(0)
})

test('each harm is caught by its own rule only', () => {
  const kinds = (harm: Harm) => [...guard(5000, harm).values()].filter((f) => f.kind === 'breach').map((f) => f.rule)
  expect(kinds({ missing: 0.2 })).toEqual(['missing-share', 'null-spike'])
  expect(kinds({ flipped: 0.4 })).toContain('label-noise')
  expect(kinds({ newCity: 0.06 })).toEqual(['known-categories'])
  expect(kinds({ sameId: 0.01 })).toEqual(['unique-values'])
  expect(kinds({ oneShop: 0.3 })).toEqual(['source-cap'])
  // A column in other units is out of its range as well.
  expect(kinds({ scale: 1000 })).toEqual(['value-range', 'scale-change'])
})
