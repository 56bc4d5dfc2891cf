import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import JSZip from 'jszip'
import { Fault } from '../base/fault.ts'
import { openZip, unpackWithin, ZIP_LIMITS } from '../runtimes/zip-within.ts'

/** What every folder that `model.save(folder)` leaves has. */
const SIGN = 'data_spec.pb'
/** Every file carries this date, so that the same model gives the same bytes. */
const FILE_DATE = new Date(Date.UTC(1980, 0, 1))

/**
 * The files of a saved YDF model as one zip.
 * @param folder as `model.save(folder)` left it
 * @throws Fault DATA_INVALID when it is no such folder, or larger than 1 GiB
 */
export async function ydfFromFolder(folder: string): Promise<Uint8Array> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name)
  if (!names.includes(SIGN)) {
    throw new Fault('DATA_INVALID', `the folder '${folder}' is no saved YDF model: it has no file ${SIGN}`)
  }
  return packed(names, (name) => readFile(join(folder, name)), folder)
}

/**
 * The same of a zip of that folder, with or without the folder's own name before those of the files.
 * @returns null when it is not a zip of a saved YDF model: nothing of it is unpacked then
 * @throws Fault DATA_INVALID when it is larger than 1 GiB, or has more than 1,000 entries
 */
export async function ydfFromZip(bytes: Uint8Array, path: string): Promise<Uint8Array | null> {
  const what = `'${path}'`
  const zip = await openZip(bytes, what).catch((error: unknown) => {
    if (error instanceof Fault) throw error
    return null
  })
  const sign = Object.keys(zip?.files ?? {}).find((name) => name === SIGN || name.endsWith(`/${SIGN}`))
  if (zip === null || sign === undefined) return null
  const before = sign.slice(0, -SIGN.length)
  const names = Object.values(zip.files)
    .filter(({ name, dir }) => !dir && name.startsWith(before) && !name.slice(before.length).includes('/'))
    .map(({ name }) => name.slice(before.length))
  let mostBytes = ZIP_LIMITS.bytes
  const read = async (name: string) => {
    const file = zip.file(`${before}${name}`)
    const parts: Uint8Array[] = []
    if (file !== null) mostBytes -= await unpackWithin(file, { what, mostBytes }, (part) => parts.push(part))
    return Buffer.concat(parts)
  }
  return packed(names, read, path)
}

async function packed(
  names: readonly string[],
  read: (name: string) => Promise<Uint8Array>,
  path: string,
): Promise<Uint8Array> {
  if (names.length > ZIP_LIMITS.entries)
    throw tooLarge(path, `${names.length} files; at most ${ZIP_LIMITS.entries} are read`)
  const zip = new JSZip()
  let bytes = 0
  for (const name of [...names].sort()) {
    const content = await read(name)
    bytes += content.length
    if (bytes > ZIP_LIMITS.bytes) throw tooLarge(path, `more than ${ZIP_LIMITS.bytes} bytes`)
    zip.file(name, content, { date: FILE_DATE, createFolders: false })
  }
  return zip.generateAsync({ type: 'uint8array', compression: 'STORE', platform: 'DOS' })
}

function tooLarge(path: string, what: string): Fault {
  return new Fault('DATA_INVALID', `'${path}' has ${what}`)
}
