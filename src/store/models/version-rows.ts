import type { Selectable } from 'kysely'
import type { Verdict } from '../../base/verdict.ts'
import type { Serving, Version, VersionDraft } from '../../models/version.ts'
import type { NewRow, Row, ServingTable } from '../postgres/tables.ts'

/** A version as it is kept. */
export function rowOf(model: string, number: number, draft: VersionDraft, now: number): NewRow<'version'> {
  return {
    model,
    number,
    origin: draft.origin,
    run: draft.run?.number ?? null,
    epoch: draft.run?.epoch ?? null,
    artifact_digest: draft.artifactDigest,
    artifact_bytes: draft.artifactBytes,
    created_at: now,
    cut_off_at: draft.cutOffAt,
    windows: [...draft.windows],
    rows: draft.rows,
    snapshot_md5: draft.snapshot?.md5 ?? null,
    snapshot_path: draft.snapshot?.path ?? null,
    trainer: JSON.stringify(draft.trainer),
    parameters: JSON.stringify(draft.parameters),
    metrics: JSON.stringify(draft.metrics),
    verdicts: JSON.stringify(draft.verdicts),
    notes: JSON.stringify(draft.notes),
    train_ms: draft.trainMs,
    code_version: draft.codeVersion,
    parent: draft.parent,
  }
}

type VersionRow = Row<'version'> & { readonly collected_at: number | null }

/** What was kept, as a version. Its JSON columns hold what `rowOf` wrote. */
export function versionOfRow(row: VersionRow): Version {
  const { run, epoch, snapshot_md5: md5, snapshot_path: path } = row
  return {
    model: row.model,
    number: row.number,
    origin: row.origin,
    run: run === null || epoch === null ? null : { number: run, epoch },
    artifactDigest: row.artifact_digest,
    artifactBytes: row.artifact_bytes,
    createdAt: row.created_at,
    collectedAt: row.collected_at,
    cutOffAt: row.cut_off_at,
    windows: row.windows,
    rows: row.rows,
    snapshot: md5 === null || path === null ? null : { md5, path },
    trainer: row.trainer as Readonly<Record<string, unknown>>,
    parameters: row.parameters,
    metrics: row.metrics,
    verdicts: row.verdicts as readonly Verdict[],
    notes: row.notes,
    trainMs: row.train_ms,
    codeVersion: row.code_version,
    parent: row.parent,
  }
}

/** What was kept, as a stretch of serving. */
export function servingOfRow(row: Selectable<ServingTable>): Serving {
  return {
    model: row.model,
    number: row.number,
    version: row.version,
    fromAt: row.from_at,
    toAt: row.to_at,
    fromWindow: row.from_window,
    reason: row.reason,
    decision: row.decision,
    actor: row.actor,
    because: row.because,
  }
}
