import { open } from 'node:fs/promises'
import { Fault } from '../../base/fault.ts'
import { fileFault, quotePath, rowsOf } from './duck-db.ts'
import type { LocatedFile } from './locate-files.ts'
import type { Part, PartInput } from './part.ts'
import { distinctNames } from './part.ts'
import { typedCell } from './typed-cell.ts'

const MAGIC = 'PAR1'

/**
 * Opens a Parquet file by its footer; no row is read.
 *
 * @throws Fault FILE_UNREADABLE when it is no Parquet file or was cut off
 */
export async function openParquet({ connection, file }: PartInput): Promise<Part> {
  await checkMagic(file)
  const path = quotePath(file.absolute)
  const scan = `read_parquet(${path}, hive_partitioning=false, filename=false, union_by_name=false)`
  try {
    const described = await connection.runAndReadAll(`SELECT * FROM ${scan} LIMIT 0`)
    const types = described.columnTypes()
    const raw = topLevelNames(await rowsOf(connection, `SELECT name, num_children FROM parquet_schema(${path})`))
    const { names, notes } = distinctNames(file.path, raw.length === types.length ? raw : described.columnNames())
    const [counted] = await rowsOf(connection, `SELECT count(*)::DOUBLE AS n FROM ${scan}`)
    const columns = types.map((type, i) => ({ name: names[i] as string, cell: typedCell(`c${i}`, type) }))
    const from = `${scan} AS t(${types.map((_, i) => `c${i}`).join(', ')})`
    return { path: file.path, from, rows: Number(counted?.['n']), columns, notes }
  } catch (error) {
    throw fileFault(error, file.path)
  }
}

async function checkMagic(file: LocatedFile): Promise<void> {
  let first = ''
  let last = ''
  try {
    const handle = await open(file.absolute)
    try {
      const { size } = await handle.stat()
      const read = async (at: number) => (await handle.read(Buffer.alloc(4), 0, 4, at)).buffer.toString('latin1')
      first = await read(0)
      last = await read(Math.max(0, size - 4))
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw fileFault(error, file.path)
  }
  if (first === 'PARE') throw new Fault('FILE_UNREADABLE', `'${file.path}' is an encrypted Parquet file`)
  if (first !== MAGIC) {
    throw new Fault('FILE_UNREADABLE', `'${file.path}' is not a Parquet file: it does not begin with ${MAGIC}`)
  }
  if (last !== MAGIC) throw new Fault('FILE_UNREADABLE', `'${file.path}' is cut off: it does not end with ${MAGIC}`)
}

/** The schema is a tree written root first; DuckDB's own names would be changed where two differ only in case. */
function topLevelNames(nodes: readonly Record<string, unknown>[]): string[] {
  const names: string[] = []
  let open = 0
  for (const node of nodes.slice(1)) {
    if (open === 0) names.push(String(node['name']))
    else open -= 1
    open += Number(node['num_children'] ?? 0)
  }
  return names
}
