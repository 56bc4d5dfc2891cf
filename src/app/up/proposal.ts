import type { Kysely } from 'kysely'
import type { LoopState } from '../../loop/state.ts'
import { newestDecision } from '../../store/loop/read-decisions.ts'
import type { Tables } from '../../store/postgres/tables.ts'

/** The decision that waits for a person's answer: the newest that would do what is proposed. Null: none waits. */
export async function proposalOf(
  db: Kysely<Tables>,
  model: string,
  { proposal }: Pick<LoopState, 'proposal'>,
): Promise<number | null> {
  if (proposal === null) return null
  const serve = proposal.find((effect) => effect.kind === 'serve')
  const kinds = serve === undefined ? (['retrain'] as const) : (['promote', 'reinstate'] as const)
  const version = serve?.version ?? null
  return (await newestDecision(db, model, { kinds, before: null, version }))?.seq ?? null
}
