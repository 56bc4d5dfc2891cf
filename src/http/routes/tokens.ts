import { makeToken } from '../../base/access-token.ts'
import type { Clock, Instant } from '../../base/clock.ts'
import { Fault } from '../../base/fault.ts'
import { actorText, type Scope } from '../actor.ts'
import { type ApiRoutes, apiRoutes } from '../api-routes.ts'
import { answers, route } from '../route.ts'
import { CreatedToken, TokenInfo, TokenList, TokenPath, TokenRequest } from '../shapes/tokens.ts'

export interface TokensPorts {
  list(): Promise<readonly TokenInfo[]>
  create(token: TokenToKeep, doing: { readonly actor: string; readonly at: Instant }): Promise<TokenInfo>
  /** Undefined when there is none of that id. */
  revoke(id: string, doing: { readonly actor: string; readonly at: Instant }): Promise<TokenInfo | undefined>
  /** The next request reads the tokens anew. */
  forget(): void
  readonly clock: Clock
}

export interface TokenToKeep {
  readonly id: string
  readonly name: string
  readonly hash: Uint8Array
  readonly scopes: readonly Scope[]
  readonly expiresAt: Instant | null
}

/** Who may ask, and for what. */
export function tokensRoutes(ports: TokensPorts): ApiRoutes {
  const { clock } = ports
  return apiRoutes()
    .openapi(
      route({
        method: 'get',
        path: '/tokens',
        scope: 'admin',
        summary: 'All tokens, without their secrets',
        tags: ['tokens'],
        responses: { 200: answers(TokenList, 'Oldest first, revoked ones too.') },
      }),
      async (c) => c.json({ tokens: [...(await ports.list())] }, 200),
    )
    .openapi(
      route({
        method: 'post',
        path: '/tokens',
        scope: 'admin',
        summary: 'Makes a token',
        tags: ['tokens'],
        request: { body: { required: true, content: { 'application/json': { schema: TokenRequest } } } },
        responses: { 201: answers(CreatedToken, 'The token; its text is never shown again.') },
      }),
      async (c) => {
        const { name, scopes, expiresInMs } = c.req.valid('json')
        const at = clock.now()
        const expiresAt = expiresInMs === null ? null : at + expiresInMs
        const { text, id, hash } = makeToken()
        const kept = { id, hash, name, scopes: [...new Set(scopes)], expiresAt }
        const info = await ports.create(kept, { actor: actorText(c.get('actor')), at })
        ports.forget()
        return c.json({ token: text, info }, 201)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/tokens/{token}',
        scope: 'admin',
        summary: 'Revokes a token, within a second',
        tags: ['tokens'],
        request: { params: TokenPath },
        responses: { 200: answers(TokenInfo, 'The token, revoked now or before.') },
      }),
      async (c) => {
        const { token } = c.req.valid('param')
        if (token === c.get('actor').id)
          throw new Fault('CONFLICT', `'${token}' is the token that asks: revoke it with another one that may`)
        const info = await ports.revoke(token, { actor: actorText(c.get('actor')), at: clock.now() })
        if (info === undefined) throw new Fault('NOT_FOUND', `there is no token '${token}'`)
        ports.forget()
        return c.json(info, 200)
      },
    )
}
