import { expect, test } from 'vitest'
import { metrics } from '../../src/stats/metrics/catalog.ts'
import { distance, golden } from './golden.ts'
import { type InputCase, metricInput } from './streams.ts'

interface Expected {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly rows: number
}

interface Metrics {
  readonly level: number
  readonly cases: readonly { readonly input: InputCase; readonly expected: Readonly<Record<string, Expected>> }[]
}

const { level, cases } = golden<Metrics>('metrics')
const crossed = cases.flatMap(({ input, expected }) =>
  Object.entries(expected).map(([id, wanted]) => [id, input.kind, input.rows, input.seed, input, wanted] as const),
)

test('every metric is held against the reference for every task it takes', () => {
  const held = new Set(crossed.map(([id, kind]) => `${id} ${kind}`))
  const wanted = metrics.all.flatMap(({ id, tasks }) => tasks.map((task) => `${id} ${task}`))
  expect([...held].sort()).toEqual(wanted.sort())
})

test.each(crossed)('%s of %s, %d rows (seed %d), equals the reference within 1e-9', (id, _, __, ___, input, wanted) => {
  const seen = metrics.get(id).measure(metricInput(input), level)
  if (seen.kind !== 'measured') throw new Error(`not measured: ${JSON.stringify(seen)}`)
  expect(distance(seen.value, wanted.value)).toBeLessThan(1e-9)
  expect(distance(seen.interval.low, wanted.low)).toBeLessThan(1e-9)
  expect(distance(seen.interval.high, wanted.high)).toBeLessThan(1e-9)
  expect(seen.rows).toBe(wanted.rows)
})
