import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** MD5 of a file's bytes: what DVC 3 knows a file by. 32 hexadecimal digits. */
export async function fileMd5(path: string): Promise<string> {
  const hash = createHash('md5')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/**
 * What DVC 3 knows a folder by: MD5 of the list of its files as Python's `json.dumps` writes it, sorted by path, plus
 * `.dir`. Empty folders do not count.
 */
export async function folderMd5(folder: string): Promise<string> {
  const files: { readonly md5: string; readonly relpath: string }[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    files.push({ md5: await fileMd5(path), relpath: path.slice(folder.length + 1).replaceAll('\\', '/') })
  }
  return `${createHash('md5').update(dvcListing(files)).digest('hex')}.dir`
}

/** The content of a DVC `.dir` object. Python sorts by code points and writes all beyond ASCII as \\uXXXX. */
export function dvcListing(files: readonly { readonly md5: string; readonly relpath: string }[]): string {
  const sorted = [...files].sort((a, b) => byCodePoints(a.relpath, b.relpath))
  return `[${sorted.map(({ md5, relpath }) => `{"md5": ${pythonText(md5)}, "relpath": ${pythonText(relpath)}}`).join(', ')}]`
}

function byCodePoints(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)]
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

function pythonText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
