import type { AuditHead, AuditReport } from '../http/shapes/audit.ts'
import { verifyAudit } from '../store/audit/verify.ts'
import { openDatabase } from '../store/postgres/database.ts'

/** Walks the chain of the audit in a database, without a server in between. */
export async function verifyAuditOf(url: string, known?: AuditHead): Promise<AuditReport> {
  const database = await openDatabase(url, { maxConnections: 1, applicationName: 'keepfit audit verify' })
  try {
    return await verifyAudit(database, known)
  } finally {
    await database.close()
  }
}
