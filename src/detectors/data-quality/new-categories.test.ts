import { expect, test } from 'vitest'
import { alarmsOf, distanceOf, numbersColumn, textsColumn, watchedOn } from '../../../test/support/watched-columns.ts'
import { seededRng } from '../../base/rng.ts'
import { newCategoriesDetector } from './new-categories.ts'

type Texts = readonly (string | null)[]

function measure(before: Texts, now: Texts, options = {}) {
  const { version, view } = watchedOn([textsColumn('shop', before)])
  const config = newCategoriesDetector.config.parse({ detector: 'new-categories', ...options })
  return newCategoriesDetector.measure(null, version, view([textsColumn('shop', now)]), config).evidence
}

const cycle = (texts: Texts, rows: number) =>
  Array.from({ length: rows }, (_, row) => texts[row % texts.length] ?? null)

test('the share is that of rows whose text is new, in whatever order texts are numbered', () => {
  const [seen] = measure(cycle(['a', 'b', 'c'], 600), cycle(['d', 'c', 'b', 'a'], 400))
  expect(seen).toMatchObject({ subject: 'shop', value: 0.25, unit: 'share', rows: 400, alarm: true })
})

test('rows without a category are not new ones, and take no part', () => {
  const [seen] = measure(cycle(['a', 'b'], 600), cycle(['a', null, null, 'd'], 400))
  expect(seen).toMatchObject({ value: 0.5, rows: 200 })
  expect(alarmsOf(measure(cycle(['a', 'b'], 600), cycle(['a', null, null], 400)))).toEqual([])
})

test('half a per cent of new categories is a trifle, however many rows', () => {
  const now = (strange: number) => Array.from({ length: 50_000 }, (_, row) => (row < strange ? 'new' : 'a'))
  expect(alarmsOf(measure(cycle(['a', 'b'], 50_000), now(245)))).toEqual([])
  expect(alarmsOf(measure(cycle(['a', 'b'], 50_000), now(255)))).toEqual(['shop'])
})

test('a category that the training frame lists but no row of it has is new', () => {
  const trained = textsColumn('shop', cycle(['a', 'b'], 300))
  if (trained.kind !== 'categorical') throw new Error('not categorical')
  const { version, view } = watchedOn([{ ...trained, categories: ['a', 'b', 'later'] }])
  const now = view([textsColumn('shop', cycle(['later', 'a'], 300))])
  const config = newCategoriesDetector.config.parse({ detector: 'new-categories' })
  expect(distanceOf(newCategoriesDetector.measure(null, version, now, config).evidence[0])).toBe(0.5)
})

test('customers of whom most come once are not an alarm, in any of 300 steady lives', () => {
  let wrong = 0
  for (let seed = 0; seed < 300; seed++) {
    const rng = seededRng(seed)
    // A long tail: about a fifth of the rows of a window are of customers that were never seen.
    const customer = () => `c${Math.floor(rng() ** -0.8)}`
    const draw = (rows: number) => Array.from({ length: rows }, customer)
    if (alarmsOf(measure(draw(400), draw(seed % 2 === 0 ? 100 : 2000), { alpha: 0.02 })).length > 0) wrong++
  }
  expect(wrong).toBeLessThanOrEqual(14)
})

test('numbers have no categories; 49 rows are insufficient', () => {
  const { version, view } = watchedOn([numbersColumn('x', [1, 2, 3])])
  const config = newCategoriesDetector.config.parse({ detector: 'new-categories' })
  expect(newCategoriesDetector.measure(null, version, view([numbersColumn('x', [1])]), config).evidence).toEqual([])
  expect(measure(cycle(['a'], 500), cycle(['b'], 49))).toMatchObject([{ kind: 'insufficient', rows: 49, needRows: 50 }])
})

test('where one row in twenty was of a new category, a trifle more than that is none', () => {
  const before = Array.from({ length: 10_000 }, (_, row) => (row < 500 ? `once${row}` : 'a'))
  const now = (strange: number) => Array.from({ length: 10_000 }, (_, row) => (row < strange ? 'new' : 'a'))
  expect(alarmsOf(measure(before, now(670), { maxRise: 0.02 }))).toEqual([])
  expect(alarmsOf(measure(before, now(730), { maxRise: 0.02 }))).toEqual(['shop'])
})

test('categories that all came twice say that others are still to come', () => {
  const before = Array.from({ length: 200 }, (_, row) => `twice${row % 100}`)
  const now = (strange: number) => Array.from({ length: 1000 }, (_, row) => (row < strange ? `new${row}` : 'twice1'))
  expect(alarmsOf(measure(before, now(150)))).toEqual([])
  expect(alarmsOf(measure(before, now(300)))).toEqual(['shop'])
})
