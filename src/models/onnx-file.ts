import { Fault } from '../base/fault.ts'

/** What an ONNX file says of itself, read without running it. */
export interface OnnxFacts {
  /** Version of each operator set, by domain; '' is ONNX's own. */
  readonly opsets: Readonly<Record<string, number>>
  /** Who exported it, such as `skl2onnx 1.20.0`. */
  readonly producer: string
  /** The classes in the order of its probabilities, as texts; null when it names none, or several lists. */
  readonly classes: readonly string[] | null
}

/** Protocol Buffers cannot be larger. */
const LARGEST_BYTES = 2 ** 31 - 1
/** Graphs within graphs; a real model has two or three. */
const DEEPEST = 40
/** `TensorProto.DataLocation.EXTERNAL` */
const EXTERNAL = 1n
const CLASS_LISTS = new Set(['classlabels_strings', 'classlabels_int64s', 'classlabels_ints'])

/**
 * Reads the few parts of an ONNX file that have to be known before anything runs it: a model's weights may not lie in
 * other files (their paths would be read on this machine), and its classes say what its probabilities are about.
 * Field numbers are those of onnx.proto3 (IR version 10).
 * @throws Fault ARTIFACT_CORRUPT when the bytes are no ONNX model, or some of its weights are elsewhere
 */
export function readOnnxFile(bytes: Uint8Array): OnnxFacts {
  if (bytes.length > LARGEST_BYTES) throw corrupt(`it is ${bytes.length} bytes; at most ${LARGEST_BYTES} can be read`)
  const found: Found = { hasGraph: false, opsets: {}, producer: [], classes: new Map() }
  try {
    walk(bytes, MODEL, found, 0)
  } catch (error) {
    if (error instanceof NotProtobuf) throw corrupt(`it is not an ONNX file (${error.message})`, error)
    throw error
  }
  if (!found.hasGraph || Object.keys(found.opsets).length === 0) throw corrupt('it is not an ONNX file')
  const [classes, another] = found.classes.values()
  return {
    opsets: found.opsets,
    producer: found.producer.join(' '),
    classes: another === undefined ? (classes ?? null) : null,
  }
}

interface Found {
  hasGraph: boolean
  readonly opsets: Record<string, number>
  readonly producer: string[]
  /** Each list of classes once. */
  readonly classes: Map<string, readonly string[]>
}

/** What to do with the fields of one kind of message: enter another message, or look at it. */
interface Message {
  readonly enter: () => Readonly<Record<number, Message>>
  readonly look?: (bytes: Uint8Array, found: Found) => void
}

const TENSOR: Message = { enter: () => ({}), look: refuseElsewhere }
const SPARSE_TENSOR: Message = { enter: () => ({ 1: TENSOR, 2: TENSOR }) }
const ATTRIBUTE: Message = {
  enter: () => ({ 5: TENSOR, 6: GRAPH, 10: TENSOR, 11: GRAPH, 22: SPARSE_TENSOR, 23: SPARSE_TENSOR }),
  look: noteClasses,
}
const NODE: Message = { enter: () => ({ 5: ATTRIBUTE }) }
const GRAPH: Message = { enter: () => ({ 1: NODE, 5: TENSOR, 15: SPARSE_TENSOR }) }
const TRAINING: Message = { enter: () => ({ 1: GRAPH, 2: GRAPH }) }
const FUNCTION: Message = { enter: () => ({ 7: NODE, 11: ATTRIBUTE }) }
const MODEL: Message = { enter: () => ({ 7: GRAPH, 20: TRAINING, 25: FUNCTION }), look: noteModel }

function walk(bytes: Uint8Array, message: Message, found: Found, depth: number): void {
  if (depth > DEEPEST) throw new NotProtobuf(`more than ${DEEPEST} messages within each other`)
  message.look?.(bytes, found)
  const within = message.enter()
  for (const { number, content } of fields(bytes)) {
    const next = within[number]
    if (next !== undefined && content instanceof Uint8Array) walk(content, next, found, depth + 1)
  }
}

