import { Fault } from '../../base/fault.ts'
import type { PredictionEvent } from '../../data/event.ts'

/**
 * Features of each row of an inference request: KServe's v1 (`instances`) or the Open Inference Protocol, v2 (`inputs`).
 * @param names the model's configured features, which name what comes without names; null: none are configured
 * @throws Fault USAGE
 */
export function requestRows(body: unknown, names: readonly string[] | null): Record<string, unknown>[] {
  const { instances, inputs } = objectOf(body, 'the body of an inference request')
  if (Array.isArray(instances)) return instances.map((one: unknown, row) => instanceRow(one, row, names))
  if (Array.isArray(inputs)) return inputRows(inputs.map(tensorOf), names)
  throw new Fault('USAGE', "an inference request must have a list 'instances' (v1) or 'inputs' (v2)")
}

/**
 * What was answered for each row: `predictions` (v1), or of the `outputs` (v2) the one that is called like probabilities
 * or scores, else the first of numbers. Null where a row's answer is no score, such as the name of a class.
 * @throws Fault USAGE
 */
export function responseRows(body: unknown): PredictionEvent['score'][] {
  const { predictions, outputs } = objectOf(body, 'the body of an inference response')
  if (Array.isArray(predictions)) return predictions.map(scoreOf)
  if (!Array.isArray(outputs))
    throw new Fault('USAGE', "an inference response must have a list 'predictions' (v1) or 'outputs' (v2)")
  const tensors = outputs.map(tensorOf)
  const isNumeric = ({ data }: Tensor) => data.every((cell) => typeof cell === 'number')
  const numeric = tensors.filter(isNumeric)
  const chosen = numeric.find(({ name }) => /prob|score/i.test(name)) ?? numeric[0] ?? tensors[0]
  if (chosen === undefined) throw new Fault('USAGE', "'outputs' of an inference response must not be empty")
  return rowsOf(chosen).map((cells) => scoreOf(cells.length === 1 ? cells[0] : cells))
}

function instanceRow(value: unknown, row: number, names: readonly string[] | null): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  return named(Array.isArray(value) ? value : [value], names, `instance ${row}`)
}

/** One named input a feature; a single one with several columns is named by the configuration. */
function inputRows(tensors: readonly Tensor[], names: readonly string[] | null): Record<string, unknown>[] {
  const [first] = tensors
  if (first === undefined) throw new Fault('USAGE', "'inputs' of an inference request must not be empty")
  const columns = tensors.map((tensor) => ({ name: tensor.name, rows: rowsOf(tensor) }))
  const count = columns[0]?.rows.length ?? 0
  for (const { name, rows } of columns) {
    if (rows.length !== count)
      throw new Fault('USAGE', `the input '${name}' has ${rows.length} rows, '${first.name}' has ${count}`)
  }
  if (tensors.length === 1 && (columns[0]?.rows[0]?.length ?? 1) > 1)
    return (columns[0]?.rows ?? []).map((cells) => named(cells, names, `the input '${first.name}'`))
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(
      columns.map(({ name, rows }) => {
        const cells = rows[row] ?? []
        if (cells.length !== 1)
          throw new Fault(
            'USAGE',
            `the input '${name}' has ${cells.length} columns; of several inputs each must have one`,
          )
        return [name, cells[0]]
      }),
    ),
  )
}

function named(cells: readonly unknown[], names: readonly string[] | null, what: string): Record<string, unknown> {
  if (names === null) {
    const said = `${what} is a list of ${cells.length} values without names`
    throw new Fault('USAGE', `${said}; say in the model's configuration which 'features' they are, in their order`)
  }
  if (names.length !== cells.length) {
    const said = `${what} has ${cells.length} values, and the model's configuration names ${names.length} features`
    throw new Fault('USAGE', `${said}: they must be as many, in the same order`)
  }
  return Object.fromEntries(names.map((name, i) => [name, cells[i]]))
}

interface Tensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: readonly unknown[]
}

function tensorOf(value: unknown): Tensor {
  const { name, shape, data, datatype } = objectOf(value, 'an input or output')
  if (typeof name !== 'string') throw new Fault('USAGE', "an input or output must have a 'name'")
  const sizes = Array.isArray(shape) ? shape : []
  if (sizes.length === 0 || !sizes.every((size) => Number.isInteger(size) && size >= 0))
    throw new Fault('USAGE', `'shape' of '${name}' must be a list of whole numbers, the first one of rows`)
  if (!Array.isArray(data))
    throw new Fault('USAGE', `'${name}' must have its 'data' as a JSON list; binary tensors are not read`)
  const flat: unknown[] = data.flat(Number.POSITIVE_INFINITY)
  const cells = datatype === 'BOOL' ? flat.map((cell) => (typeof cell === 'number' ? cell !== 0 : cell)) : flat
  const size = sizes.reduce((product: number, one: number) => product * one, 1)
  if (size !== cells.length)
    throw new Fault('USAGE', `'${name}' has the shape [${sizes.join(', ')}], but ${cells.length} values`)
  return { name, shape: sizes as number[], data: cells }
}

function rowsOf({ shape, data }: Tensor): unknown[][] {
  const rows = shape[0] ?? 0
  const width = rows === 0 ? 0 : data.length / rows
  return Array.from({ length: rows }, (_, row) => data.slice(row * width, (row + 1) * width))
}

function scoreOf(value: unknown): PredictionEvent['score'] {
  if (typeof value === 'number') return value
  if (typeof value !== 'object' || value === null) return null
  const parts: unknown[] = Object.values(value)
  if (parts.length === 0 || !parts.every((part) => typeof part === 'number')) return null
  return value as number[] | Record<string, number>
}

function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new Fault('USAGE', `${what} must be a JSON object`)
}
