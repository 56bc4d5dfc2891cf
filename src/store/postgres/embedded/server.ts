import { type ChildProcess, spawn } from 'node:child_process'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../../base/fault.ts'
import { writeDurably } from '../../disk/durable-file.ts'
import { launchAs } from './account.ts'
import { programPath, WAY_OUT } from './binaries.ts'
import { dataFolderOf, type Home, own, SOCKET_NAME, socketFolderOf } from './home.ts'
import { isAlive, isPostmaster, postmasterFile, processesIn, readPostmaster } from './postmaster-file.ts'
import { logFile, logSince, openLog, reasonIn } from './server-log.ts'
import { serverArguments } from './settings.ts'

/** A Postgres that answers. */
export interface Server {
  readonly pid: number
  readonly socketFolder: string
  /** It ran already: whoever started it is gone. */
  readonly wasAdopted: boolean
  /** Resolves when it is gone, however it went. */
  readonly exit: Promise<void>
}

export interface ServerOptions {
  readonly environment: NodeJS.ProcessEnv
  readonly settings?: Readonly<Record<string, string>>
  readonly socketRoot?: string
}

const POLL = 20
/** Recovery of a long log takes its time: as long as the server lives, it is waited for. Milliseconds. */
const LONGEST_START = 10 * 60_000
/** Orphans of a killed server go by themselves, mostly at once; after this they are killed. Milliseconds. */
const ORPHANS_GRACE = 1_000
const ORPHANS_LIMIT = 20_000
/** Between making its pid file and writing it a server needs much less than this. Milliseconds. */
const EMPTY_GRACE = 500

/**
 * Takes over the server that runs on the home's data, or starts one and waits until it answers.
 * @throws Fault DATABASE_UNAVAILABLE with the server's own reason
 */
export async function obtainServer(home: Home, options: ServerOptions): Promise<Server> {
  for (let waited = 0; ; ) {
    const socketFolder = await socketFolderOf(home, options.socketRoot)
    const running = await adopt(home, socketFolder)
    if (running !== undefined) return running
    const outcome = await launch(home, socketFolder, options)
    if ('server' in outcome) return outcome.server
    if (!outcome.isInTheWay || waited >= ORPHANS_LIMIT) throw failure(outcome.reason, home)
    if (waited >= EMPTY_GRACE) await removeEmptyPidFile(dataFolderOf(home))
    if (waited >= ORPHANS_GRACE) for (const pid of await processesIn(dataFolderOf(home))) kill(pid, 'SIGKILL')
    const pause = Math.min(500, 5 * POLL + waited / 4)
    await sleep(pause)
    waited += pause
  }
}

function failure(reason: string, home: Home): Fault {
  const code = /No space left|quota/i.test(reason) ? 'DISK_FULL' : 'DATABASE_UNAVAILABLE'
  return new Fault(
    code,
    `the built-in Postgres did not start: ${reason}. Its log is ${logFile(home.folder)}. ${WAY_OUT}`,
    { reason },
  )
}

/** The server on these data that somebody else started, once it is ready; undefined when there is none. */
async function adopt(home: Home, expectedSocket: string): Promise<Server | undefined> {
  const data = dataFolderOf(home)
  for (let waited = 0; waited < LONGEST_START; waited += POLL) {
    const postmaster = await readPostmaster(data)
    if (postmaster === undefined) return undefined
    const { pid, socketFolder, status } = postmaster
    if (!(await isPostmaster(pid, data))) {
      await disarm(home, pid)
      return undefined
    }
    if (status === 'ready') {
      const server = { pid, socketFolder, wasAdopted: true, exit: untilGone(pid, data) }
      const hasSocket = await stat(join(socketFolder, SOCKET_NAME)).then(Boolean, () => false)
      if (hasSocket && socketFolder === expectedSocket) return server
      // Somebody cleaned or moved the folder of temporary files: it cannot be reached there, now or after a restart.
      await stopServer(server)
    }
    await sleep(POLL)
  }
  throw failure('another one on the same data is neither ready nor gone', home)
}

