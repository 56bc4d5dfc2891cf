import { expect, test } from 'vitest'
import { seededRng } from '../../base/rng.ts'
import { frame } from '../../data/frame.ts'
import { targetImportance } from './target-importance.ts'

test('of several classes a feature counts for the one that it says most of', () => {
  const rng = seededRng(1)
  const rows = 4000
  const kinds = Int32Array.from({ length: rows }, () => Math.floor(rng() * 3))
  const none = new Uint8Array(rows)
  const sample = frame([
    { kind: 'numeric', name: 'x', values: Float64Array.from(kinds, (kind) => (kind === 2 ? 1 : 0)), missing: none },
    { kind: 'numeric', name: 'idle', values: Float64Array.from(kinds, () => rng()), missing: none },
    { kind: 'categorical', name: 'kind', values: kinds, missing: none, categories: ['a', 'b', 'c'] },
  ])
  const found = targetImportance(sample, 'kind', ['x', 'idle'])
  expect(found.get('x')?.share).toBeGreaterThan(0.99)
  expect(found.get('idle')).toMatchObject({ share: 0, matters: false })
  expect(found.has('kind')).toBe(false)
})
