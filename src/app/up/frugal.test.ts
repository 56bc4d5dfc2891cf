import { beforeEach, expect, test } from 'vitest'
import { frugal } from './frugal.ts'

let now = 0
let asked: string[] = []
beforeEach(() => {
  now = 0
  asked = []
})
const asking = (key: string, tookMs: number) => async () => {
  asked.push(key)
  now += tookMs
  return `${key} at ${now}`
}

test('what was quick is asked anew each time; what took long is known for a while, each question by itself', async () => {
  const ask = frugal<string>({ now: () => now })
  for (const key of ['quick', 'quick', 'slow', 'slow', 'other', 'slow'])
    await ask(key, asking(key, key === 'quick' ? 999 : 1000))
  expect(asked).toEqual(['quick', 'quick', 'slow', 'other'])
})

test('an answer is known for twenty times as long as it took, and not at all once the clock has stepped back', async () => {
  const ask = frugal<string>({ now: () => now })
  const slow = () => ask('slow', asking('slow', 1000))
  expect(await slow()).toBe('slow at 1000')
  now = 1000 + 19_999
  expect(await slow()).toBe('slow at 1000')
  now = 1000 + 20_000
  expect(await slow()).toBe('slow at 22000')
  now = 21_999
  expect(await slow()).toBe('slow at 22999')
})

test('what failed is asked again at once', async () => {
  const ask = frugal<string>({ now: () => now })
  const failing = async () => {
    now += 5000
    throw new Error('away')
  }
  await expect(ask('a', failing)).rejects.toThrow('away')
  expect(await ask('a', asking('a', 0))).toBe('a at 5000')
})
