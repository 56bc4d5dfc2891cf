import { describe, expect, test } from 'vitest'
import { makeToken } from '../base/access-token.ts'
import { Fault } from '../base/fault.ts'
import { authenticator, bearerOf, type StoredToken } from './auth.ts'

function stage(stored: StoredToken[]) {
  let now = 1_000_000
  let reads = 0
  const used: string[] = []
  const ports = {
    tokens: async () => {
      reads++
      return [...stored]
    },
    used: async (ids: readonly string[], at: number) => void used.push(`${ids.join(',')} at ${at}`),
  }
  const auth = authenticator(ports, { now: () => now })
  const answer = async (text: string) =>
    auth.actorOf(text).then(
      ({ id }) => id,
      (error: unknown) => (error instanceof Fault ? error.code : String(error)),
    )
  return { auth, answer, used, reads: () => reads, wait: (ms: number) => (now += ms), set: (at: number) => (now = at) }
}

function stored(facts: Partial<StoredToken> = {}) {
  const { text, id, hash } = makeToken()
  const token: StoredToken = { id, name: 'a', hash, scopes: ['read'], expiresAt: null, revokedAt: null, ...facts }
  return { text, token }
}

describe('a token', () => {
  test('is known by its whole text and nothing less', async () => {
    const { text, token } = stored()
    const { answer } = stage([token])
    expect(await answer(text)).toBe(token.id)
    const last = text.at(-2) === 'A' ? 'B' : 'A'
    expect(await answer(`${text.slice(0, -2)}${last}${text.at(-1)}`)).toBe('UNAUTHENTICATED')
    for (const wrong of [`${text}A`, text.slice(0, -1), text.toUpperCase(), '', 'kf_', makeToken().text])
      expect(await answer(wrong)).toBe('UNAUTHENTICATED')
  })

  test('stops working the moment it expires', async () => {
    const { text, token } = stored({ expiresAt: 1_000_100 })
    const { answer, wait } = stage([token])
    wait(99)
    expect(await answer(text)).toBe(token.id)
    wait(1)
    expect(await answer(text)).toBe('UNAUTHENTICATED')
  })

  test('that is revoked elsewhere stops working within a second, and here at once', async () => {
    const { text, token } = stored()
    const tokens = [token]
    const { answer, wait, auth } = stage(tokens)
    expect(await answer(text)).toBe(token.id)
    tokens.length = 0
    wait(400)
    expect(await answer(text)).toBe(token.id)
    wait(200)
    expect(await answer(text)).toBe('UNAUTHENTICATED')
    tokens.push(token)
    auth.forget()
    expect(await answer(text)).toBe(token.id)
    tokens.length = 0
    auth.forget()
    expect(await answer(text)).toBe('UNAUTHENTICATED')
  })

  test('that is listed as revoked does not work', async () => {
    const { text, token } = stored({ revokedAt: 5 })
    expect(await stage([token]).answer(text)).toBe('UNAUTHENTICATED')
  })

  test('that was made elsewhere a moment ago works', async () => {
    const first = stored()
    const second = stored()
    const tokens = [first.token]
    const { answer, wait } = stage(tokens)
    await answer(first.text)
    tokens.push(second.token)
    wait(60)
    expect(await answer(second.text)).toBe(second.token.id)
  })

  test('stays revoked when the clock steps back', async () => {
    const { text, token } = stored()
    const tokens = [token]
    const { answer, wait } = stage(tokens)
    await answer(text)
    tokens.length = 0
    wait(-3_600_000)
    expect(await answer(text)).toBe('UNAUTHENTICATED')
  })
})

describe('the list of tokens', () => {
  test('is read twice a second, however many ask', async () => {
    const { text, token } = stored()
    const { answer, reads, wait } = stage([token])
    for (let asked = 0; asked < 200; asked++) {
      await Promise.all([answer(text), answer(text), answer(text)])
      wait(10)
    }
    expect(reads()).toBe(4)
  })

  test('is read at most twenty times a second when wrong tokens pour in', async () => {
    const { answer, reads, wait } = stage([])
    for (let asked = 0; asked < 1000; asked++) {
      await answer(makeToken().text)
      wait(1)
    }
    expect(reads()).toBeLessThanOrEqual(21)
  })

  test('that cannot be read refuses nobody as unknown: it says that the database is away', async () => {
    const gone = async () => {
      throw new Fault('DATABASE_UNAVAILABLE', 'gone')
    }
    const auth = authenticator({ tokens: gone, used: async () => undefined }, { now: () => 0 })
    await expect(auth.actorOf(makeToken().text)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
  })

  test('learns of the first use at once, of later ones about once a minute', async () => {
    const { text, token } = stored()
    const { answer, used, wait } = stage([token])
    for (let second = 0; second <= 125; second++) {
      await answer(text)
      wait(1000)
    }
    expect(used).toEqual([1_000_000, 1_060_000, 1_120_000].map((at) => `${token.id} at ${at}`))
  })
})

test('a token comes as a bearer, and in no other way', () => {
  expect(bearerOf('Bearer kf_a')).toBe('kf_a')
  expect(bearerOf('bearer  kf_a ')).toBe('kf_a')
  for (const wrong of [undefined, '', 'Bearer', 'Bearer ', 'Basic kf_a', 'kf_a', 'Bearer a b'])
    expect(() => bearerOf(wrong)).toThrow('a token is needed')
})
