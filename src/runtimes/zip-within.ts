import JSZip from 'jszip'
import { Fault } from '../base/fault.ts'

/** What may come out of a zip that somebody sent. */
export interface ZipLimits {
  /** Files and folders. Count. */
  readonly entries: number
  /** All files together, unpacked. Bytes. */
  readonly bytes: number
}

/** As much as a folder of a model may have. */
export const ZIP_LIMITS: ZipLimits = { entries: 1_000, bytes: 2 ** 30 }

/** Begins the description of each entry in a zip's directory: P K 1 2. */
const ENTRY = [0x50, 0x4b, 0x01, 0x02] as const

/**
 * Reads the directory of a zip, once it is known to be short: a directory of 256 MiB would become gigabytes of objects.
 * What it says of its own length is not believed; its entries are counted by what each begins with.
 * @param what names it in messages
 * @throws Fault DATA_INVALID for more entries than allowed; an `Error` for what is no zip
 */
export async function openZip(bytes: Uint8Array, what: string, limits: ZipLimits = ZIP_LIMITS): Promise<JSZip> {
  let entries = 0
  for (let at = bytes.indexOf(ENTRY[0]); at >= 0; at = bytes.indexOf(ENTRY[0], at + 1)) {
    if (!ENTRY.every((byte, i) => bytes[at + i] === byte)) continue
    if (++entries > limits.entries) throw tooLarge(what, `more than ${limits.entries} entries`)
  }
  return JSZip.loadAsync(bytes)
}

/**
 * Unpacks one file of a zip and stops as soon as it is too large, whatever the zip says of its size.
 * @param keep is given each part as it comes
 * @param mostBytes what may still come out. Bytes
 * @returns its size. Bytes
 * @throws Fault DATA_INVALID when more comes out; an `Error` where it is damaged
 */
export function unpackWithin(
  file: JSZip.JSZipObject,
  { what, mostBytes, limits = ZIP_LIMITS }: { what: string; mostBytes: number; limits?: ZipLimits },
  keep: (part: Uint8Array) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let size = 0
    const stream = file.nodeStream()
    stream.on('data', (part: Uint8Array) => {
      size += part.length
      if (size <= mostBytes) return keep(part)
      stream.pause()
      reject(tooLarge(what, `more than ${limits.bytes} bytes when it is unpacked`))
    })
    stream.on('error', reject)
    stream.on('end', () => resolve(size))
  })
}

/**
 * Makes sure that a zip stays within its limits before something unpacks it that has none; nothing of it is kept.
 * @throws Fault DATA_INVALID when it does not; an `Error` for what is no zip, or damaged
 */
export async function checkZip(bytes: Uint8Array, what: string, limits: ZipLimits = ZIP_LIMITS): Promise<void> {
  const zip = await openZip(bytes, what, limits)
  let left = limits.bytes
  for (const file of Object.values(zip.files)) {
    if (!file.dir) left -= await unpackWithin(file, { what, mostBytes: left, limits }, () => undefined)
  }
}

function tooLarge(what: string, has: string): Fault {
  return new Fault('DATA_INVALID', `${what} has ${has}`)
}
