import { createHash, randomUUID } from 'node:crypto'
import { chmod, chown, mkdir, readFile, realpath, rm, stat } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { Fault } from '../../../base/fault.ts'
import { ensureFolder, writeDurably } from '../../disk/durable-file.ts'
import {
  type Account,
  accountOf,
  launchAs,
  mappedAccount,
  type PasswdEntry,
  readPasswd,
  runToEnd,
  serviceAccount,
} from './account.ts'
import { type Binaries, copyBinaries, linkLibraries, programPath, WAY_OUT } from './binaries.ts'

/** Where a Postgres lives, and who it is. */
export interface Home {
  /** Holds `data`, `log` and, where its path is short enough, `socket`. Without symbolic links. */
  readonly folder: string
  readonly account: Account
  readonly binaries: Binaries
  /** What a user should know about it; mostly nothing. */
  readonly notes: readonly string[]
}

export interface HomeOptions {
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  readonly binaries: Binaries
  readonly isRoot: boolean
  /** Where root's data goes when nobody else can reach `folder`; a folder of the system. */
  readonly elsewhere: string
  readonly passwdFile?: string
}

/** Written where the data were to be, when they are elsewhere: the path of that place. */
const MOVED = 'moved-to'

export function dataFolderOf(home: { readonly folder: string }): string {
  return join(home.folder, 'data')
}

/**
 * Decides who runs Postgres, where its data are and which copy of its programs it uses. Whoever owns existing data keeps
 * them, so that a folder made by root can be used by root again, and one of a user by that user.
 * @throws Fault DATABASE_UNAVAILABLE when there is no way on this machine, with the way out
 */
export async function settle(options: HomeOptions): Promise<Home> {
  const wanted = resolve(options.folder)
  await ensureFolder(wanted)
  const moved = await readFile(join(wanted, MOVED), 'utf8').catch(() => undefined)
  const folder = await realpath(moved?.trim() || wanted).catch(() => {
    throw new Fault('DATABASE_UNAVAILABLE', `${join(wanted, MOVED)} says that the data are in ${moved}, which is gone`)
  })
  const entries = await readPasswd(options.passwdFile)
  const account = await accountFor(folder, entries, options)
  const notes = moved === undefined ? [] : [movedNote(wanted, folder)]
  if (account !== undefined) return withBinaries({ folder, account, notes }, options)
  return moveElsewhere(wanted, entries, options)
}

async function accountFor(
  folder: string,
  entries: readonly PasswdEntry[],
  options: HomeOptions,
): Promise<Account | undefined> {
  const data = await stat(dataFolderOf({ folder })).catch(() => undefined)
  const mapped = mappedAccount(entries)
  if (!options.isRoot) {
    refuseForeign(folder, data)
    return hasName() ? { kind: 'self' } : mapped
  }
  const user = data === undefined || data.uid === 0 ? serviceAccount(entries) : accountOf(data, entries)
  if (data?.uid !== 0 && (await canUse(folder, user, options))) return user
  if ((data === undefined || data.uid === 0) && (await canUse(folder, mapped, options))) return mapped
  if (data === undefined) return undefined
  throw new Fault(
    'DATABASE_UNAVAILABLE',
    `the database in ${folder} belongs to ${nameOf(data.uid, entries)}, ` +
      `and Postgres cannot be run there as that user. Make the folder reachable for that user, or start as that user. ${WAY_OUT}`,
    { folder, uid: data.uid },
  )
}

function nameOf(uid: number, entries: readonly PasswdEntry[]): string {
  return entries.find((entry) => entry.uid === uid)?.name ?? `user ${uid}`
}

/** initdb looks up the name of whoever runs it; a container may run us under a number without one. */
function hasName(): boolean {
  try {
    return userInfo().username !== ''
  } catch {
    return false
  }
}

function refuseForeign(folder: string, data: { readonly uid: number } | undefined): void {
  const me = process.getuid?.()
  if (data === undefined || me === undefined || data.uid === me) return
  throw new Fault(
    'DATABASE_UNAVAILABLE',
    `the database in ${folder} belongs to user ${data.uid}, and this is user ${me}. Start as the user that made it` +
      `${data.uid < 1000 || data.uid === 65_534 ? ' (root, if it was made by root)' : ''}, or use another folder. ${WAY_OUT}`,
    { folder, uid: data.uid },
  )
}

