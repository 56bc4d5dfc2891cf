import { randomUUID } from 'node:crypto'
import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../../base/error-text.ts'
import { Fault } from '../../base/fault.ts'
import { type Column, frame } from '../../data/frame.ts'
import { joined, type Labels } from '../../data/labels.ts'
import { labelColumn, labelKind, labelsIn, trainingTable, WEIGHT_COLUMN } from '../../data/training-layout.ts'
import type { SnapshotDraft } from '../../pipeline/live-ports.ts'
import type { LiveTerms, SnapshotRef } from '../../pipeline/live-run.ts'
import type { SnapshotRows } from '../../pipeline/snapshot-rows.ts'
import { diskFault, ensureFolder, syncFolder, writeDurably } from '../disk/durable-file.ts'
import { readTable } from '../files/read-table.ts'
import { writeFrame } from '../files/write-frame.ts'
import { folderMd5 } from './dvc-hash.ts'

/** Files of a snapshot. `held-out.parquet` is left out where nothing is held out. */
export const SNAPSHOT_FILES = {
  train: 'train.parquet',
  heldOut: 'held-out.parquet',
  manifest: 'manifest.json',
} as const

type SnapshotTerms = Pick<LiveTerms, 'schema' | 'columns'>

/**
 * Writes the rows of a run down for ever, in a folder that is called by the hash of its content: the same rows stand
 * once, and a folder of that name is whole.
 * @param dataFolder folder of all that Keepfit keeps
 * @throws Fault DATA_INVALID when a feature is called as a column beside the features · DISK_FULL
 */
export async function writeSnapshot(
  dataFolder: string,
  model: string,
  terms: SnapshotTerms,
  draft: SnapshotDraft,
): Promise<SnapshotRef> {
  const home = join(dataFolder, 'snapshots', model)
  const temporary = join(home, `.${randomUUID()}.part`)
  await ensureFolder(temporary)
  try {
    await writeRows(join(temporary, SNAPSHOT_FILES.train), draft.train, terms, rowWeights(draft))
    if (draft.heldOut.ids.length > 0) {
      await writeRows(join(temporary, SNAPSHOT_FILES.heldOut), draft.heldOut, terms, null)
    }
    await writeDurably(join(temporary, SNAPSHOT_FILES.manifest), manifestOf(draft, terms))
    const md5 = await folderMd5(temporary)
    const name = md5.replace(/\.dir$/, '')
    await rename(temporary, join(home, name)).catch(async (error: unknown) => {
      refuseUnlessThere(error)
      // Its date says that a run is about to use it, which garbage collection heeds (`collectOrphans`).
      const { atime, mtime } = await stat(temporary)
      await utimes(join(home, name), atime, mtime)
    })
    await syncFolder(home)
    return {
      md5,
      path: `snapshots/${model}/${name}`,
      train: draft.train.windows,
      heldOut: draft.heldOut.windows,
      newestSeq: draft.newestSeq,
    }
  } catch (error) {
    throw diskFault(error, home)
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => {})
  }
}

/** A folder of the same hash has the same content. */
function refuseUnlessThere(error: unknown): void {
  const code = errorCode(error)
  if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
}

/** A weight a row of the training file; null where all count the same. */
function rowWeights({ train, weights }: SnapshotDraft): Float64Array | null {
  if (weights == null) return null
  return joined(
    train.windows.map(({ rows }, i) => new Float64Array(rows).fill(weights[i] ?? 1)),
    Float64Array,
  )
}

