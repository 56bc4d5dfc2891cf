import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Instant } from '../../base/clock.ts'
import { errorCode } from '../../base/error-text.ts'

/** What a write that was killed has left: `writeDurably` and whoever writes a whole folder call it so until it is whole. */
const LEFTOVER = /^\..+\.part$/

/**
 * Removes what writes that were killed have left in a folder, in the folders below it, and in those below these. What has
 * been written to since is somebody's work.
 * @param until files and folders that were last written to before it go. Milliseconds since 1970, by the clock of the disk
 * @returns paths below the folder that went, in their order
 */
export async function clearLeftovers(folder: string, until: Instant): Promise<readonly string[]> {
  const gone: string[] = []
  for (const path of await leftoversBelow(folder, '', 2)) {
    if ((await newestWrite(join(folder, path))) >= until) continue
    await rm(join(folder, path), { recursive: true, force: true })
    gone.push(path)
  }
  return gone.sort()
}

async function leftoversBelow(folder: string, within: string, deeper: number): Promise<string[]> {
  const found: string[] = []
  for (const entry of await entriesOf(join(folder, within))) {
    const path = join(within, entry.name)
    if (LEFTOVER.test(entry.name)) found.push(path)
    else if (entry.isDirectory() && deeper > 0) found.push(...(await leftoversBelow(folder, path, deeper - 1)))
  }
  return found
}

/** When a file, or anything in a folder, was last written to; never where it is gone by now. */
async function newestWrite(path: string): Promise<Instant> {
  const facts = await lstat(path).catch(() => null)
  if (facts === null) return Number.NEGATIVE_INFINITY
  let newest = facts.mtimeMs
  if (facts.isDirectory())
    for (const { name } of await entriesOf(path)) newest = Math.max(newest, await newestWrite(join(path, name)))
  return newest
}

/** None where there is no such folder any more. */
async function entriesOf(folder: string) {
  return readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  })
}