function noteModel(bytes: Uint8Array, found: Found): void {
  for (const { number, content } of fields(bytes)) {
    if (!(content instanceof Uint8Array)) continue
    if (number === 2 || number === 3) found.producer.push(text(content))
    if (number === 7) found.hasGraph = true
    if (number !== 8) continue
    const parts = [...fields(content)]
    const domain = parts.find((part) => part.number === 1)?.content
    const version = parts.find((part) => part.number === 2)?.content
    found.opsets[domain instanceof Uint8Array ? text(domain) : ''] = typeof version === 'bigint' ? Number(version) : 0
  }
}

function noteClasses(bytes: Uint8Array, found: Found): void {
  let name = ''
  const classes: string[] = []
  for (const { number, content } of fields(bytes)) {
    if (number === 1 && content instanceof Uint8Array) name = text(content)
    // Whole numbers come one by one, or packed into one field.
    if (number === 8) classes.push(...(content instanceof Uint8Array ? wholeNumbers(content) : [content]).map(signed))
    if (number === 9 && content instanceof Uint8Array) classes.push(text(content))
  }
  if (CLASS_LISTS.has(name) && classes.length > 0) found.classes.set(JSON.stringify(classes), classes)
}

function refuseElsewhere(bytes: Uint8Array): void {
  for (const { number, content } of fields(bytes)) {
    if (number === 13 || (number === 14 && content === EXTERNAL)) {
      throw corrupt(
        'some of its weights are in another file (external data), which is never read; export it as one file, ' +
          'in Python: onnx.save_model(model, path, save_as_external_data=False)',
      )
    }
  }
}

interface Field {
  readonly number: number
  /** The bytes of a message, text or packed list; a number of fixed size is passed over. */
  readonly content: Uint8Array | bigint
}

/** The fields of one message, in file order (Protocol Buffers encoding, proto3). */
function* fields(bytes: Uint8Array): Generator<Field> {
  const at = { offset: 0 }
  while (at.offset < bytes.length) {
    const key = wholeNumber(bytes, at)
    const number = Number(key >> 3n)
    if (number === 0) throw new NotProtobuf('a field has the number 0')
    switch (Number(key & 7n)) {
      case 0:
        yield { number, content: wholeNumber(bytes, at) }
        break
      case 1:
        skip(bytes, at, 8)
        break
      case 2: {
        const length = Number(wholeNumber(bytes, at))
        const from = at.offset
        skip(bytes, at, length)
        yield { number, content: bytes.subarray(from, from + length) }
        break
      }
      case 5:
        skip(bytes, at, 4)
        break
      default:
        throw new NotProtobuf(`field ${number} is of no known kind`)
    }
  }
}

function skip(bytes: Uint8Array, at: { offset: number }, count: number): void {
  if (count > bytes.length - at.offset) throw new NotProtobuf('it ends in the middle of a field')
  at.offset += count
}

function wholeNumber(bytes: Uint8Array, at: { offset: number }): bigint {
  let value = 0n
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = bytes[at.offset++]
    if (byte === undefined) throw new NotProtobuf('it ends in the middle of a number')
    value |= BigInt(byte & 127) << shift
    if (byte < 128) return value
  }
  throw new NotProtobuf('a number has more than ten bytes')
}

function wholeNumbers(bytes: Uint8Array): bigint[] {
  const at = { offset: 0 }
  const all: bigint[] = []
  while (at.offset < bytes.length) all.push(wholeNumber(bytes, at))
  return all
}

const signed = (value: bigint) => String(BigInt.asIntN(64, value))
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

class NotProtobuf extends Error {}

function corrupt(what: string, cause?: unknown): Fault {
  return new Fault('ARTIFACT_CORRUPT', `the ONNX model cannot be used: ${what}`, {}, cause)
}
