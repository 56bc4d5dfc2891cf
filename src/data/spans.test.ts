import { expect, test } from 'vitest'
import { isCounter } from './spans.ts'

const span = (min: number, max: number) => ({ min, max })

test('a counter may touch its neighbours, but never overlaps them, whichever way it goes', () => {
  const rising = [span(0, 10), span(10, 20), span(21, 30)]
  const overlapping = [span(0, 10), span(5, 20), span(21, 30)]
  const falling = (spans: typeof rising) => spans.map(({ min, max }) => span(-max, -min))
  expect([rising, falling(rising), overlapping, falling(overlapping)].map(isCounter)).toEqual([
    true,
    true,
    false,
    false,
  ])
  expect(isCounter(rising.slice(0, 2))).toBe(false)
})