/** Makes a folder the account's own and tries it. Modes and lists of rights along the path are not guessed at. */
async function canUse(folder: string, account: Account, { environment }: HomeOptions): Promise<boolean> {
  const { uid, gid } = account.kind === 'user' ? account : { uid: 0, gid: 0 }
  try {
    await chown(folder, uid, gid)
  } catch {
    // The root of a container without privileges: other users do not exist for it.
    return false
  }
  // A name of its own for each: another start may be trying at the same time.
  const probe = `.probe-${randomUUID()}`
  const script = `cd -- "$1" && : > ${probe}`
  const { isOk } = await runToEnd(launchAs(account, environment, '/bin/sh', ['-c', script, 'sh', folder]))
  await rm(join(folder, probe), { force: true })
  if (!isOk && account.kind === 'user') await chown(folder, 0, 0)
  return isOk
}

async function moveElsewhere(wanted: string, entries: readonly PasswdEntry[], options: HomeOptions): Promise<Home> {
  const account = serviceAccount(entries)
  const name = createHash('sha256').update(wanted).digest('hex').slice(0, 16)
  const folder = join(options.elsewhere, name)
  await ensureFolder(options.elsewhere, 0o711)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (!(await canUse(folder, account, options))) {
    throw new Fault(
      'DATABASE_UNAVAILABLE',
      `Postgres does not run as root, and no other user can use ${wanted} or ${folder}. ` +
        `Start as another user than root, or in a folder that others can reach. ${WAY_OUT}`,
      { folder: wanted },
    )
  }
  await writeDurably(join(wanted, MOVED), `${folder}\n`)
  return withBinaries({ folder, account, notes: [movedNote(wanted, folder)] }, options)
}

function movedNote(wanted: string, folder: string): string {
  return `Postgres does not run as root and other users cannot reach ${wanted}: its data are in ${folder}`
}

async function withBinaries(home: Omit<Home, 'binaries'>, options: HomeOptions): Promise<Home> {
  const isLinked = await linkLibraries(options.binaries)
  const installed = isLinked ? await whyNotRun(options.binaries, home.account, options) : 'its libraries lack links'
  if (installed === undefined) return { ...home, binaries: options.binaries }
  const binaries = await copyBinaries(options.binaries, home.folder)
  const copied = await whyNotRun(binaries, home.account, options)
  if (copied === undefined) return { ...home, binaries }
  throw new Fault('DATABASE_UNAVAILABLE', `the built-in Postgres does not run on this machine: ${copied}. ${WAY_OUT}`, {
    folder: binaries.folder,
  })
}

async function whyNotRun(
  binaries: Binaries,
  account: Account,
  { environment }: HomeOptions,
): Promise<string | undefined> {
  for (const program of ['postgres', 'initdb'] as const) {
    const launch = launchAs(account, environment, programPath(binaries, program), ['--version'])
    const { isOk, output } = await runToEnd(launch)
    if (!isOk) return output.split('\n')[0]
  }
  return undefined
}

/** Longest path of a socket in bytes, its ending zero not counted. */
const LONGEST_SOCKET = process.platform === 'darwin' ? 103 : 107
export const SOCKET_NAME = '.s.PGSQL.5432'

/**
 * The folder of the socket: in the home, or where paths are short when the home's is too long for a socket. Only the
 * account and root can enter it, and that is all the authentication there is.
 * @param shortRoot where short paths begin, such as the system's folder for temporary files
 */
export async function socketFolderOf(home: Home, shortRoot = tmpdir()): Promise<string> {
  const name = `keepfit-${createHash('sha256').update(home.folder).digest('hex').slice(0, 16)}`
  const places = [join(home.folder, 'socket'), join(shortRoot, name), join('/tmp', name)]
  const folder = places.find((place) => Buffer.byteLength(join(place, SOCKET_NAME)) <= LONGEST_SOCKET) as string
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await own(folder, home.account)
  return folder
}

/** Gives a file or folder to the account, closed to others. Somebody else's of the same name is not taken. */
export async function own(path: string, account: Account, mode = 0o700): Promise<void> {
  const me = process.getuid?.() ?? 0
  const { uid, gid } = account.kind === 'user' ? account : { uid: me, gid: process.getgid?.() ?? 0 }
  const { uid: owner } = await stat(path)
  if (owner !== uid && owner !== me) {
    throw new Fault('DATABASE_UNAVAILABLE', `${path} belongs to user ${owner}; remove it, or have its owner do so`)
  }
  await chown(path, uid, gid)
  await chmod(path, mode)
}