async function writeRows(
  path: string,
  rows: SnapshotRows,
  { schema, columns }: SnapshotTerms,
  weights: Float64Array | null,
): Promise<void> {
  const table = trainingTable(rows.features, {
    label: labelColumn(columns.label, schema.task, rows.labels),
    weights,
    id: idColumn(columns.id, rows.ids),
    time: timeColumn(columns.time, rows.times),
  })
  await writeFrame(table, path, 'parquet')
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function idColumn(name: string, ids: readonly string[]): Column {
  const values = Int32Array.from(ids, (_, row) => row)
  return { name, kind: 'categorical', values, missing: new Uint8Array(ids.length), categories: ids }
}

function timeColumn(name: string, values: Float64Array): Column {
  return { name, kind: 'time', values, missing: new Uint8Array(values.length) }
}

/** Nothing of when or by whom: the same rows have the same hash. */
function manifestOf(
  { train, heldOut, newestSeq, weights = null }: SnapshotDraft,
  { schema, columns }: SnapshotTerms,
): string {
  const part = (file: string, rows: SnapshotRows) => ({ file, rows: rows.ids.length, windows: rows.windows })
  const manifest = {
    format: 1,
    task: schema.task,
    features: schema.features,
    columns,
    newestSeq,
    // Left out rather than null: a snapshot without weights has the hash that it always had.
    ...(weights === null ? {} : { weights: { column: WEIGHT_COLUMN, ofWindows: weights } }),
    train: part(SNAPSHOT_FILES.train, train),
    heldOut: heldOut.ids.length === 0 ? null : part(SNAPSHOT_FILES.heldOut, heldOut),
  }
  return `${JSON.stringify(manifest, null, 2)}\n`
}

/** @throws Fault DATA_INVALID when any byte of the snapshot is not what was written */
export async function verifySnapshot(dataFolder: string, { path, md5 }: SnapshotRef): Promise<void> {
  const found = await folderMd5(join(dataFolder, path)).catch((error: unknown) => {
    throw new Fault('DATA_INVALID', `the snapshot ${path} cannot be read: ${String(error)}`, { path }, error)
  })
  if (found === md5) return
  throw new Fault('DATA_INVALID', `the snapshot ${path} was damaged: its content now has the hash ${found}`, { path })
}

/** Reads a part of a snapshot back, as it was written. */
export async function readSnapshot(
  dataFolder: string,
  snapshot: SnapshotRef,
  part: 'train' | 'heldOut',
  { schema, columns }: SnapshotTerms,
): Promise<SnapshotRows> {
  const windows = snapshot[part]
  const rows = windows.reduce((sum, window) => sum + window.rows, 0)
  const empty: Column[] = []
  if (rows === 0) {
    for (const { name, kind } of schema.features) empty.push(emptyColumn(name, kind))
    return { windows, ids: [], times: new Float64Array(0), features: frame(empty), labels: new Float64Array(0) }
  }
  const path = join(dataFolder, snapshot.path, SNAPSHOT_FILES[part])
  const kinds = {
    ...Object.fromEntries(schema.features.map(({ name, kind }) => [name, kind])),
    [columns.id]: 'categorical',
    [columns.time]: 'time',
    [columns.label]: labelKind(schema.task),
  } as const
  const table = (await readTable(path, { kinds })).frame
  if (table.rows !== rows)
    throw new Fault('DATA_INVALID', `${path} has ${table.rows} rows; ${rows} were written`, { path })
  const column = (name: string): Column => {
    const found = table.columns.find((each) => each.name === name)
    if (found !== undefined) return found
    throw new Fault('DATA_INVALID', `${path} has no column '${name}'`, { path })
  }
  return {
    windows,
    ids: textsOf(column(columns.id)),
    times: Float64Array.from(column(columns.time).values),
    features: frame(schema.features.map(({ name }) => column(name))),
    labels: labelsIn(column(columns.label), schema.task) satisfies Labels,
  }
}

/** Ids of the rows of the training file of a snapshot, by window; empty where the snapshot is not there any more. */
export async function snapshotIds(dataFolder: string, path: string): Promise<ReadonlyMap<number, readonly string[]>> {
  const folder = join(dataFolder, path)
  const text = await readFile(join(folder, SNAPSHOT_FILES.manifest), 'utf8').catch(() => null)
  if (text === null) return new Map()
  const { columns, train } = JSON.parse(text) as {
    readonly columns: LiveTerms['columns']
    readonly train: { readonly windows: SnapshotRef['train'] }
  }
  const options = { columns: [columns.id], kinds: { [columns.id]: 'categorical' } } as const
  const table = (await readTable(join(folder, SNAPSHOT_FILES.train), options)).frame
  const ids = textsOf(table.columns[0] as Column)
  const byWindow = new Map<number, readonly string[]>()
  let from = 0
  for (const { window, rows } of train.windows) {
    byWindow.set(window, ids.slice(from, from + rows))
    from += rows
  }
  return byWindow
}

function textsOf(column: Column): string[] {
  if (column.kind !== 'categorical') return []
  return Array.from(column.values, (code) => column.categories[code] ?? '')
}

function emptyColumn(name: string, kind: Column['kind']): Column {
  const missing = new Uint8Array(0)
  switch (kind) {
    case 'categorical':
      return { name, kind, values: new Int32Array(0), missing, categories: [] }
    case 'boolean':
      return { name, kind, values: new Uint8Array(0), missing }
    case 'numeric':
    case 'time':
      return { name, kind, values: new Float64Array(0), missing }
  }
}
