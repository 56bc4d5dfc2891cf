import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OUTCOME_FILE, readOutcome } from './outcome-file.ts'
import { endProcessesOf } from './process-tree.ts'

/** Holds the run key of whatever was started in a folder last: by it anything that outlived its supervisor is found. */
const KEY_FILE = 'run-key'
const DEEPEST = 4

/**
 * Which commands are ended: those that nobody watches over, or also those whose owner is only believed to be gone, such as
 * one that was stopped and whose run another has taken over.
 */
export type Abandoned = 'unsupervised' | 'all'

/** Makes a folder ready for a command: what an earlier attempt left running is ended, how it ended is forgotten. */
export async function takeFolder(workFolder: string, runKey: string): Promise<void> {
  await endIn(workFolder, 'all')
  rmSync(join(workFolder, OUTCOME_FILE), { force: true })
  writeFileSync(join(workFolder, KEY_FILE), runKey, { mode: 0o600 })
}

/** Writes down who watches over the command that is started in a folder. */
export function noteSupervisor(workFolder: string, runKey: string, pid: number): void {
  writeFileSync(join(workFolder, KEY_FILE), `${runKey}\n${pid}`, { mode: 0o600 })
}

/**
 * Ends what is left of commands in a work folder and in those below it: 'unsupervised' for a start after a crash, 'all'
 * in the folder of a run by whoever takes the run over. A command that is over is left alone.
 * @returns how many processes were ended
 */
export async function endAbandonedBelow(root: string, which: Abandoned, depth = DEEPEST): Promise<number> {
  let ended = await endIn(root, which)
  if (depth === 0) return ended
  const folders = existsSync(root) ? readdirSync(root, { withFileTypes: true }).filter((one) => one.isDirectory()) : []
  for (const { name } of folders) ended += await endAbandonedBelow(join(root, name), which, depth - 1)
  return ended
}

async function endIn(workFolder: string, which: Abandoned): Promise<number> {
  const file = join(workFolder, KEY_FILE)
  if (!existsSync(file) || readOutcome(workFolder) !== null) return 0
  const [runKey = '', supervisor = ''] = readFileSync(file, 'utf8').split('\n')
  if (runKey === '' || (which === 'unsupervised' && isSupervisor(supervisor))) return 0
  return endProcessesOf(runKey)
}

/** A number may be another process's by now: it is looked at. */
function isSupervisor(pid: string): boolean {
  try {
    return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('supervisor.')
  } catch {
    return false
  }
}
