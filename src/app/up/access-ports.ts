import type { Clock } from '../../base/clock.ts'
import type { Scope } from '../../http/actor.ts'
import type { Authenticator, AuthPorts } from '../../http/auth.ts'
import type { TokensPorts } from '../../http/routes/tokens.ts'
import type { TokenInfo } from '../../http/shapes/tokens.ts'
import { allTokens, createToken, liveTokens, noteTokenUse, revokeToken } from '../../store/access/tokens.ts'
import type { Database } from '../../store/postgres/database.ts'
import type { Row } from '../../store/postgres/tables.ts'

/** What requests are checked against. */
export function accessPorts(database: Database): AuthPorts {
  return {
    async tokens() {
      return (await liveTokens(database)).map((row) => ({ ...infoOf(row), hash: row.hash }))
    },
    used: (ids, at) => noteTokenUse(database, ids, at),
  }
}

/** Who makes and revokes tokens. */
export function tokenPorts(database: Database, auth: Authenticator, clock: Clock): TokensPorts {
  return {
    list: async () => (await allTokens(database)).map(infoOf),
    create: async (token, doing) => infoOf(await createToken(database, token, doing)),
    async revoke(id, doing) {
      const row = await revokeToken(database, id, doing)
      return row === undefined ? undefined : infoOf(row)
    },
    forget: () => auth.forget(),
    clock,
  }
}

function infoOf(row: Row<'token'>): TokenInfo {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes as Scope[],
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  }
}
