import { sql } from 'kysely'
import type { Database } from '../postgres/database.ts'
import { auditHash, CHAIN_START } from './audit-hash.ts'
import { type AuditHead, auditEntries, auditHead } from './read.ts'

export interface AuditVerdict {
  readonly ok: boolean
  /** Entries that hold, from the first on. */
  readonly entries: number
  readonly head: AuditHead
  /** The first entry that does not, and how; null where all do. */
  readonly broken: { readonly seq: number; readonly how: string } | null
}

const PAGE = 5_000

/**
 * Walks the whole chain of the audit, as it is at one moment.
 * @param known a head that was kept elsewhere: a chain that was cut or written anew does not lead to it
 */
export async function verifyAudit(database: Database, known?: AuditHead): Promise<AuditVerdict> {
  return database.kysely
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => {
      await sql`set transaction read only`.execute(trx)
      return walk({ kysely: trx }, known)
    })
}

async function walk(database: Pick<Database, 'kysely'>, known: AuditHead | undefined): Promise<AuditVerdict> {
  const head = await auditHead(database)
  let last: AuditHead = { seq: 0, hash: CHAIN_START }
  const broken = (seq: number, how: string): AuditVerdict => ({
    ok: false,
    entries: last.seq,
    head,
    broken: { seq, how },
  })
  for (;;) {
    const page = await auditEntries(database, { after: last.seq, limit: PAGE })
    for (const entry of page) {
      const next = last.seq + 1
      if (entry.seq !== next) return broken(next, `entry ${next} is missing: after ${last.seq} comes ${entry.seq}`)
      if (entry.previous !== last.hash)
        return broken(
          next,
          `entry ${next} does not follow the one before: it was put there, or the one before was changed`,
        )
      if (auditHash(entry) !== entry.hash) return broken(next, `entry ${next} was changed after it was written`)
      if (known?.seq === next && known.hash !== entry.hash)
        return broken(next, `entry ${next} is another one than was kept elsewhere: the chain was written anew`)
      last = { seq: next, hash: entry.hash }
    }
    if (page.length < PAGE) break
  }
  if (head.seq !== last.seq || head.hash !== last.hash)
    return broken(
      last.seq + 1,
      `the chain ends after ${last.seq}, but its head says ${head.seq}: entries were taken away`,
    )
  if (known !== undefined && known.seq > last.seq)
    return broken(last.seq + 1, `the chain ends after ${last.seq}, but ${known.seq} was kept elsewhere: it was cut`)
  return { ok: true, entries: last.seq, head, broken: null }
}
