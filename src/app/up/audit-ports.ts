import type { AuditPorts } from '../../http/routes/audit.ts'
import { auditEntries, auditHead } from '../../store/audit/read.ts'
import { verifyAudit } from '../../store/audit/verify.ts'
import type { Database } from '../../store/postgres/database.ts'

/** The record of all that was done. */
export function auditPorts(database: Database): AuditPorts {
  return {
    entries: (page) => auditEntries(database, page),
    head: () => auditHead(database),
    verify: (known) => verifyAudit(database, known),
  }
}
