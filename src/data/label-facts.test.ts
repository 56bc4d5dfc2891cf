import { expect, test } from 'vitest'
import { normal, seededRng } from '../base/rng.ts'
import { type Column, frame } from './frame.ts'
import { labelFacts } from './label-facts.ts'

const ROWS = 1000
const rng = seededRng(4)
const z = Float64Array.from({ length: ROWS }, () => normal(rng))
const noise = Float64Array.from({ length: ROWS }, () => normal(rng))
const BINARY = { kind: 'binary', classes: ['no', 'yes'] } as const

function numeric(name: string, values: Float64Array, missing = new Uint8Array(values.length)): Column {
  return { name, kind: 'numeric', values, missing }
}
const scoreOf = (facts: ReturnType<typeof labelFacts>) => facts.alone.map(({ value }) => value)

test('a column that is independent of the label has an AUC near a half, its copy one near 1', () => {
  const labels = z.map((value) => (value > 0.5 ? 1 : 0))
  const facts = labelFacts(BINARY, frame([numeric('noise', noise), numeric('copy', labels), numeric('z', z)]), labels)
  const [noisy, copy, exact] = scoreOf(facts)
  expect(noisy).toBeGreaterThan(0.4)
  expect(noisy).toBeLessThan(0.56)
  expect(copy).toBeGreaterThan(0.999)
  expect(exact).toBeGreaterThan(0.98)
  expect([...(facts.classes ?? [])]).toEqual([
    ['no', labels.filter((l) => l === 0).length],
    ['yes', labels.filter((l) => l === 1).length],
  ])
})

test('a relation without a slope is seen too: the bins carry it, not the order', () => {
  const labels = z.map((value) => (Math.abs(value) > 1 ? 1 : 0))
  expect(scoreOf(labelFacts(BINARY, frame([numeric('z', z)]), labels))[0]).toBeGreaterThan(0.98)
})

test('an id that no two rows share predicts nothing on rows it was not fitted on', () => {
  const labels = noise.map((value) => (value > 0 ? 1 : 0))
  const id: Column = {
    name: 'id',
    kind: 'categorical',
    values: Int32Array.from(z.keys()),
    missing: new Uint8Array(ROWS),
    categories: Array.from(z.keys(), (i) => `c${i}`),
  }
  expect(scoreOf(labelFacts(BINARY, frame([id]), labels))[0]).toBeLessThan(0.6)
})

test('a number is predicted by ranks: a copy with a long tail is heard, noise has no R²', () => {
  const labels = z.map((value) => Math.exp(5 * value))
  const [copy, noisy] = scoreOf(
    labelFacts(
      { kind: 'regression' },
      frame([
        numeric(
          'copy',
          labels.map((y) => 7 * y),
        ),
        numeric('noise', noise),
      ]),
      labels,
    ),
  )
  expect(copy).toBeGreaterThan(0.99)
  expect(Math.abs(noisy ?? 1)).toBeLessThan(0.1)
})

test('of several classes the mean over one against the rest counts; rare classes and few rows say nothing', () => {
  const task = { kind: 'multiclass', classes: ['a', 'b', 'c', 'rare'] } as const
  const labels = Float64Array.from({ length: ROWS }, (_, row) => (row < 5 ? 3 : row % 3))
  const [score] = scoreOf(labelFacts(task, frame([numeric('copy', labels)]), labels))
  expect(score).toBeGreaterThan(0.99)
  const few = Float64Array.from({ length: 60 }, (_, row) => row % 2)
  expect(scoreOf(labelFacts(BINARY, frame([numeric('copy', few)]), few))).toEqual([null])
  const lone = Float64Array.from({ length: 500 }, (_, row) => (row < 10 ? 1 : 0))
  expect(scoreOf(labelFacts(BINARY, frame([numeric('copy', lone)]), lone))).toEqual([null])
})

test('where a column has values is counted apart for labelled, unlabelled and each class', () => {
  const labels = Float64Array.of(0, 0, 1, 1, 1, Number.NaN)
  const missing = Uint8Array.of(1, 1, 0, 0, 1, 1)
  const facts = labelFacts(BINARY, frame([numeric('x', Float64Array.of(1, 2, 3, Number.NaN, 5, 6), missing)]), labels)
  expect(facts).toMatchObject({ labelled: 5, unlabelled: 1 })
  expect(facts.late).toEqual([
    {
      column: 'x',
      labelled: { present: 1, rows: 5 },
      unlabelled: { present: 0, rows: 1 },
      byClass: [
        { name: 'no', present: 0, rows: 2 },
        { name: 'yes', present: 1, rows: 3 },
      ],
    },
  ])
  const numbers = labelFacts({ kind: 'regression' }, frame([numeric('x', labels)]), labels)
  expect(numbers.classes).toBeNull()
  expect(numbers.late[0]?.byClass).toEqual([])
})
