import type { Database } from '../postgres/database.ts'
import type { AuditEntry } from './audit-hash.ts'

/** Where the chain ends: keep it elsewhere, and a shortened or rewritten chain is found. */
export interface AuditHead {
  readonly seq: number
  readonly hash: string
}

export async function auditHead({ kysely }: Pick<Database, 'kysely'>): Promise<AuditHead> {
  return kysely.selectFrom('audit_head').select(['seq', 'hash']).executeTakeFirstOrThrow()
}

export interface AuditPage {
  /** Entries after this one; 0: from the first. */
  readonly after: number
  readonly limit: number
  readonly model?: string | undefined
}

/** Entries in their order. */
export async function auditEntries(
  { kysely }: Pick<Database, 'kysely'>,
  { after, limit, model }: AuditPage,
): Promise<readonly AuditEntry[]> {
  const query = kysely.selectFrom('audit').selectAll().where('seq', '>', after).orderBy('seq').limit(limit)
  return (model === undefined ? query : query.where('model', '=', model)).execute()
}
