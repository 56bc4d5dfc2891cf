import { expect, test } from 'vitest'
import { alarmsOf, numbersColumn, textsColumn, watchedOn } from '../../../test/support/watched-columns.ts'
import { seededRng } from '../../base/rng.ts'
import { lostCategoriesDetector } from './lost-categories.ts'

type Texts = readonly (string | null)[]

function measure(before: Texts, now: Texts, options = {}) {
  const { version, view } = watchedOn([textsColumn('shop', before)])
  const config = lostCategoriesDetector.config.parse({ detector: 'lost-categories', ...options })
  return lostCategoriesDetector.measure(null, version, view([textsColumn('shop', now)]), config).evidence
}

const cycle = (texts: Texts, rows: number) =>
  Array.from({ length: rows }, (_, row) => texts[row % texts.length] ?? null)
const mixed = (rows: number, share: number) =>
  Array.from({ length: rows }, (_, row) => (row < share * rows ? 'b' : 'a'))

test('the value is the old share of all that vanished', () => {
  const before = cycle(['a', 'b', 'c', 'd'], 400)
  expect(measure(before, cycle(['a', 'b'], 300))).toMatchObject([
    { subject: 'shop', value: 0.5, unit: 'share', rows: 300, alarm: true },
  ])
  expect(measure(before, cycle(['d', 'c', 'b', 'a'], 300))).toMatchObject([{ value: 0, alarm: false }])
})

test('a category that becomes rarer is not lost until a tenth of it is left', () => {
  expect(alarmsOf(measure(mixed(10_000, 0.3), mixed(10_000, 0.031)))).toEqual([])
  expect(alarmsOf(measure(mixed(10_000, 0.3), mixed(10_000, 0.029)))).toEqual(['shop'])
})

test('a category below minShare may vanish; one that few rows may lack by chance may too', () => {
  expect(alarmsOf(measure(mixed(100_000, 0.019), mixed(100_000, 0)))).toEqual([])
  expect(alarmsOf(measure(mixed(100_000, 0.021), mixed(100_000, 0)))).toEqual(['shop'])
  expect(alarmsOf(measure(mixed(1000, 0.04), mixed(60, 0)))).toEqual([])
})

test('rows that lost their value have not lost a category: they take no part', () => {
  expect(measure(cycle(['a', 'b'], 400), cycle(['a', null, 'b', null], 400))).toMatchObject([{ value: 0, rows: 200 }])
})

test('twenty categories of a twentieth each are steady in 300 lives', () => {
  let wrong = 0
  for (let seed = 0; seed < 300; seed++) {
    const rng = seededRng(seed)
    const draw = (rows: number) => Array.from({ length: rows }, () => `c${Math.floor(20 * rng())}`)
    const [before, now] = seed % 2 === 0 ? [80, 1000] : [1000, 80]
    if (alarmsOf(measure(draw(before), draw(now), { alpha: 0.02 })).length > 0) wrong++
  }
  expect(wrong).toBeLessThanOrEqual(14)
})

test('no frequent category, no text, or 49 rows: nothing can be said', () => {
  const ids = Array.from({ length: 300 }, (_, row) => `id${row}`)
  expect(measure(ids, ids)).toMatchObject([{ kind: 'insufficient', needRows: 301, because: expect.any(String) }])
  expect(measure(cycle(['a'], 300), cycle(['b'], 49))).toMatchObject([{ kind: 'insufficient', rows: 49, needRows: 50 }])
  const { version, view } = watchedOn([numbersColumn('x', [1, 2])])
  const config = lostCategoriesDetector.config.parse({ detector: 'lost-categories' })
  expect(lostCategoriesDetector.measure(null, version, view([numbersColumn('x', [1])]), config).evidence).toEqual([])
})
