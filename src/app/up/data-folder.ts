import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureFolder } from '../../store/disk/durable-file.ts'
import { ADDRESS_FILE, TOKEN_FILE } from '../server-place.ts'
import { type FolderLock, lockFolder } from './folder-lock.ts'

/** The folder in which a server keeps all that is its own. */
export interface DataFolder {
  readonly path: string
  readonly postgres: string
  readonly runs: string
  readonly token: string
  readonly address: string
  /** Lets the next server in. */
  release(): Promise<void>
}

/**
 * Makes the folder where it is not there yet. `isAlone`: takes it for this process; processes that share a database
 * share the folder too.
 * @throws Fault FOLDER_HELD with who holds it
 */
export async function openDataFolder(
  path: string,
  { now, isAlone }: { readonly now: number; readonly isAlone: boolean },
): Promise<DataFolder> {
  await ensureFolder(path)
  const lock: FolderLock | null = isAlone ? await lockFolder(join(path, 'lock'), now) : null
  return {
    path,
    postgres: join(path, 'postgres'),
    runs: join(path, 'runs'),
    token: join(path, TOKEN_FILE),
    address: join(path, ADDRESS_FILE),
    async release() {
      if (lock === null) return
      await rm(join(path, ADDRESS_FILE), { force: true })
      await lock.release()
    },
  }
}

/** The text of a small file; null where there is none. */
export async function textIn(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
