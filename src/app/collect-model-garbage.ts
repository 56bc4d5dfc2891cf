import type { Clock } from '../base/clock.ts'
import { readLoopState } from '../loop/saved-state.ts'
import type { LoopState } from '../loop/state.ts'
import { readLife } from '../store/loop/lives.ts'
import { collectGarbage, type Garbage } from '../store/models/garbage.ts'
import type { Database } from '../store/postgres/database.ts'

export interface GarbageWorld {
  readonly database: Database
  readonly dataFolder: string
  readonly clock: Clock
}

/** Every version that the loop may still want to serve, score or hold another one against. */
export function pinnedVersions(state: LoopState): readonly number[] {
  const proposed = (state.proposal ?? []).flatMap((effect) => (effect.kind === 'serve' ? [effect.version] : []))
  const known = [
    state.live.version,
    ...state.retired,
    ...state.origins.map(({ version }) => version),
    ...proposed,
    ...(state.probation === null ? [] : [state.probation.predecessor]),
    ...(state.pending === null ? [] : [state.pending.live]),
  ]
  return [...new Set(known)].sort((a, b) => a - b)
}

/**
 * Removes the artifacts of a model's versions that neither the loop nor a rollback will want again.
 * @param keep so many of the newest versions stay. Count, ≥ 1
 */
export async function collectModelGarbage(
  { database, dataFolder, clock }: GarbageWorld,
  { model, keep, isDryRun = false }: { readonly model: string; readonly keep: number; readonly isDryRun?: boolean },
): Promise<Garbage> {
  const { kysely } = database
  const life = await readLife(kysely, model, readLoopState)
  // Before the loop has begun nobody can tell which version it will begin with.
  if (life.phase === 'gathering') return { versions: [], digests: [] }
  const pinned = pinnedVersions(life.state)
  return collectGarbage(kysely, dataFolder, { model, keep, pinned, now: clock.now(), isDryRun })
}
