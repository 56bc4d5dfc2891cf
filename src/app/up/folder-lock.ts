import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'

/** A folder that this process holds. */
export interface FolderLock {
  release(): Promise<void>
}

const Holder = z.object({
  pid: z.int().min(1),
  /** Tells the process from a later one with the same number; null where the machine does not say. */
  born: z.string().nullable(),
  host: z.string(),
  since: z.number(),
})
type Holder = z.output<typeof Holder>

const MOST_TRIES = 20
/** Said of a process that is dead and still listed. */
const GONE = 'gone'

/**
 * Takes the lock, also from a holder that is dead.
 * @throws Fault FOLDER_HELD with who holds it
 */
export async function lockFolder(path: string, now: number): Promise<FolderLock> {
  const mine = JSON.stringify({ pid: process.pid, born: await bornOf(process.pid), host: hostname(), since: now })
  for (let tried = 0; tried < MOST_TRIES; tried++) {
    const handle = await createNew(path)
    if (handle !== null) {
      await handle.writeFile(mine)
      await handle.close()
      return { release: () => release(path, mine) }
    }
    const found = await readFile(path, 'utf8').catch(() => '')
    const holder = holderIn(found)
    if (holder !== null && (await isAlive(holder))) throw taken(path, holder)
    await takeAway(path, found)
  }
  throw new Fault('FOLDER_HELD', `'${path}' keeps being taken by others; is Keepfit being started over and over?`)
}

async function createNew(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'wx', 0o600)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return null
    throw error
  }
}

function holderIn(text: string): Holder | null {
  try {
    return Holder.parse(JSON.parse(text))
  } catch {
    // Half written by a process that died: nobody's.
    return null
  }
}

async function isAlive({ pid, born, host }: Holder): Promise<boolean> {
  // Of another machine nobody here can tell; its folder is shared, and so is the risk.
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
  }
  const now = await bornOf(pid)
  // A process that was killed stays in the list until its parent has read how it ended.
  if (now === GONE) return false
  return born === null || now === null || now === born
}

/** When a process was started, in the machine's own ticks since it was; null where it does not say. */
async function bornOf(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name may hold spaces and brackets: fields are counted behind its closing one.
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? GONE : `${boot.trim()} ${fields[19]}`
  } catch {
    return null
  }
}

/** Takes a dead holder's file away; whoever was quicker and holds it by now gets it back. */
async function takeAway(path: string, seen: string): Promise<void> {
  const aside = `${path}.${process.pid}`
  try {
    await rename(path, aside)
  } catch {
    return
  }
  const found = await readFile(aside, 'utf8').catch(() => '')
  if (found !== seen) await rename(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
}

async function release(path: string, mine: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => '')) === mine) await rm(path, { force: true })
}

function taken(path: string, { pid, host, since }: Holder): Fault {
  const when = new Date(since).toISOString()
  return new Fault(
    'FOLDER_HELD',
    `the data folder '${dirname(path)}' is held by process ${pid} on ${host} since ${when}; one Keepfit at a time may use it. Stop that one, or say --data DIR for another folder`,
    { pid, host },
  )
}
