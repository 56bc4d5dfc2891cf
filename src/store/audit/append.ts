import type { Transaction } from 'kysely'
import { assert } from '../../base/assert.ts'
import type { Tables } from '../postgres/tables.ts'
import { auditHash } from './audit-hash.ts'

/** What is noted. The rest of the entry is worked out. */
export interface AuditNote {
  /** Milliseconds since 1970 UTC. */
  readonly at: number
  readonly actor: string
  readonly action: string
  readonly model: string | null
  /** Plain data; never a secret. */
  readonly detail: unknown
}

/**
 * Adds an entry at the end of the chain, as part of the transaction that does what it tells of: both are there or
 * neither. The head stays locked until that transaction ends, so this is best its last statement.
 */
export async function appendAudit(trx: Transaction<Tables>, note: AuditNote): Promise<void> {
  const head = await trx.selectFrom('audit_head').select(['seq', 'hash']).forUpdate().executeTakeFirst()
  assert(head !== undefined, 'the chain of the audit has a head')
  const { action, model, at } = note
  const detail = storable(note.detail)
  const entry = {
    seq: head.seq + 1,
    at,
    actor: String(storable(note.actor)),
    action,
    model,
    detail,
    previous: head.hash,
  }
  const hash = auditHash(entry)
  await trx
    .insertInto('audit')
    .values({ ...entry, detail: JSON.stringify(detail), hash })
    .execute()
  await trx.updateTable('audit_head').set({ seq: entry.seq, hash }).where('only', '=', true).execute()
}

/** As it will be read back: what JSON drops or changes, and what Postgres cannot keep, must not be in the hash. */
function storable<T>(value: T): unknown {
  // The character 0 and halves of characters, as JSON writes them.
  const text = JSON.stringify(value ?? null).replaceAll(/\\u(?:0000|d[89a-f][0-9a-f]{2})/g, '\\ufffd')
  return JSON.parse(text)
}
