import { assert } from '../base/assert.ts'
import { Fault } from '../base/fault.ts'
import type { Column } from '../data/frame.ts'
import type { ColumnKind, Schema } from '../data/schema.ts'
import { type OnnxValue, shapeText } from './onnx-session.ts'

/** How one input of a model is filled from the columns of a frame. */
export interface OnnxInput {
  readonly name: string
  readonly type: InputType
  /** Places in the features, in the order of the tensor's columns. */
  readonly columns: readonly number[]
  /** Whether the tensor is [rows] instead of [rows, columns]. */
  readonly isFlat: boolean
}

export interface OnnxInputs {
  readonly inputs: readonly OnnxInput[]
  /** 1 for a model exported with a batch of one; else null. */
  readonly batchRows: 1 | null
}

export type TensorData = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array | string[]

type InputType = keyof typeof TAKES

/** Which kinds of column an input of a type can hold. A number written as text would need a format nobody named. */
const TAKES = {
  float32: ['numeric', 'boolean', 'time'],
  float64: ['numeric', 'boolean', 'time'],
  int64: ['numeric', 'boolean', 'time'],
  int32: ['numeric', 'boolean'],
  bool: ['boolean'],
  string: ['categorical'],
} as const satisfies Record<string, readonly ColumnKind[]>

/**
 * Finds out how features become a model's inputs: one tensor [rows, features] in the order of the features, or an input
 * a feature, [rows, 1] or [rows], told by its name.
 * @param named which feature each input takes, where their names differ
 * @throws Fault ARTIFACT_CORRUPT when they do not fit together
 */
export function planInputs(
  values: readonly OnnxValue[],
  features: Schema,
  named: Readonly<Record<string, string>> = {},
): OnnxInputs {
  const [only, another] = values
  if (only === undefined) throw misfit('it has no input')
  const isOneTensor = another === undefined && only.shape.length === 2 && only.shape[1] !== 1
  const inputs = isOneTensor ? [wholeTensor(only, features)] : values.map((value) => oneColumn(value, features, named))
  const batches = new Set(values.map(({ shape }) => shape[0] ?? null))
  const [batch] = batches
  if (batches.size > 1 || (batch !== null && batch !== 1)) {
    throw misfit(`its inputs take ${[...batches].map((size) => size ?? 'any number of')} rows; it must be any, or 1`)
  }
  return { inputs, batchRows: batch ?? null }
}

function wholeTensor(value: OnnxValue, features: Schema): OnnxInput {
  const width = value.shape[1] ?? null
  if (width !== null && width !== features.length) {
    throw misfit(`its input '${value.name}' takes ${width} features; the artifact names ${features.length}`)
  }
  const type = typeOf(value)
  for (const { name, kind } of features) refuseUnfit(value, name, kind)
  return { name: value.name, type, columns: features.map((_, index) => index), isFlat: false }
}

function oneColumn(value: OnnxValue, features: Schema, named: Readonly<Record<string, string>>): OnnxInput {
  const { name, shape } = value
  if (shape.length < 1 || shape.length > 2 || (shape.length === 2 && shape[1] !== 1 && shape[1] !== null)) {
    throw misfit(
      `its input '${name}' is ${shapeText(value)}; a model takes one tensor [rows, features], or an input [rows, 1] a feature`,
    )
  }
  const wanted = Object.hasOwn(named, name) ? named[name] : name
  // A model of one feature may call its input anything, as `float_input`.
  const isObvious = features.length === 1 && shape.length === 2 && !Object.hasOwn(named, name)
  const at = features.findIndex((feature) => feature.name === wanted)
  const index = at < 0 && isObvious ? 0 : at
  const feature = features[index]
  if (feature === undefined) {
    const known = features.map((f) => `'${f.name}'`).join(', ')
    throw misfit(`its input '${name}' takes a feature '${wanted}'; there are: ${known} (runtime.inputs says which)`)
  }
  refuseUnfit(value, feature.name, feature.kind)
  return { name, type: typeOf(value), columns: [index], isFlat: shape.length === 1 }
}

function typeOf(value: OnnxValue): InputType {
  const { name, type } = value
  if (Object.hasOwn(TAKES, type)) return type as InputType
  throw misfit(`its input '${name}' is ${shapeText(value)}; allowed are ${Object.keys(TAKES).join(', ')}`)
}

function refuseUnfit(value: OnnxValue, feature: string, kind: ColumnKind): void {
  const kinds: readonly ColumnKind[] = TAKES[typeOf(value)]
  if (kinds.includes(kind)) return
  throw misfit(`its input '${value.name}' is of ${value.type}, which holds no ${kind} feature; '${feature}' is one`)
}

/**
 * The rows of some columns as one tensor's data, row by row. A missing number is NaN, a missing text ''; whole numbers
 * and truth values have nothing to say missing with.
 * @param columns all features, in the model's order
 * @param from row of the whole frame where these rows begin, for messages
 * @throws Fault DATA_INVALID when a value cannot be said in the tensor's type
 */
export function tensorData(input: OnnxInput, columns: readonly Column[], rows: number, from: number): TensorData {
  const width = input.columns.length
  const data = emptyData(input.type, rows * width)
  for (const [place, index] of input.columns.entries()) {
    const column = columns[index]
    assert(column !== undefined, 'columns were matched to the features')
    fill({ data, column, place, width, from, type: input.type })
  }
  return data
}

function emptyData(type: InputType, length: number): TensorData {
  switch (type) {
    case 'float32':
      return new Float32Array(length)
    case 'float64':
      return new Float64Array(length)
    case 'int64':
      return new BigInt64Array(length)
    case 'int32':
      return new Int32Array(length)
    case 'bool':
      return new Uint8Array(length)
    case 'string':
      return new Array<string>(length).fill('')
  }
}

interface Filling {
  readonly data: TensorData
  readonly column: Column
  readonly place: number
  readonly width: number
  readonly from: number
  readonly type: InputType
}

function fill({ data, column, place, width, from, type }: Filling): void {
  const { values, missing, name } = column
  for (let row = 0; row < values.length; row++) {
    const at = row * width + place
    const value = values[row] as number
    const isMissing = missing[row] === 1
    if (Array.isArray(data)) {
      if (!isMissing && column.kind === 'categorical') data[at] = column.categories[value] as string
    } else if (data instanceof Float32Array || data instanceof Float64Array) {
      data[at] = isMissing ? Number.NaN : value
    } else if (isMissing) {
      throw new Fault(
        'DATA_INVALID',
        `feature '${name}' is missing in row ${from + row}; the model takes it as ${type}, which cannot say missing ` +
          '(export the input as float)',
      )
    } else if (data instanceof BigInt64Array) {
      data[at] = BigInt(whole(value, Number.MAX_SAFE_INTEGER, { name, type, row: from + row }))
    } else {
      data[at] = whole(value, 2 ** 31 - 1, { name, type, row: from + row })
    }
  }
}

function whole(value: number, largest: number, where: { name: string; type: string; row: number }): number {
  if (Number.isInteger(value) && Math.abs(value) <= largest) return value
  throw new Fault(
    'DATA_INVALID',
    `feature '${where.name}' is ${value} in row ${where.row}; the model takes it as ${where.type}: whole numbers up to ${largest}`,
  )
}

function misfit(what: string): Fault {
  return new Fault('ARTIFACT_CORRUPT', `the ONNX model does not fit its features: ${what}`)
}
