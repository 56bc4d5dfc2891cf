import { expect, test } from 'vitest'
import { signed } from './signed.ts'

test('a number carries its sign, and nothing that rounds to zero is negative', () => {
  expect([0.25, -0.25, 0, -0.00006].map(signed)).toEqual(['+0.2500', '−0.2500', '+0.0000', '−0.0001'])
  expect([-0, -1e-17, -0.00004].map(signed)).toEqual(['+0.0000', '+0.0000', '+0.0000'])
})
