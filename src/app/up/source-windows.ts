import { isAbsolute, join } from 'node:path'
import { Fault } from '../../base/fault.ts'
import type { Frame } from '../../data/frame.ts'
import type { ModelSchema } from '../../data/model-schema.ts'
import type { ColumnKind, ColumnSchema } from '../../data/schema.ts'
import { rowsOfSource, type SourceColumns } from '../../data/source-rows.ts'
import type { ClosedWindow } from '../../live/ports.ts'
import type { CollectedWindow } from '../../pipeline/snapshot-rows.ts'
import { readTable } from '../../store/files/read-table.ts'
import { queryTable } from '../../store/sources/query-table.ts'
import type { ModelSettings } from '../config/schema.ts'
import { absentCode } from './absent-code.ts'
import type { RulingPolicy } from './policies.ts'

export interface SourceWorld {
  /** Where relative paths of the configuration are seen from. */
  readonly baseFolder: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

type TrainFrom = NonNullable<ModelSettings['trainFrom']>

export interface SourceAsked {
  readonly schema: ModelSchema
  readonly windows: readonly ClosedWindow[]
  /** End of the window at whose close the labels of the newest are complete, where windows are cut by rows; else null. */
  readonly labelledTo: number | null
  readonly signal: AbortSignal
}

/** Windows from the team's own files or database, as they could be known when the newest of them had its labels. */
export async function sourceWindows(
  world: SourceWorld,
  { settings, live }: RulingPolicy,
  { schema, windows, labelledTo, signal }: SourceAsked,
): Promise<readonly CollectedWindow[]> {
  const { trainFrom, id, time, label } = settings
  const [first, last] = [windows[0], windows.at(-1)]
  if (trainFrom === undefined || first === undefined || last === undefined) return []
  if (id === undefined || time === undefined)
    throw new Fault('CONFIG_INVALID', 'trainFrom needs the keys id and time: which columns of the source they are')
  const columns: SourceColumns = { id, time, label: label.column, knownAt: trainFrom.knownAt ?? null }
  const { delayMs, absentAfterMs } = live.labels
  const cutoff = Math.max(labelledTo ?? last.end, last.end + Math.max(delayMs ?? 0, absentAfterMs ?? 0))
  const table = await tableOf(world, trainFrom, { columns, schema, from: first.start, cutoff, signal })
  const spans = windows.map(({ number, start, end }) => ({ window: number, start, end }))
  const absentAs = absentCode(schema, live.labels.absentMeans)
  const rows = rowsOfSource(table, { columns, schema }, { spans, cutoff, absentAs })
  return windows.flatMap(({ number, start, end }, at) => {
    const found = rows[at]
    return found === undefined ? [] : [{ window: number, startAt: start, endAt: end, rows: found }]
  })
}

interface TableAsked {
  readonly columns: SourceColumns
  readonly schema: ModelSchema
  readonly from: number
  readonly cutoff: number
  readonly signal: AbortSignal
}

async function tableOf(
  { baseFolder, environment }: SourceWorld,
  trainFrom: TrainFrom,
  { columns, schema, from, cutoff, signal }: TableAsked,
): Promise<Frame> {
  const wanted = columnsWanted(columns, schema)
  if ('files' in trainFrom) {
    const pattern = isAbsolute(trainFrom.files) ? trainFrom.files : join(baseFolder, trainFrom.files)
    const kinds: Record<string, ColumnKind> = Object.fromEntries(wanted.map(({ name, kind }) => [name, kind]))
    return (await readTable(pattern, { kinds, columns: wanted.map(({ name }) => name) })).frame
  }
  const url = environment[trainFrom.databaseEnv]
  if (url === undefined)
    throw new Fault(
      'CONFIG_INVALID',
      `trainFrom names the variable ${trainFrom.databaseEnv} for its database; it is not set`,
    )
  return queryTable({ url, query: trainFrom.query, from, cutoff, columns: wanted, signal })
}

function columnsWanted({ id, time, label, knownAt }: SourceColumns, { task, features }: ModelSchema): ColumnSchema[] {
  const wanted: ColumnSchema[] = [
    { name: id, kind: 'categorical' },
    { name: time, kind: 'time' },
    { name: label, kind: task.kind === 'regression' ? 'numeric' : 'categorical' },
    ...(knownAt === null ? [] : [{ name: knownAt, kind: 'time' } as const]),
  ]
  return [...wanted, ...features.filter(({ name }) => !wanted.some((one) => one.name === name))]
}
