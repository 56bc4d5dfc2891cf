import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { errorCode } from '../../../base/error-text.ts'

/** What a running Postgres writes of itself into its data folder. */
export interface Postmaster {
  readonly pid: number
  readonly socketFolder: string
  readonly status: 'starting' | 'stopping' | 'ready' | 'standby' | undefined
}

const STATUSES = ['starting', 'stopping', 'ready', 'standby'] as const

export function postmasterFile(dataFolder: string): string {
  return join(dataFolder, 'postmaster.pid')
}

/** The contents of `postmaster.pid`, or undefined when there is none, or nothing in it yet. */
export async function readPostmaster(dataFolder: string): Promise<Postmaster | undefined> {
  const text = await readFile(postmasterFile(dataFolder), 'utf8').catch(() => '')
  const lines = text.split('\n').map((line) => line.trim())
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  return { pid, socketFolder: lines[4] ?? '', status: STATUSES.find((status) => status === lines[7]) }
}

/**
 * Whether a process is the Postgres of a data folder. A pid alone says nothing: after a restart of the machine, or of a
 * container, it is somebody else's.
 */
export async function isPostmaster(pid: number, dataFolder: string): Promise<boolean> {
  const command = await commandOf(pid)
  return basename(command[0] ?? '') === 'postgres' && command.includes(dataFolder)
}

/** The words a process was started with; none when it is gone. */
async function commandOf(pid: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
  if (text !== undefined) return text.split('\0')
  if (process.platform === 'linux') return []
  return new Promise((resolve) => {
    execFile('ps', ['-ww', '-o', 'command=', '-p', String(pid)], (error, stdout) => {
      // Words with blanks fall apart; the data folder is put together again by looking for it in what follows.
      resolve(error === null ? wordsOf(stdout.trim()) : [])
    })
  })
}

/** `postgres -D <folder> -c …` as `ps` prints it: the folder is what stands between -D and the next -c. */
function wordsOf(line: string): string[] {
  const parts = /^(.*?) -D (.*?)(?= -c |$)/.exec(line)
  return parts === null ? line.split(' ') : [parts[1] as string, '-D', parts[2] as string]
}

/**
 * Processes that work in a data folder: a Postgres that was killed leaves children which hold its shared memory until
 * they notice. Known on Linux only.
 */
export async function processesIn(dataFolder: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const found: number[] = []
  for (const pid of pids) {
    const folder = await readlink(`/proc/${pid}/cwd`).catch(() => '')
    // A person's shell may stand there too.
    if (folder === dataFolder && isPostgres((await commandOf(Number(pid)))[0] ?? '')) found.push(Number(pid))
  }
  return found
}

/** The server by its path, its children by the titles they give themselves: `postgres: checkpointer`. */
function isPostgres(word: string): boolean {
  return word.startsWith('postgres:') || basename(word) === 'postgres'
}

/** Whether a process lives, be it ours or not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}
