import { assert } from './assert.ts'
import { Fault } from './fault.ts'

const INDEX_AT = 4
const NAME = /^[A-Za-z0-9_][A-Za-z0-9._+=@-]{0,127}$/
const MOST_FOLDERS = 8

/** Whether a name is a relative path of plain parts: it cannot lead out of the folder that it is put in. */
export function isPackable(name: string): boolean {
  const parts = name.split('/')
  return parts.length <= MOST_FOLDERS && parts.every((part) => NAME.test(part))
}

/**
 * Files as one run of bytes: length of the index (u32, little-endian) · index (JSON: names and sizes, by name) · contents.
 * The same files give the same bytes: no dates, no owners, no compression.
 */
export function packFiles(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const names = [...files.keys()].sort()
  for (const name of names) assert(isPackable(name), `a file called '${name}' cannot be packed`)
  const sized = names.map((name) => [name, files.get(name)?.length ?? 0] as const)
  const index = new TextEncoder().encode(JSON.stringify(sized))
  const bytes = new Uint8Array(INDEX_AT + index.length + sized.reduce((sum, [, size]) => sum + size, 0))
  new DataView(bytes.buffer).setUint32(0, index.length, true)
  bytes.set(index, INDEX_AT)
  let at = INDEX_AT + index.length
  for (const name of names) {
    const content = files.get(name) ?? new Uint8Array()
    bytes.set(content, at)
    at += content.length
  }
  return bytes
}

/**
 * Reads what `packFiles` wrote; the contents share memory with `bytes`.
 * @throws Fault ARTIFACT_CORRUPT when they are anything else, or a name is no plain relative path
 */
export function unpackFiles(bytes: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  const { index, begin } = indexOf(bytes)
  let at = begin
  for (const entry of index) {
    const [name, size] = Array.isArray(entry) ? entry : []
    if (typeof name !== 'string' || !isPackable(name) || files.has(name)) throw corrupt('it has a bad file name')
    if (!Number.isInteger(size) || size < 0 || at + size > bytes.length) throw corrupt(`'${name}' is cut off`)
    files.set(name, bytes.subarray(at, at + size))
    at += size
  }
  if (at !== bytes.length) throw corrupt('it is longer than its files')
  return files
}

function indexOf(bytes: Uint8Array): { index: readonly unknown[]; begin: number } {
  if (bytes.length < INDEX_AT) throw corrupt('it is too short')
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true)
  const begin = INDEX_AT + length
  if (begin > bytes.length) throw corrupt('its list of files is cut off')
  try {
    const index: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(INDEX_AT, begin)))
    if (Array.isArray(index)) return { index, begin }
  } catch (error) {
    throw corrupt('its list of files is not JSON', error)
  }
  throw corrupt('its list of files is none')
}

function corrupt(what: string, cause?: unknown): Fault {
  return new Fault('ARTIFACT_CORRUPT', `the packed files cannot be read: ${what}`, {}, cause)
}
