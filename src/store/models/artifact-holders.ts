import type { Kysely } from 'kysely'
import type { Tables } from '../postgres/tables.ts'

/** A version whose artifact was not collected. */
export interface ArtifactHolder {
  readonly model: string
  readonly number: number
}

/** The versions of all models that have this artifact and of which it was not collected. */
export async function artifactHolders(db: Kysely<Tables>, digest: string): Promise<ArtifactHolder[]> {
  return db
    .selectFrom('version')
    .leftJoin('collected_artifact as collected', (join) =>
      join.onRef('collected.model', '=', 'version.model').onRef('collected.version', '=', 'version.number'),
    )
    .select(['version.model', 'version.number'])
    .where('version.artifact_digest', '=', digest)
    .where('collected.collected_at', 'is', null)
    .execute()
}

/** Whether a version of any model, which was not collected, has this artifact. */
export async function isArtifactKept(db: Kysely<Tables>, digest: string): Promise<boolean> {
  return (await artifactHolders(db, digest)).length > 0
}
