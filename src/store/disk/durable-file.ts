import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, rm, statfs, unlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { errorCode } from '../../base/error-text.ts'
import { Fault } from '../../base/fault.ts'

export interface WriteOptions {
  /** Permission bits of the file, exactly (the umask does not lessen them). 0o600 unless told. */
  readonly mode?: number
}

/**
 * Writes a file so that, whatever happens, its name stands for the old bytes or for all of the new ones; once this
 * returns, for the new ones even after a power cut: temporary file → fsync → rename → fsync of the folder.
 * @param content the whole content, or its parts in order
 * @throws Fault DISK_FULL, FILE_UNREADABLE where writing is not allowed; whatever `content` throws. The old file stays.
 */
export async function writeDurably(
  path: string,
  content: Uint8Array | string | AsyncIterable<Uint8Array>,
  options: WriteOptions = {},
): Promise<void> {
  const folder = dirname(resolve(path))
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.part`)
  try {
    await writeSynced(temporary, content, options.mode ?? 0o600)
    await rename(temporary, path)
    await syncFolder(folder)
  } catch (error) {
    // After the rename there is nothing to remove; a full disk must not keep the half that did fit.
    await rm(temporary, { force: true }).catch(() => {})
    throw diskFault(error, path)
  }
}

async function writeSynced(
  path: string,
  content: Uint8Array | string | AsyncIterable<Uint8Array>,
  mode: number,
): Promise<void> {
  const handle = await open(path, 'wx', mode)
  try {
    await handle.chmod(mode)
    if (typeof content === 'string' || content instanceof Uint8Array) await handle.writeFile(content)
    else for await (const part of content) await handle.appendFile(part)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Makes a folder and those above it, and makes sure that they are still there after a power cut.
 * @param mode permission bits of the folders that are made, exactly; 0o700 unless told
 */
export async function ensureFolder(path: string, mode = 0o700): Promise<void> {
  const whole = resolve(path)
  try {
    const first = await mkdir(whole, { recursive: true, mode })
    if (first === undefined) return
    for (let made = whole; ; made = dirname(made)) {
      await syncFolder(made, mode)
      await syncFolder(dirname(made))
      if (made === first) return
    }
  } catch (error) {
    throw diskFault(error, path)
  }
}

/** Removes a file so that it does not come back after a power cut. One that is not there is fine. */
export async function removeDurably(path: string): Promise<void> {
  try {
    await unlink(path)
    await syncFolder(dirname(resolve(path)))
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw diskFault(error, path)
  }
}

/** Bytes that this process may still write on the disk of `path`, which must exist. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}

/** Makes the names in a folder survive a power cut. */
export async function syncFolder(folder: string, mode?: number): Promise<void> {
  let handle: FileHandle | undefined
  try {
    handle = await open(folder, 'r')
    if (mode !== undefined) await handle.chmod(mode)
    await handle.sync()
  } finally {
    await handle?.close()
  }
}

/** What a user can mend as a Fault; any other error as it is. */
export function diskFault(error: unknown, path: string): unknown {
  const code = errorCode(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const what = code === 'EDQUOT' ? 'the disk quota is used up' : 'the disk is full'
    return new Fault('DISK_FULL', `${path} was not written: ${what}`, { path }, error)
  }
  const reason = code === undefined ? undefined : REFUSALS[code]
  if (reason === undefined) return error
  return new Fault('FILE_UNREADABLE', `${path} cannot be written: ${reason}`, { path }, error)
}

const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'there is a folder of that name',
  EEXIST: 'there is a file of that name',
}
