import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/postgres.ts'
import { makeToken, tokenHash, tokenId } from '../../base/access-token.ts'
import { auditEntries } from '../audit/read.ts'
import { ensureFirstToken } from './first-token.ts'
import { allTokens, createToken, liveTokens, noteTokenUse, revokeToken } from './tokens.ts'

let fresh: FreshDatabase
beforeAll(async () => {
  fresh = await freshDatabase()
})
const folders: string[] = []
afterAll(async () => {
  await fresh.drop()
  for (const folder of folders) await rm(folder, { recursive: true })
})

async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keepfit-token-'))
  folders.push(folder)
  return folder
}

const ann = { actor: 'ann (1)', at: 1000 }

async function create(name: string, expiresAt: number | null = null) {
  const { id, hash, text } = makeToken()
  await createToken(fresh.database, { id, name, hash, scopes: ['read'], expiresAt }, ann)
  return { id, text }
}

describe('tokens', () => {
  test('are kept by their hash only, and their making and revoking is noted', async () => {
    const { id, text } = await create('reader')
    expect(await revokeToken(fresh.database, id, { actor: 'bob (2)', at: 2000 })).toMatchObject({ revoked_at: 2000 })
    const stored = (await allTokens(fresh.database)).find((token) => token.id === id)
    expect(stored?.hash.equals(tokenHash(text))).toBe(true)
    const secret = text.slice(12)
    const { rows } = await fresh.database.pool.query(
      'select token::text as t from token union all select audit::text from audit',
    )
    expect(rows.some(({ t }) => String(t).includes(id))).toBe(true)
    expect(rows.some(({ t }) => String(t).includes(secret))).toBe(false)
    const noted = await auditEntries(fresh.database, { after: 0, limit: 100 })
    expect(noted.map(({ action, actor, at }) => `${at} ${actor} ${action}`)).toEqual([
      '1000 ann (1) token-created',
      '2000 bob (2) token-revoked',
    ])
  })

  test('once revoked stay revoked, with the first time', async () => {
    const { id } = await create('gone')
    await revokeToken(fresh.database, id, { actor: 'bob', at: 2000 })
    expect(await revokeToken(fresh.database, id, { actor: 'eve', at: 3000 })).toMatchObject({ revoked_at: 2000 })
    expect((await liveTokens(fresh.database)).some((token) => token.id === id)).toBe(false)
    expect(await revokeToken(fresh.database, '00000000', ann)).toBeUndefined()
  })

  test('remember their last use, and never an earlier one', async () => {
    const { id } = await create('used')
    await noteTokenUse(fresh.database, [id], 5000)
    await noteTokenUse(fresh.database, [id], 4000)
    await noteTokenUse(fresh.database, [], 9000)
    expect((await allTokens(fresh.database)).find((token) => token.id === id)?.last_used_at).toBe(5000)
  })
})

describe('the first token', () => {
  const read = async (folder: string) => (await readFile(join(folder, 'token'), 'utf8')).trim()
  const mode = async (folder: string) => (await stat(join(folder, 'token'))).mode & 0o777

  test('is written once, for its owner only, and may do everything', async () => {
    const folder = await dataFolder()
    expect(await ensureFirstToken(fresh.database, folder, 1)).toBe(true)
    const text = await read(folder)
    expect(await mode(folder)).toBe(0o600)
    const stored = (await liveTokens(fresh.database)).find((token) => token.id === tokenId(text))
    expect([stored?.scopes, stored?.expires_at]).toEqual([['admin'], null])
    await chmod(join(folder, 'token'), 0o644)
    expect(await ensureFirstToken(fresh.database, folder, 2)).toBe(false)
    expect([await read(folder), await mode(folder)]).toEqual([text, 0o600])
  })

  test('is made anew where the file is lost, spoiled, of another database or revoked', async () => {
    const folder = await dataFolder()
    const renewed = async (spoil: (text: string) => Promise<unknown>) => {
      await ensureFirstToken(fresh.database, folder, 1)
      const before = await read(folder)
      await spoil(before)
      expect(await ensureFirstToken(fresh.database, folder, 2)).toBe(true)
      expect(await read(folder)).not.toBe(before)
    }
    await renewed(() => rm(join(folder, 'token')))
    await renewed((text) => writeFile(join(folder, 'token'), text.slice(0, 20)))
    await renewed((text) => writeFile(join(folder, 'token'), `${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`))
    await renewed(() => writeFile(join(folder, 'token'), makeToken().text))
    await renewed((text) => revokeToken(fresh.database, tokenId(text) ?? '', ann))
  })
})
