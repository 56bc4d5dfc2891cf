import { expect, test } from 'vitest'
import { normal, type Rng, seededRng } from '../../src/base/rng.ts'
import { coarseCodes } from '../../src/data/bin-codes.ts'
import { DEFAULT_CONTRACT, rules } from '../../src/data/contract/catalog.ts'
import { checkContract } from '../../src/data/contract/check.ts'
import type { Finding } from '../../src/data/contract/rule.ts'
import { type Frame, frame } from '../../src/data/frame.ts'
import { mergeProfiles, profileRows } from '../../src/data/profile.ts'
import { learnLayout } from '../../src/data/profile-layout.ts'
import { measureAnchors } from '../../src/learners/anchors.ts'
import { labelNoise } from '../../src/learners/label-noise.ts'
import { expectCatalogOfFiles } from './files.ts'

const ROWS = 1000

test('every file in data/contract/ is in the catalog, and every rule stands in the default contract', () => {
  expectCatalogOfFiles('data/contract', ['catalog.ts', 'check.ts', 'rule.ts'], rules.ids)
  expect(DEFAULT_CONTRACT.map(({ rule }) => rule)).toEqual(rules.ids)
})

interface Harm {
  readonly scale?: number
  readonly missing?: number
  readonly flipped?: number
}

/**
 * One window of a world that drifts mildly: its level, its rate of missing values and the share of positive labels
 * wander from window to window. `amount` has a long tail, `age` does not, `city` is a name. AUC is about .72.
 */
function window(
  seed: number,
  { scale = 1, missing = 0, flipped = 0 }: Harm = {},
): { features: Frame; labels: Float64Array } {
  const rng = seededRng(seed)
  const level = Math.exp(0.1 * normal(rng))
  const missingShare = 0.02 + 0.01 * rng() + missing
  const lift = 0.25 * normal(rng)
  const amount = new Float64Array(ROWS)
  const age = new Float64Array(ROWS)
  const city = new Int32Array(ROWS)
  const labels = new Float64Array(ROWS)
  const amountMissing = new Uint8Array(ROWS)
  for (let row = 0; row < ROWS; row++) {
    const size = normal(rng)
    amount[row] = 500 * level * Math.exp(0.7 * size) * scale
    age[row] = 45 + 12 * normal(rng)
    city[row] = Math.floor(8 * rng() ** 2)
    const logit = -1.5 + lift + 0.6 * size + 0.03 * (age[row]! - 45) + 0.15 * (city[row]! - 3)
    labels[row] = rng() < 1 / (1 + Math.exp(-logit)) ? 1 : 0
    if (rng() < flipped) labels[row] = 1 - labels[row]!
    if (rng() < missingShare) amountMissing[row] = 1
    if (amountMissing[row] === 1) amount[row] = Number.NaN
  }
  const none = new Uint8Array(ROWS)
  const features = frame([
    { name: 'amount', kind: 'numeric', values: amount, missing: amountMissing },
    { name: 'age', kind: 'numeric', values: age, missing: none },
    { name: 'city', kind: 'categorical', values: city, missing: none, categories: [...'abcdefgh'] },
  ])
  return { features, labels }
}

const trusted = Array.from({ length: 16 }, (_, i) => window(i + 1))
const layout = learnLayout(trusted[0]!.features)
const referenceWindows = trusted.map(({ features }) => profileRows(features, layout))
const reference = mergeProfiles(referenceWindows)
const anchorsOf = ({ features, labels }: ReturnType<typeof window>, rng: Rng) =>
  measureAnchors({ task: { kind: 'binary' }, features: coarseCodes(features, layout), labels }, rng)
const references = trusted.map((slice, i) => anchorsOf(slice, seededRng(i)))

function guard(seed: number, harm?: Harm): Map<string, Finding> {
  const slice = window(seed, harm)
  const noise = labelNoise(references, anchorsOf(slice, seededRng(seed)))
  const current = profileRows(slice.features, layout)
  const input = { reference, referenceWindows, current, labelNoise: noise.kind === 'measured' ? noise : null }
  return new Map(checkContract(input, DEFAULT_CONTRACT).map((finding) => [finding.rule, finding]))
}

function caught(rule: string, harm: Harm): number {
  let hits = 0
  for (let i = 0; i < 20; i++) if (guard(5000 + i, harm).get(rule)?.kind === 'breach') hits++
  return hits
}

test('on 200 clean windows no rule blocks more than 5 %, and none is silent', () => {
  const blocks = new Map<string, number>()
  for (let i = 0; i < 200; i++) {
    for (const [rule, { kind }] of guard(1000 + i)) {
      expect(kind).not.toBe('insufficient')
      if (kind === 'breach') blocks.set(rule, (blocks.get(rule) ?? 0) + 1)
    }
  }
  for (const rule of ['scale-change', 'null-spike', 'label-noise'])
    expect(blocks.get(rule) ?? 0).toBeLessThanOrEqual(10)
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

test('each harm is caught by its own rule only', () => {
  const kinds = (harm: Harm) => [...guard(5000, harm).values()].filter((f) => f.kind === 'breach').map((f) => f.rule)
  expect(kinds({ scale: 1000 })).toEqual(['scale-change'])
  expect(kinds({ missing: 0.2 })).toEqual(['null-spike'])
  expect(kinds({ flipped: 0.4 })).toEqual(['label-noise'])
})
