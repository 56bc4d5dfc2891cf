import { type ApiRoutes, apiRoutes } from '../api-routes.ts'
import { answers, route } from '../route.ts'
import { AuditHead, type AuditItem, AuditPage, AuditQuery, AuditReport, AuditVerifyQuery } from '../shapes/audit.ts'

export interface AuditPorts {
  /** Entries in their order, after `after`. */
  entries(page: {
    readonly after: number
    readonly limit: number
    readonly model?: string | undefined
  }): Promise<readonly AuditItem[]>
  head(): Promise<AuditHead>
  verify(known?: AuditHead): Promise<AuditReport>
}

/** The record of all that was done. It only grows. */
export function auditRoutes(ports: AuditPorts): ApiRoutes {
  return apiRoutes()
    .openapi(
      route({
        method: 'get',
        path: '/audit',
        scope: 'read',
        summary: 'What was done, by whom and when',
        tags: ['audit'],
        request: { query: AuditQuery },
        responses: { 200: answers(AuditPage, 'Oldest first.') },
      }),
      async (c) => {
        const { limit, after = 0, model } = c.req.valid('query')
        const entries = [...(await ports.entries({ after, limit, model }))]
        const next = entries.length === limit ? (entries.at(-1)?.seq ?? null) : null
        return c.json({ entries, next }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/audit/head',
        scope: 'read',
        summary: 'Where the chain ends, to be kept elsewhere',
        tags: ['audit'],
        responses: { 200: answers(AuditHead, 'Number and hash of the last entry.') },
      }),
      async (c) => c.json(await ports.head(), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/audit/verify',
        scope: 'read',
        summary: 'Walks the chain and says whether it holds',
        tags: ['audit'],
        request: { query: AuditVerifyQuery },
        responses: { 200: answers(AuditReport, 'Whether it holds, and where not.') },
      }),
      async (c) => {
        const { head } = c.req.valid('query')
        const [seq, hash] = head?.split(':') ?? []
        const known = seq === undefined || hash === undefined ? undefined : { seq: Number(seq), hash }
        return c.json(await ports.verify(known), 200)
      },
    )
}
