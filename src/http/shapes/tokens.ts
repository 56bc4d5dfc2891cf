import { z } from '@hono/zod-openapi'
import { SCOPES } from '../actor.ts'
import { Instant } from './names.ts'

/** 100 years. Milliseconds. */
const LONGEST_LIFE = 100 * 365 * 86_400_000

const TokenName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,63}$/,
    'must begin with a letter or a digit and hold letters, digits, blank, dot, dash, underscore, @; at most 64 of them',
  )
  .describe('What it is for; letters, digits, blank, dot, dash, underscore, @; at most 64 characters.')

/** The path `/tokens/{token}`. */
export const TokenPath = z.strictObject({
  token: z
    .string()
    .regex(/^[0-9a-f]{8}$/, 'must be an id such as 1f0c9a2e, as `keepfit token list` shows it')
    .describe('Id of a token: the part between the underscores.')
    .openapi({ param: { name: 'token', in: 'path' } }),
})

export const TokenRequest = z.strictObject({
  name: TokenName,
  scopes: z
    .array(z.enum(SCOPES))
    .min(1)
    .max(SCOPES.length)
    .describe('What it may be used for: admin has all, operate has read.'),
  expiresInMs: z
    .int()
    .min(1000)
    .max(LONGEST_LIFE)
    .nullable()
    .default(null)
    .describe('How long it works; null: until it is revoked. Milliseconds.'),
})
export type TokenRequest = z.output<typeof TokenRequest>

/** A token without its secret. */
export const TokenInfo = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    createdAt: Instant,
    expiresAt: Instant.nullable(),
    revokedAt: Instant.nullable(),
    lastUsedAt: Instant.nullable().describe('To about a minute; null: never. Ms since 1970 UTC.'),
  })
  .openapi('Token')
export type TokenInfo = z.output<typeof TokenInfo>

export const TokenList = z.strictObject({ tokens: z.array(TokenInfo) }).openapi('TokenList')
export type TokenList = z.output<typeof TokenList>

export const CreatedToken = z
  .strictObject({ token: z.string().describe('The text to send; shown this once only.'), info: TokenInfo })
  .openapi('CreatedToken')
export type CreatedToken = z.output<typeof CreatedToken>
