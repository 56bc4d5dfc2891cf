import { timingSafeEqual } from 'node:crypto'
import { tokenHash, tokenId } from '../base/access-token.ts'
import type { Clock, Instant } from '../base/clock.ts'
import { Fault } from '../base/fault.ts'
import type { Actor, Scope } from './actor.ts'

/** A token as it is kept: never its text, only the hash. */
export interface StoredToken {
  readonly id: string
  readonly name: string
  /** SHA-256 of the whole text. */
  readonly hash: Uint8Array
  readonly scopes: readonly Scope[]
  readonly expiresAt: Instant | null
  readonly revokedAt: Instant | null
}

export interface AuthPorts {
  /** All tokens that are not revoked. */
  tokens(): Promise<readonly StoredToken[]>
  /** Notes when tokens were last used; called at most once a minute. */
  used(ids: readonly string[], at: Instant): Promise<void>
}

/** Tells who a token belongs to. */
export interface Authenticator {
  /** @throws Fault UNAUTHENTICATED for a token that is unknown, expired or revoked; DATABASE_UNAVAILABLE */
  actorOf(token: string): Promise<Actor>
  /** Reads the tokens anew for the next request: one was created or revoked here. */
  forget(): void
}

/** A revoked token works no longer than this. Milliseconds. */
const TRUSTED_MS = 500
/** A token that is not among those that are known may have just been made elsewhere. Milliseconds. */
const UNKNOWN_MS = 50
const NOTE_USE_MS = 60_000

/** Compared with when no token has the id: a wrong id takes as long as a wrong secret. */
const NOBODY = new Uint8Array(32)

/**
 * Keeps the tokens in memory for half a second: thousands of requests a second ask the database twice, and a flood of
 * wrong tokens no more often than twenty times.
 */
export function authenticator(ports: AuthPorts, clock: Clock): Authenticator {
  let known = new Map<string, StoredToken>()
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | null = null
  let usedIds = new Set<string>()
  let notedAt = Number.NEGATIVE_INFINITY

  function readAgain(): Promise<void> {
    reading ??= read().finally(() => {
      reading = null
    })
    return reading
  }

  async function read(): Promise<void> {
    // Before the query: what is revoked while it runs may be missed by it.
    const begunAt = clock.now()
    const tokens = await ports.tokens()
    known = new Map(tokens.map((token) => [token.id, token]))
    readAt = begunAt
  }

  function isOlderThan(ms: number): boolean {
    const age = clock.now() - readAt
    // A clock that stepped back must not keep a revoked token alive.
    return age < 0 || age >= ms
  }

  function noteUse(id: string): void {
    usedIds.add(id)
    const now = clock.now()
    if (Math.abs(now - notedAt) < NOTE_USE_MS) return
    notedAt = now
    const ids = [...usedIds]
    usedIds = new Set()
    // When a token was last used is good to know, no reason to refuse a request.
    ports.used(ids, now).catch(() => undefined)
  }

  return {
    async actorOf(token) {
      const id = tokenId(token)
      if (id === null) throw refused()
      if (isOlderThan(TRUSTED_MS)) await readAgain()
      if (!known.has(id) && isOlderThan(UNKNOWN_MS)) await readAgain()
      const stored = known.get(id)
      const isRight = timingSafeEqual(tokenHash(token), stored?.hash ?? NOBODY)
      if (stored === undefined || !isRight || stored.revokedAt !== null) throw refused()
      if (stored.expiresAt !== null && clock.now() >= stored.expiresAt) throw refused()
      noteUse(id)
      return stored
    },
    forget() {
      readAt = Number.NEGATIVE_INFINITY
    },
  }
}

function refused(): Fault {
  return new Fault('UNAUTHENTICATED', 'the token is unknown, expired or revoked')
}

/** @throws Fault UNAUTHENTICATED when there is no bearer token */
export function bearerOf(header: string | undefined): string {
  const token = /^Bearer +([^\s]+) *$/i.exec(header ?? '')?.[1]
  if (token === undefined)
    throw new Fault('UNAUTHENTICATED', 'a token is needed: send the header Authorization: Bearer kf_…')
  return token
}