/** No process can have this pid. */
const NOBODYS_PID = 2_147_483_647

/**
 * Makes a pid file harmless whose pid now belongs to some other process, which would keep Postgres from starting for
 * ever. The file stays: from its other lines Postgres learns whether orphans still hold its shared memory.
 */
async function disarm(home: Home, pid: number): Promise<void> {
  if (!isAlive(pid)) return
  const path = postmasterFile(dataFolderOf(home))
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return
  await writeDurably(path, text.replace(/^\s*\d+/, String(NOBODYS_PID)))
  await own(path, home.account, 0o600)
}

/** A server that was killed, or found the disk full, as it wrote its pid file leaves one that says nothing, for ever. */
async function removeEmptyPidFile(data: string): Promise<void> {
  const path = postmasterFile(data)
  const text = await readFile(path, 'utf8').catch(() => '0')
  if (Number.parseInt(text, 10) > 0 || text === '0' || (await processesIn(data)).length > 0) return
  await rm(path, { force: true })
}

type Outcome =
  | { readonly server: Server }
  /** @param isInTheWay something that will pass, or that can be taken over, kept it from starting */
  | { readonly reason: string; readonly isInTheWay: boolean }

async function launch(home: Home, socketFolder: string, options: ServerOptions): Promise<Outcome> {
  const data = dataFolderOf(home)
  const log = await openLog(home.folder)
  const from = (await stat(logFile(home.folder))).size
  const args = serverArguments(data, socketFolder, options.settings)
  const start = launchAs(home.account, options.environment, programPath(home.binaries, 'postgres'), args)
  const child = spawn(start.file, start.args, {
    ...start.options,
    // A session of its own: Ctrl-C in the terminal is ours, and we stop it when its last client is done.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  })
  const exit = exitOf(child)
  await log.close()
  child.unref()
  for (let waited = 0; waited < LONGEST_START; waited += POLL) {
    const ended = await Promise.race([exit, sleep(POLL, undefined)])
    if (ended !== undefined) {
      const said = await logSince(home.folder, from)
      const isInTheWay = IN_THE_WAY.test(said)
      return { reason: reasonIn(said) ?? ended, isInTheWay }
    }
    const postmaster = await readPostmaster(data)
    if (postmaster?.pid === child.pid && postmaster?.status === 'ready') {
      return { server: { pid: postmaster.pid, socketFolder, wasAdopted: false, exit: exit.then(() => {}) } }
    }
  }
  child.kill('SIGQUIT')
  return { reason: `it was not ready within ${LONGEST_START / 60_000} minutes`, isInTheWay: false }
}

const IN_THE_WAY =
  /pre-existing shared memory block|lock file "[^"]*" (?:already exists|is empty)|bogus data in lock file/

function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `status ${code}`}`))
  })
}

/** The end of a process that is not our child. */
async function untilGone(pid: number, dataFolder: string): Promise<void> {
  // Elsewhere than on Linux each look at a command line is a process of its own.
  const isThere = () => (process.platform === 'linux' ? isPostmaster(pid, dataFolder) : isAlive(pid))
  while (await isThere()) await sleep(200, undefined, { ref: false })
}

const FAST_STOP = 20_000
const QUICK_STOP = 5_000

/**
 * Stops a server: connections are cut, what was committed is kept. One that does not obey is made to, and mends itself
 * at its next start.
 */
export async function stopServer(server: Server): Promise<void> {
  const { pid, exit } = server
  // The signals of pg_ctl: fast, immediate, and the last resort.
  for (const [signal, patience] of [
    ['SIGINT', FAST_STOP],
    ['SIGQUIT', QUICK_STOP],
    ['SIGKILL', QUICK_STOP],
  ] as const) {
    kill(pid, signal)
    const controller = new AbortController()
    const limit = sleep(patience, 'late', { signal: controller.signal }).catch(() => undefined)
    const isLate = (await Promise.race([exit, limit])) === 'late'
    controller.abort()
    if (!isLate) return
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone.
  }
}
