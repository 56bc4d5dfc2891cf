import { expect, test } from 'vitest'
import type { Frame } from './frame.ts'
import { stackedFrames } from './stacked-frames.ts'

const SCHEMA = [
  { name: 'x', kind: 'numeric' },
  { name: 'c', kind: 'categorical' },
] as const

function part(values: readonly number[], codes: readonly number[], categories: readonly string[]): Frame {
  const missing = Uint8Array.from(codes, (code) => Number(code < 0))
  return {
    rows: values.length,
    columns: [
      { name: 'x', kind: 'numeric', values: Float64Array.from(values), missing: new Uint8Array(values.length) },
      { name: 'c', kind: 'categorical', values: Int32Array.from(codes), missing, categories },
    ],
  }
}

test('frames stand below each other, and equal texts get one code whatever their codes were', () => {
  const { rows, columns } = stackedFrames(
    [part([1, 2], [0, -1], ['a']), part([], [], []), part([3, 4], [1, 0], ['a', 'b'])],
    SCHEMA,
  )
  const [x, c] = columns
  expect(rows).toBe(4)
  expect([...(x?.values ?? [])]).toEqual([1, 2, 3, 4])
  expect(c?.kind === 'categorical' && [...c.values].map((code) => c.categories[code] ?? null)).toEqual([
    'a',
    null,
    'b',
    'a',
  ])
  expect([...(c?.missing ?? [])]).toEqual([0, 1, 0, 0])
})

test('no frames are an empty one of the schema; one of another schema is refused', () => {
  expect(stackedFrames([], SCHEMA)).toMatchObject({ rows: 0, columns: [{ name: 'x' }, { name: 'c' }] })
  expect(() => stackedFrames([part([1], [0], ['a'])], [{ name: 'y', kind: 'numeric' }])).toThrow("is not 'y'")
})
