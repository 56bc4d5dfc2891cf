import { createHash } from 'node:crypto'
import { canonicalJson } from '../../data/event-body.ts'

/** One thing that was done, as the chain holds it. */
export interface AuditEntry {
  /** 1, 2, … without a gap. */
  readonly seq: number
  /** Milliseconds since 1970 UTC. */
  readonly at: number
  /** Who did it. */
  readonly actor: string
  /** What was done: `token-created`, `policy-applied`, `promoted` … */
  readonly action: string
  /** Null where it concerns no model. */
  readonly model: string | null
  readonly detail: unknown
  /** Hash of the entry before; 64 zeros for the first. */
  readonly previous: string
  /** SHA-256 over all of the above, hex. */
  readonly hash: string
}

/** What stands before the first entry. */
export const CHAIN_START = '0'.repeat(64)

/** SHA-256 over the canonical JSON of an entry without its own hash. @returns 64 hex digits */
export function auditHash({ seq, at, actor, action, model, detail, previous }: Omit<AuditEntry, 'hash'>): string {
  return createHash('sha256').update(canonicalJson({ seq, at, actor, action, model, detail, previous })).digest('hex')
}
