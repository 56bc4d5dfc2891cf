import { sql } from 'kysely'
import type { Database } from '../postgres/database.ts'

/** A model that is looked after. */
export interface LookedAfter {
  readonly model: string
  /** Newest event of its stream; 0 before the first. */
  readonly newestSeq: number
  /** A run ended, a person spoke, or a decision is half made. */
  readonly isUrgent: boolean
  /** When it was tried last it could not be moved on. */
  readonly isTroubled: boolean
}

/** Every model that has a configuration, with what may have happened to it: one cheap look at all. */
export async function lookedAfter({ kysely }: Database): Promise<readonly LookedAfter[]> {
  const { rows } = await sql<LookedAfter>`
    select l.model, coalesce(s.newest_seq, 0) as "newestSeq", (
      l.state -> 'pending' <> 'null'::jsonb
      or exists (select from command c where c.model = l.model and c.observation is null and c.answer is null)
      or exists (select from run r where r.model = l.model and r.ended_at is not null and r.observation is null)
    ) is true as "isUrgent", exists (select from trouble t where t.model = l.model) as "isTroubled"
    from loop_state l join model m on m.name = l.model left join stream s on s.model = l.model
    where m.policy is not null`.execute(kysely)
  return rows
}
