import type { Kysely } from 'kysely'
import type { Tables } from '../postgres/tables.ts'

/** Whether a version of any model, which was not collected, has this artifact. */
export async function isArtifactKept(db: Kysely<Tables>, digest: string): Promise<boolean> {
  const holder = await db
    .selectFrom('version')
    .leftJoin('collected_artifact as collected', (join) =>
      join.onRef('collected.model', '=', 'version.model').onRef('collected.version', '=', 'version.number'),
    )
    .select('version.number')
    .where('version.artifact_digest', '=', digest)
    .where('collected.collected_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return holder !== undefined
}
