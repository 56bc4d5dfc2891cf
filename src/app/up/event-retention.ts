import { parseSpan } from '../../base/units.ts'
import { oldestNeeded } from '../../live/needed.ts'
import { readLoopState } from '../../loop/saved-state.ts'
import type { ModelRetention } from '../../store/events/forget.ts'
import { readLife, readWindows } from '../../store/loop/lives.ts'
import type { Database } from '../../store/postgres/database.ts'
import { pinnedVersions } from '../collect-model-garbage.ts'
import type { PolicyReader } from './policies.ts'

/** Labels whose time is a little before their prediction's stay with it. Milliseconds. */
const MARGIN_MS = 24 * 3_600_000
const BYTES_PER_GB = 1e9

/** How long the events of each model are kept that says so; a model that has no version yet may need all. */
export async function eventRetention(
  database: Database,
  policies: PolicyReader,
): Promise<ReadonlyMap<string, ModelRetention>> {
  const models = await database.kysely.selectFrom('loop_state').select('model').orderBy('model').execute()
  const found = new Map<string, ModelRetention>()
  for (const { model } of models) {
    // One that was adopted may have no configuration yet.
    const ruling = await policies.newest(model).catch(() => null)
    if (ruling === null) continue
    const { settings, live } = ruling
    const { age, gb } = settings.keepEvents ?? {}
    if (age === undefined && gb === undefined) continue
    const keepFrom = await neededFrom(database, model, live.loop)
    if (keepFrom === null) continue
    found.set(model, {
      maxAgeMs: age === undefined ? null : parseSpan(age, 'keepEvents.age'),
      maxBytes: gb === undefined ? null : gb * BYTES_PER_GB,
      keepFrom,
    })
  }
  return found
}

/** Events of this time or newer are needed; null: all are. */
async function neededFrom(
  { kysely }: Database,
  model: string,
  loop: Parameters<typeof oldestNeeded>[0]['loop'],
): Promise<number | null> {
  const life = await readLife(kysely, model, readLoopState)
  if (life.phase === 'gathering') return null
  const { cursor, state } = life
  // Also one that only a person may bring back is watched against what it learned from, as long as it can answer.
  const versions = await kysely
    .selectFrom('version')
    .leftJoin('collected_artifact as collected', (join) =>
      join.onRef('collected.model', '=', 'version.model').onRef('collected.version', '=', 'version.number'),
    )
    .select('version.windows')
    .where('version.model', '=', model)
    .where('version.number', 'in', [...pinnedVersions(state, state.retired.length)])
    .where('collected.collected_at', 'is', null)
    .execute()
  const learned = versions.map(({ windows }) => windows)
  const [window] = await readWindows(kysely, model, [oldestNeeded({ cursor, state, loop, learned })])
  return window === undefined ? null : window.start - MARGIN_MS
}
