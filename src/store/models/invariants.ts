import { type Kysely, sql } from 'kysely'
import type { Instant } from '../../base/clock.ts'
import { Fault } from '../../base/fault.ts'
import type { Serving, Version } from '../../models/version.ts'
import { readArtifact } from '../artifacts/artifact-files.ts'
import type { Tables } from '../postgres/tables.ts'
import { history } from './serving.ts'
import { findVersion, listVersions } from './versions.ts'

/**
 * What may never be of models, versions and who answers, looked up in the tables and on disk: one champion and never two;
 * history without gaps or overlaps; numbers 1, 2, … each once; a run registered once; each artifact that was not
 * collected is there and has its digest, the champion's and its predecessor's above all.
 * @returns one sentence for each violation; empty when all is well
 */
export async function modelViolations(db: Kysely<Tables>, dataFolder: string): Promise<readonly string[]> {
  const models = await db.selectFrom('model').select('name').orderBy('name').execute()
  const found: string[] = []
  for (const { name } of models) {
    // One look at both: a version may be registered or served in between.
    const { versions, stretches } = await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (trx) => ({ versions: await listVersions(trx, name), stretches: await history(trx, name) }))
    const said = [
      ...champions(stretches),
      ...chronicle(stretches),
      ...numbering(versions),
      ...(await artifacts(db, dataFolder, { versions, stretches })),
    ]
    found.push(...said.map((what) => `${name}: ${what}`))
  }
  const lost = await sql<{ model: string; version: number }>`
    select model, version from serving where (model, version) not in (select model, number from version)`.execute(db)
  return [...found, ...lost.rows.map(({ model, version }) => `${model}: version ${version} answered, but is not kept`)]
}

function champions(stretches: readonly Serving[]): string[] {
  const open = stretches.filter(({ toAt }) => toAt === null)
  if (open.length === 1 || stretches.length === 0) return []
  if (open.length === 0) return ['it had a champion, and has none now']
  return [`it has ${open.length} champions: versions ${open.map(({ version }) => version).join(', ')}`]
}

function chronicle(stretches: readonly Serving[]): string[] {
  const found: string[] = []
  let end: Instant | null = null
  for (const [i, { number, fromAt, toAt, version }] of stretches.entries()) {
    if (number !== i + 1) found.push(`stretch ${number} of its history stands where ${i + 1} belongs`)
    if (i > 0 && end !== fromAt)
      found.push(`stretch ${number} of its history begins at ${fromAt}; the last ended at ${end}`)
    if (i > 0 && stretches[i - 1]?.version === version)
      found.push(`version ${version} replaced itself in stretch ${number}`)
    end = toAt
  }
  return found
}

function numbering(versions: readonly Version[]): string[] {
  const found: string[] = []
  const oldestFirst = [...versions].sort((a, b) => a.number - b.number)
  const runs = new Set<number>()
  for (const [i, { number, run }] of oldestFirst.entries()) {
    if (number !== i + 1) found.push(`version ${number} stands where version ${i + 1} belongs`)
    if (run !== null && runs.has(run.number)) found.push(`run ${run.number} registered two versions`)
    if (run !== null) runs.add(run.number)
  }
  return found
}

interface Registry {
  readonly versions: readonly Version[]
  readonly stretches: readonly Serving[]
}

async function artifacts(db: Kysely<Tables>, folder: string, { versions, stretches }: Registry): Promise<string[]> {
  const champion = stretches.at(-1)?.version
  const previous = stretches.findLast(({ version }) => version !== champion)?.version
  const found: string[] = []
  for (const { model, number, artifactDigest, artifactBytes, collectedAt } of versions) {
    if (collectedAt !== null) {
      const role = number === champion ? 'champion' : number === previous ? 'rollback target' : undefined
      if (role !== undefined) found.push(`the artifact of the ${role}, version ${number}, was collected as garbage`)
      continue
    }
    try {
      const { length } = await readArtifact(folder, artifactDigest)
      if (length !== artifactBytes)
        found.push(`version ${number} has ${length} bytes; ${artifactBytes} were registered`)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      // It may have been collected since the tables were read.
      if ((await findVersion(db, model, number))?.collectedAt != null) continue
      found.push(`version ${number} is ready, but ${error.message}`)
    }
  }
  return found
}
