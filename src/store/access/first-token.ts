import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { makeToken, tokenHash, tokenId } from '../../base/access-token.ts'
import { ensureFolder, writeDurably } from '../disk/durable-file.ts'
import type { Database } from '../postgres/database.ts'
import { createToken, liveTokens } from './tokens.ts'

const OWNER_ONLY = 0o600

/**
 * Makes sure that the file `token` of the data folder holds a token that works and may do everything, and that only its
 * owner can read it.
 * @param now milliseconds since 1970 UTC
 * @returns whether a new one was made
 */
export async function ensureFirstToken(database: Database, folder: string, now: number): Promise<boolean> {
  const path = join(folder, 'token')
  const text = await readFile(path, 'utf8').then(
    (found) => found.trim(),
    () => '',
  )
  if (await works(database, text, now)) {
    // Somebody may have copied the folder with wider permissions.
    if (((await stat(path)).mode & 0o777) !== OWNER_ONLY) await writeDurably(path, `${text}\n`, { mode: OWNER_ONLY })
    return false
  }
  await ensureFolder(folder)
  const token = makeToken()
  // The file first: killed in between, there is no token that nobody knows.
  await writeDurably(path, `${token.text}\n`, { mode: OWNER_ONLY })
  const { id, hash } = token
  await createToken(
    database,
    { id, name: 'first', hash, scopes: ['admin'], expiresAt: null },
    { actor: 'keepfit', at: now },
  )
  return true
}

async function works(database: Database, text: string, now: number): Promise<boolean> {
  const id = tokenId(text)
  if (id === null) return false
  const found = (await liveTokens(database)).find((token) => token.id === id)
  if (found === undefined || !found.hash.equals(tokenHash(text))) return false
  return found.scopes.includes('admin') && (found.expires_at === null || found.expires_at > now)
}
