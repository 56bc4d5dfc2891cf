import JSZip from 'jszip'
import { assert } from '../base/assert.ts'

/** Every file in the payload carries this date, so that the same model gives the same bytes. */
const FILE_DATE = new Date(Date.UTC(1980, 0, 1))

/**
 * A YDF model's files as one zip whose bytes depend on the model alone. YDF writes its clock, a random id and hash maps
 * in random order; here what no prediction needs is left out, and the dictionaries are sorted. Stored, not
 * compressed: compressed bytes would depend on the machine.
 */
export async function packYdf(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const zip = new JSZip()
  for (const name of [...files.keys()].sort()) {
    zip.file(name, canonical(name, files.get(name) as Uint8Array), { date: FILE_DATE, createFolders: false })
  }
  return zip.generateAsync({ type: 'uint8array', compression: 'STORE', platform: 'DOS' })
}

/** Field numbers: yggdrasil_decision_forests' abstract_model, gradient_boosted_trees, random_forest and data_spec.proto. */
function canonical(name: string, bytes: Uint8Array): Uint8Array {
  switch (name) {
    case 'header.pb':
      return without(bytes, [7, 10]) // variable importances; metadata: date and random id
    case 'gradient_boosted_trees_header.pb':
      return without(bytes, [8]) // training logs
    case 'random_forest_header.pb':
      return without(bytes, [4]) // out-of-bag evaluations
    case 'data_spec.pb':
      return rewritten(bytes, 1, (column) => rewritten(column, 6, withSortedItems))
    default:
      return bytes
  }
}

function without(bytes: Uint8Array, numbers: readonly number[]): Uint8Array {
  return joined(fieldsOf(bytes).filter((field) => !numbers.includes(field.number)))
}

/** A categorical specification with its dictionary (field 7, a map) in one order. */
function withSortedItems(bytes: Uint8Array): Uint8Array {
  const fields = fieldsOf(bytes)
  const items = fields.filter((field) => field.number === 7).sort((a, b) => Buffer.compare(a.raw, b.raw))
  return joined([...fields.filter((field) => field.number !== 7), ...items])
}

/** One field of a protocol buffer: `raw` is all of it, `body` the content of a length-delimited one. */
interface Field {
  readonly number: number
  readonly raw: Uint8Array
  readonly body: Uint8Array | null
}

function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = []
  let at = 0
  while (at < bytes.length) {
    const tag = varint(bytes, at)
    const wire = tag.value & 7
    const length = wire === 2 ? varint(bytes, tag.end) : null
    const bodyAt = length === null ? tag.end : length.end
    const end = length === null ? endOfScalar(bytes, wire, tag.end) : length.end + length.value
    assert(end <= bytes.length, 'a protocol buffer ends inside a field')
    const body = length === null ? null : bytes.subarray(bodyAt, end)
    fields.push({ number: tag.value >>> 3, raw: bytes.subarray(at, end), body })
    at = end
  }
  return fields
}

function endOfScalar(bytes: Uint8Array, wire: number, at: number): number {
  if (wire === 0) return varint(bytes, at).end
  if (wire === 1) return at + 8
  assert(wire === 5, `a protocol buffer has wire type ${wire}`)
  return at + 4
}

function varint(bytes: Uint8Array, at: number): { value: number; end: number } {
  let value = 0
  let scale = 1
  for (let end = at; end < bytes.length; end++) {
    const byte = bytes[end] as number
    value += (byte & 127) * scale
    if (byte < 128) return { value, end: end + 1 }
    scale *= 128
  }
  assert(false, 'a protocol buffer ends inside a number')
}

/** `bytes` with the content of every field `number` passed through `change`. */
function rewritten(bytes: Uint8Array, number: number, change: (body: Uint8Array) => Uint8Array): Uint8Array {
  return joined(
    fieldsOf(bytes).map((field) => {
      if (field.number !== number || field.body === null) return field
      const body = change(field.body)
      assert(body.length === field.body.length, 'sorting must not change a length')
      const raw = Uint8Array.from(field.raw)
      raw.set(body, raw.length - body.length)
      return { ...field, raw }
    }),
  )
}

function joined(fields: readonly Field[]): Uint8Array {
  return Buffer.concat(fields.map((field) => field.raw))
}
