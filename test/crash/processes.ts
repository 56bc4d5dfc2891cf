import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Process {
  readonly pid: number
  readonly parent: number
  /** Its words, with blanks between them. */
  readonly command: string
}

/** What lives on this machine now. */
export function processes(): Process[] {
  const found: Process[] = []
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    const stat = textOf(`/proc/${pid}/stat`)
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (state === undefined || state === '' || state === 'Z' || state === 'X') continue
    const command = textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()
    found.push({ pid, parent: Number(parent), command })
  }
  return found
}

/** Everything that a process has started, and what these have. */
export function descendantsOf(root: number, all = processes()): Process[] {
  const children = all.filter(({ parent }) => parent === root)
  return children.flatMap((child) => [child, ...descendantsOf(child.pid, all)])
}

/** @returns whether it was there */
export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch {
    return false
  }
}

/** Longest wait for a killed process to be gone: one that waits for the disk takes its time. Milliseconds. */
const DYING_MS = 10_000

/**
 * Kills them all at once, and waits until they are gone: whoever looks before that takes the dead for living.
 * @returns whether any was there
 */
export async function killAll(pids: readonly number[]): Promise<boolean> {
  const struck = pids.filter((pid) => pid > 0 && send(pid, 'SIGKILL'))
  for (let waited = 0; struck.some(isAlive) && waited < DYING_MS; waited += 10) await sleep(10)
  return struck.length > 0
}

export function isAlive(pid: number): boolean {
  const stat = textOf(`/proc/${pid}/stat`)
  return stat !== '' && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
