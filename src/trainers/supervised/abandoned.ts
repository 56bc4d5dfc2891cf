import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OUTCOME_FILE, readOutcome } from './outcome-file.ts'
import { endProcessesOf } from './process-tree.ts'

/** Holds the run key of whatever was started in a folder last: by it anything that outlived its supervisor is found. */
const KEY_FILE = 'run-key'
const DEEPEST = 4

/** Makes a folder ready for a command: what an earlier attempt left running is ended, how it ended is forgotten. */
export async function takeFolder(workFolder: string, runKey: string): Promise<void> {
  await endAbandoned(workFolder)
  rmSync(join(workFolder, OUTCOME_FILE), { force: true })
  writeFileSync(join(workFolder, KEY_FILE), runKey, { mode: 0o600 })
}

/**
 * Ends what is left of a command whose owner and supervisor were both killed: for whoever takes its run over. A command
 * that is over, or was never started, is left alone.
 * @returns how many processes were ended
 */
export async function endAbandoned(workFolder: string): Promise<number> {
  const file = join(workFolder, KEY_FILE)
  if (!existsSync(file) || readOutcome(workFolder) !== null) return 0
  const runKey = readFileSync(file, 'utf8')
  return runKey === '' ? 0 : endProcessesOf(runKey)
}

/**
 * The same for every work folder below `root`: for a start after a crash, before anything is started anew. Whoever still
 * works in one of these folders loses its processes.
 * @returns how many processes were ended
 */
export async function endAbandonedBelow(root: string, depth = DEEPEST): Promise<number> {
  let ended = await endAbandoned(root)
  if (depth === 0) return ended
  const folders = existsSync(root) ? readdirSync(root, { withFileTypes: true }).filter((one) => one.isDirectory()) : []
  for (const { name } of folders) ended += await endAbandonedBelow(join(root, name), depth - 1)
  return ended
}
