import { z } from '@hono/zod-openapi'
import { Instant, ModelName, Page } from './names.ts'

const HASH = /^[0-9a-f]{64}$/
const Seq = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

/** One thing that was done. */
export const AuditItem = z
  .strictObject({
    seq: Seq,
    at: Instant,
    actor: z.string(),
    action: z.string(),
    model: ModelName.nullable(),
    detail: z.unknown(),
    previous: z.string().regex(HASH),
    hash: z.string().regex(HASH).describe('SHA-256 over the canonical JSON of all of the above.'),
  })
  .openapi('AuditEntry')
export type AuditItem = z.output<typeof AuditItem>

export const AuditQuery = Page.extend({ model: ModelName.optional() })

export const AuditPage = z
  .strictObject({
    entries: z.array(AuditItem),
    next: Seq.nullable().describe('What to send as `after` for the next page; null: that was all.'),
  })
  .openapi('AuditPage')
export type AuditPage = z.output<typeof AuditPage>

export const AuditHead = z
  .strictObject({ seq: Seq, hash: z.string().regex(HASH) })
  .describe('Where the chain ends. Kept elsewhere, it shows a chain that was cut or written anew.')
  .openapi('AuditHead')
export type AuditHead = z.output<typeof AuditHead>

/** A head as people keep it: `1042:5f1d…`. */
export const HeadText = z.string().regex(/^\d{1,15}:[0-9a-f]{64}$/, 'must be seq:hash, as keepfit audit head prints it')

export const AuditVerifyQuery = z.strictObject({
  head: HeadText.optional().describe('seq:hash of a head that was kept elsewhere.'),
})

export const AuditReport = z
  .strictObject({
    ok: z.boolean(),
    entries: Seq.describe('Entries that hold, from the first on. Count.'),
    head: AuditHead,
    broken: z.strictObject({ seq: Seq, how: z.string() }).nullable(),
  })
  .openapi('AuditReport')
export type AuditReport = z.output<typeof AuditReport>
