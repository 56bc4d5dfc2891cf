import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api'
import type { PredictionEvent } from '../../data/event.ts'
import type { EventRows, PredictionChunk } from '../../data/event-rows.ts'
import type { ModelSchema } from '../../data/model-schema.ts'
import { quotePath, quoteText } from '../files/duck-db.ts'
import { FEATURES_KEY, type SealedColumn } from './sealed-files.ts'

/** A condition on the events of a file, with its parameters from $1 on. */
export interface SealedCondition {
  readonly sql: string
  readonly values: Parameters<DuckDBConnection['stream']>[1]
}

/**
 * Pushes predictions of one sealed file, of which the condition lets through none that corrects another, by its typed columns: nothing but what the columns cannot
 * say is read from the events' JSON.
 * @returns false, with nothing pushed, where the file does not say which feature is in which column
 */
export async function pushSealedColumns(
  connection: DuckDBConnection,
  {
    path,
    schema,
    condition,
  }: { readonly path: string; readonly schema: ModelSchema; readonly condition: SealedCondition },
  rows: EventRows,
): Promise<boolean> {
  const sealed = await columnsOf(connection, path)
  if (sealed === null) return false
  const byFeature = new Map(sealed.map((one) => [one.feature, one]))
  const features = schema.features.map(({ name }) => byFeature.get(name))
  const isMixed = features.some((feature) => feature?.told === 'mixed')
  const columns = features.flatMap((feature) => (isTyped(feature) ? [quoteName(feature.column)] : []))
  const fixed = [
    'seq::double',
    'time::double',
    'id',
    'version',
    'try_cast(score as double)',
    'case when try_cast(score as double) is null then score end',
  ]
  const wanted = [...fixed, ...columns, ...(isMixed ? ['body'] : [])]
  const from = `read_parquet(${quotePath(path)})`
  const counted = await connection.runAndReadAll(
    `select count(*) from ${from} where ${condition.sql}`,
    condition.values,
  )
  rows.reserve(Number(counted.getRows()[0]?.[0] ?? 0))
  const result = await connection.stream(
    `select ${wanted.join(', ')} from ${from} where ${condition.sql}`,
    condition.values,
  )
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return true
    rows.pushChunk(chunkOf(chunk, { features, firstFeature: fixed.length, body: isMixed ? wanted.length - 1 : null }))
  }
}

type Typed = SealedColumn & { readonly told: 'numbers' | 'flags' | 'texts' }

function isTyped(feature: SealedColumn | undefined): feature is Typed {
  return feature !== undefined && feature.told !== 'mixed' && feature.told !== 'nothing'
}

interface ChunkPlan {
  readonly features: readonly (SealedColumn | undefined)[]
  readonly firstFeature: number
  /** Column with the events' own JSON, where it is needed. */
  readonly body: number | null
}

function chunkOf(chunk: DuckDBDataChunk, { features, firstFeature, body }: ChunkPlan): PredictionChunk {
  const at = (column: number) => {
    const vector = chunk.getColumnVector(column)
    return (row: number): unknown => vector.getItem(row)
  }
  const [seq, time, id, version, score, oddScore] = [at(0), at(1), at(2), at(3), at(4), at(5)]
  const told = body === null ? [] : toldFeatures(at(body), chunk.rowCount)
  let column = firstFeature
  return {
    rows: chunk.rowCount,
    seq: (row) => Number(seq(row)),
    time: (row) => Number(time(row)),
    id: (row) => String(id(row)),
    version: (row) => {
      const known = version(row)
      return known === null ? null : Number(known)
    },
    score: (row) => scoreOf(score(row), oddScore(row)),
    features: features.map((feature) => {
      if (isTyped(feature)) return at(column++)
      if (feature?.told !== 'mixed') return undefined
      const { feature: name } = feature
      return (row) => (Object.hasOwn(told[row] ?? {}, name) ? told[row]?.[name] : undefined)
    }),
  }
}

function toldFeatures(body: (row: number) => unknown, rows: number): readonly PredictionEvent['features'][] {
  return Array.from({ length: rows }, (_, row) => {
    const { features = {} } = JSON.parse(String(body(row))) as Partial<PredictionEvent>
    return features
  })
}

function scoreOf(number: unknown, text: unknown): PredictionEvent['score'] {
  if (typeof number === 'number') return number
  return typeof text === 'string' ? (JSON.parse(text) as PredictionEvent['score']) : null
}

/** What the file says of its columns; null where it was written before files said so. */
async function columnsOf(connection: DuckDBConnection, path: string): Promise<readonly SealedColumn[] | null> {
  const reader = await connection.runAndReadAll(
    `select decode(value) from parquet_kv_metadata(${quotePath(path)}) where key = ${quoteText(FEATURES_KEY)}`,
  )
  const said = reader.getRows()[0]?.[0]
  return typeof said === 'string' ? (JSON.parse(said) as SealedColumn[]) : null
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
