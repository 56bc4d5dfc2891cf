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

/**
 * Every version that the loop may still want to serve, score or hold another one against. It remembers more of the retired
 * ones than it will ever try again.
 * @param reusePool so many of the latest retired ones are tried before a training. Count, ≥ 0
 * @returns numbers, increasing
 */
export function pinnedVersions(state: LoopState, reusePool: number): readonly number[] {
  const proposed = (state.proposal ?? []).flatMap((effect) => (effect.kind === 'serve' ? [effect.version] : []))
  // The latest is the one that a rollback goes back to.
  const retired = state.retired.slice(0, Math.max(1, reusePool))
  const others = state.origins.map(({ version }) => version).filter((version) => !state.retired.includes(version))
  const known = [
    state.live.version,
    ...retired,
    ...others,
    ...proposed,
    ...(state.probation === null ? [] : [state.probation.predecessor]),
    ...(state.pending === null ? [] : [state.pending.live]),
  ]
  return [...new Set(known)].sort((a, b) => a - b)
}

export interface GarbageOrder {
  readonly model: string
  /** So many of the newest versions stay. Count, ≥ 1. */
  readonly keep: number
  /** So many of the latest retired versions may be tried again. Count, ≥ 0. */
  readonly reusePool: number
  /** Says what would go, and takes nothing. */
  readonly isDryRun?: boolean
}

/** Removes the artifacts of a model's versions that neither the loop nor a rollback will want again. */
export async function collectModelGarbage(
  { database, dataFolder, clock }: GarbageWorld,
  { model, keep, reusePool, isDryRun = false }: GarbageOrder,
): Promise<Garbage> {
  const { kysely } = database
  const life = await readLife(kysely, model, readLoopState)
  // Before the loop has begun nobody can tell which version it will begin with.
  if (life.phase === 'gathering') return { versions: [], digests: [] }
  const pinned = pinnedVersions(life.state, reusePool)
  return collectGarbage(kysely, dataFolder, { model, keep, pinned, now: clock.now(), isDryRun })
}
