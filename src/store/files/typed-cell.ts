import type { DuckDBType } from '@duckdb/node-api'
import { DuckDBTypeId } from '@duckdb/node-api'
import type { Cell } from './cell.ts'
import { momentOf, shapeCode, textCell } from './cell.ts'

/** The cell of a column whose type the file states. */
export function typedCell(column: string, type: DuckDBType): Cell {
  const text = `CAST(${column} AS VARCHAR)`
  switch (type.typeId) {
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
      return numberCell(column, text)
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
    case DuckDBTypeId.BIGNUM:
      return { ...numberCell(column, text), whole: 'true' }
    case DuckDBTypeId.DECIMAL:
      return { ...numberCell(column, text), whole: `NOT contains(${text}, '.')` }
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return numberCell(column, `regexp_replace(${text}, '\\.0$', '')`)
    case DuckDBTypeId.BOOLEAN:
      return { ...nothing(text, 'flag'), flag: column, settled: 'boolean' }
    case DuckDBTypeId.DATE:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
    case DuckDBTypeId.TIMESTAMP:
      return { ...nothing(text, 'moment'), moment: momentOf(`CAST(${column} AS TIMESTAMP)`), settled: 'time' }
    case DuckDBTypeId.TIMESTAMP_TZ:
      return { ...nothing(text, 'moment'), moment: momentOf(column), settled: 'time' }
    case DuckDBTypeId.VARCHAR:
      return { ...textCell(column, false), settled: 'categorical' }
    case DuckDBTypeId.ENUM:
    case DuckDBTypeId.UUID:
      return { ...textCell(text, false), settled: 'categorical' }
    case DuckDBTypeId.SQLNULL:
      return nothing('CAST(NULL AS VARCHAR)', 'missing')
    case DuckDBTypeId.BLOB:
      return unusualCell(`coalesce(TRY(decode(${column})), ${text})`, 'holds bytes')
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
    case DuckDBTypeId.STRUCT:
    case DuckDBTypeId.MAP:
    case DuckDBTypeId.UNION:
      return unusualCell(`CAST(to_json(${column}) AS VARCHAR)`, 'holds nested values')
    default:
      return unusualCell(text, `is of type ${type.toString()}`)
  }
}

function numberCell(column: string, text: string): Cell {
  return { ...nothing(text, 'number'), number: `CAST(${column} AS DOUBLE)`, settled: 'numeric' }
}

function unusualCell(text: string, unusual: string): Cell {
  return { ...textCell(text, false), settled: 'categorical', unusual }
}

/** A cell that is never anything; `shape` is what it looks like where it is not missing. */
function nothing(text: string, shape: 'number' | 'flag' | 'moment' | 'missing'): Cell {
  return {
    text,
    number: 'CAST(NULL AS DOUBLE)',
    flag: 'CAST(NULL AS BOOLEAN)',
    moment: 'CAST(NULL AS DOUBLE)',
    shapeOf: (x) => `CASE WHEN ${x} IS NULL THEN ${shapeCode('missing')} ELSE ${shapeCode(shape)} END`,
  }
}
