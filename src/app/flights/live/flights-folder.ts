import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../../../base/clock.ts'
import { Fault } from '../../../base/fault.ts'
import { ensureFolder } from '../../../store/disk/durable-file.ts'
import { dataFolderOf } from '../../../store/postgres/embedded/home.ts'
import { isPostmaster, readPostmaster } from '../../../store/postgres/embedded/postmaster-file.ts'
import { lockFolder } from '../../up/folder-lock.ts'

/** Where the demo keeps all that is its own, seen from where it is run. */
export const FLIGHTS_FOLDER = '.keepfit-flights'

const LOCK = 'lock'
/** A database that does not end in time notices by itself that its folder is gone. Milliseconds. */
const PATIENCE_MS = 5000
const LOOK_MS = 50

/**
 * Makes the folder, and empties one that an earlier demo has left.
 * @throws Fault FOLDER_HELD where a demo still runs on it
 */
export async function freshFolder(path: string): Promise<void> {
  await ensureFolder(path)
  const lock = await lockFolder(join(path, LOCK), systemClock.now()).catch((error: unknown) => {
    if (error instanceof Fault && error.code === 'FOLDER_HELD')
      throw new Fault('FOLDER_HELD', `the flights are running already: ${error.message}`, {}, error)
    throw error
  })
  try {
    await removeDatabase(join(path, 'postgres'))
    for (const name of await readdir(path))
      if (name !== LOCK) await rm(join(path, name), { recursive: true, force: true })
  } finally {
    await lock.release()
  }
}

/** Wherever its data are (Postgres cannot run everywhere as root); one that a killed Keepfit left running is ended. */
async function removeDatabase(folder: string): Promise<void> {
  const moved = (await readFile(join(folder, 'moved-to'), 'utf8').catch(() => '')).trim()
  const home = moved === '' ? folder : moved
  const data = dataFolderOf({ folder: home })
  const left = await readPostmaster(data)
  const isRunning = async () => left !== undefined && (await isPostmaster(left.pid, data))
  if (left !== undefined && (await isRunning())) {
    process.kill(left.pid, 'SIGINT')
    for (let waited = 0; waited < PATIENCE_MS && (await isRunning()); waited += LOOK_MS) await sleep(LOOK_MS)
  }
  if (moved !== '') await rm(data, { recursive: true, force: true })
}
