import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { staleChanges } from './mutants.ts'

test('every mutant still finds in the compiled product what it changes', () => {
  expect(staleChanges(fileURLToPath(new URL('../..', import.meta.url)))).toEqual([])
})
