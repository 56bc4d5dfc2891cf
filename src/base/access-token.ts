import { createHash, randomBytes } from 'node:crypto'

/** A token that was just made. */
export interface NewToken {
  /** `kf_<id>_<secret>`: shown once, kept nowhere. */
  readonly text: string
  /** Names it in lists and records; no secret. */
  readonly id: string
  /** SHA-256 of the text: all that is kept of it. */
  readonly hash: Uint8Array
}

const TOKEN = /^kf_([0-9a-f]{8})_[A-Za-z0-9_-]{43}$/

/** A token whose secret is 256 random bits. No slow hash is needed: there is nothing to guess. */
export function makeToken(): NewToken {
  const id = randomBytes(4).toString('hex')
  const text = `kf_${id}_${randomBytes(32).toString('base64url')}`
  return { text, id, hash: tokenHash(text) }
}

export function tokenHash(text: string): Uint8Array {
  return createHash('sha256').update(text).digest()
}

/** The id in a token's text; null for what is no token. */
export function tokenId(text: string): string | null {
  return TOKEN.exec(text)?.[1] ?? null
}
