import { createHash } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import type { VersionDraft } from '../../src/models/version.ts'
import { putArtifact } from '../../src/store/artifacts/artifact-files.ts'
import { type ServeOrder, serve } from '../../src/store/models/serving.ts'
import { ensureModel, registerVersion } from '../../src/store/models/versions.ts'
import type { Tables } from '../../src/store/postgres/tables.ts'

/** A version as a run would hand it over; its artifact is the text of `seed`. */
export function draftOf(seed: string, changes: Partial<VersionDraft> = {}): VersionDraft {
  const bytes = new TextEncoder().encode(seed)
  return {
    origin: 'trained',
    run: null,
    artifactDigest: createHash('sha256').update(bytes).digest('hex'),
    artifactBytes: bytes.length,
    cutOffAt: 1000,
    windows: [0, 1, 2],
    rows: 300,
    snapshot: null,
    trainer: { trainer: 'ydf-gradient-boosting' },
    parameters: {},
    metrics: { accuracy: 0.9 },
    verdicts: [],
    notes: [],
    trainMs: 12,
    codeVersion: '0.1.0',
    parent: null,
    ...changes,
  }
}

export function inTransaction<T>(db: Kysely<Tables>, work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
  return db.transaction().execute(work)
}

/** Registers one version a seed, with its artifact where a folder is given; makes the model first. */
export async function registered(
  db: Kysely<Tables>,
  model: string,
  seeds: readonly string[],
  { folder, now = 1000 }: { readonly folder?: string; readonly now?: number } = {},
): Promise<readonly number[]> {
  await ensureModel(db, model, now)
  const numbers: number[] = []
  for (const seed of seeds) {
    if (folder !== undefined) await putArtifact(folder, new TextEncoder().encode(seed))
    numbers.push(await inTransaction(db, (trx) => registerVersion(trx, { model, draft: draftOf(seed), now })))
  }
  return numbers
}

/** Lets a version answer, as the loop would order it. */
export function served(db: Kysely<Tables>, model: string, version: number, at: number, more: Partial<ServeOrder> = {}) {
  const order: ServeOrder = {
    model,
    version,
    at,
    reason: 'promoted',
    decision: null,
    actor: 'loop',
    because: 'it is better',
    fromWindow: null,
    ...more,
  }
  return inTransaction(db, (trx) => serve(trx, order))
}
