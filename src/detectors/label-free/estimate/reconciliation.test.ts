import { expect, test } from 'vitest'
import { remember, type Said } from './reconciliation.ts'

test('of estimates whose labels never land the oldest are forgotten, beyond sixty windows', () => {
  let waiting: readonly Said[] = []
  for (let window = 0; window < 75; window++) waiting = remember(waiting, { window, estimates: [] })
  expect(waiting.map(({ window }) => window)).toEqual(Array.from({ length: 60 }, (_, i) => 15 + i))
})
