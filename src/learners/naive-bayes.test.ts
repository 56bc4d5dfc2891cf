import { expect, test } from 'vitest'
import { type BinnedFeature, learnRow, naiveBayes, scorer } from './naive-bayes.ts'

const CODES = [0, 0, 1, 1, 2]
const LABELS = [0, 0, 1, 1, 1]
const features: BinnedFeature[] = [
  { codes: Uint16Array.from(CODES), bins: 3 },
  { codes: Uint16Array.of(1, 0, 1, 0, 1), bins: 2 },
]

function learned(rows: readonly number[]) {
  const model = naiveBayes(features, 2)
  for (const row of rows) learnRow(model, features, { row, label: LABELS[row] as number })
  return model
}

test('probabilities follow the formula and sum to one', () => {
  const model = naiveBayes([features[0] as BinnedFeature], 2)
  for (const [row, label] of LABELS.entries()) learnRow(model, features, { row, label })
  const into = new Float64Array(2)
  scorer(model)(features, 0, into)
  const prior = [2.5 / 6, 3.5 / 6] as const
  const zero = (2 + 20 * prior[0]) / 22
  const one = (20 * prior[1]) / 22
  expect(into[0]).toBeCloseTo(zero / (zero + one), 12)
  expect((into[0] as number) + (into[1] as number)).toBeCloseTo(1, 12)
})

test('a forgotten row leaves no trace', () => {
  const model = learned([0, 1, 2, 3, 4])
  learnRow(model, features, { row: 4, label: 1, weight: -1 })
  expect(model).toEqual(learned([0, 1, 2, 3]))
})

test('the order of learning does not matter', () => {
  expect(learned([4, 2, 0, 1, 3])).toEqual(learned([0, 1, 2, 3, 4]))
})

test('an untrained model gives equal probabilities and a bin without rows those of the classes', () => {
  const into = new Float64Array(2)
  scorer(naiveBayes(features, 2))(features, 0, into)
  expect([...into]).toEqual([0.5, 0.5])
  const model = naiveBayes([features[0] as BinnedFeature], 2)
  for (const row of [0, 1, 2, 3]) learnRow(model, features, { row, label: LABELS[row] as number })
  scorer(model)(features, 4, into)
  expect(into[0]).toBeCloseTo(0.5, 12)
})
