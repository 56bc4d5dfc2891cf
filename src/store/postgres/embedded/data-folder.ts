import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../../base/fault.ts'
import { syncFolder } from '../../disk/durable-file.ts'
import { launchAs, runToEnd } from './account.ts'
import { majorOf, programPath, WAY_OUT } from './binaries.ts'
import { dataFolderOf, type Home, own } from './home.ts'

/** The one user of the built-in database. Nobody gets to the socket but who may read the data anyway. */
export const DATABASE_USER = 'keepfit'

/**
 * Makes sure of a whole data folder: `data` is there only when initdb has finished, because it is made under another
 * name first. What a killed initdb left is thrown away; `data` itself never is.
 * @returns whether it was made now
 * @throws Fault DATABASE_UNAVAILABLE when it cannot be made, DATABASE_UNSUPPORTED when another Postgres made it
 */
export async function ensureDataFolder(home: Home, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const data = dataFolderOf(home)
  if (await stat(data).catch(() => undefined)) {
    await refuseOtherMajor(data, majorOf(home.binaries))
    return false
  }
  const half = join(home.folder, 'data-new')
  await rm(half, { recursive: true, force: true })
  await mkdir(half)
  await own(half, home.account)
  const launch = launchAs(home.account, environment, programPath(home.binaries, 'initdb'), [
    `--pgdata=${half}`,
    `--username=${DATABASE_USER}`,
    '--auth=trust',
    '--encoding=UTF8',
    // The same order of text on every machine, whatever its C library or ICU is.
    '--no-locale',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ])
  const { isOk, output } = await runToEnd(launch)
  if (!isOk) {
    await rm(half, { recursive: true, force: true })
    const reason = output.split('\n').findLast((line) => /error|fatal|could not/i.test(line)) ?? output
    const code = /No space left|quota/i.test(output) ? 'DISK_FULL' : 'DATABASE_UNAVAILABLE'
    throw new Fault(code, `a database could not be made in ${home.folder}: ${reason.trim()}. ${WAY_OUT}`, { output })
  }
  await rename(half, data)
  await syncFolder(home.folder)
  return true
}

async function refuseOtherMajor(data: string, major: number): Promise<void> {
  const found = (await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => '')).trim()
  if (found === String(major)) return
  throw new Fault(
    'DATABASE_UNSUPPORTED',
    found === ''
      ? `${data} is not a Postgres data folder: it has no PG_VERSION. Move it away to begin with an empty database`
      : `the database in ${data} was made by Postgres ${found}; this is Postgres ${major}. Take it over with pg_dump and ` +
          `pg_restore, or use a Postgres ${found} through DATABASE_URL`,
    { data, found },
  )
}
