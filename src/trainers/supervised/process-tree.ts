import { readdirSync, readFileSync } from 'node:fs'
import { platform } from 'node:os'

/** The variable by which a process of a run is known even when it left the group and lost its parent. */
export const RUN_KEY_VARIABLE = 'KEEPFIT_RUN_KEY'
/** Linux counts processor time in hundredths of a second, whatever the kernel's own tick. */
const MS_PER_TICK = 10

interface ProcessFacts {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly session: number
  /** With the pid it names one process for ever: pids are used again. */
  readonly startedTick: number
  readonly cpuTicks: number
}

export interface TreeUse {
  readonly pids: readonly number[]
  readonly rssBytes: number
  readonly cpuMs: number
}

/**
 * Finds every process of one run: descendants, members of its group or session, whoever once was one of these, and
 * whoever carries the run's key in its environment. Where there is no /proc it finds nothing; the group is all then.
 */
export class ProcessTree {
  readonly #key: Buffer
  readonly #mine = new Set<string>()
  readonly #others = new Set<string>()
  #root: number | null = null

  constructor(runKey: string) {
    this.#key = Buffer.from(`${RUN_KEY_VARIABLE}=${runKey}\0`)
  }

  /** The process that was started: the head of its own group and session. */
  startedAs(pid: number): void {
    this.#root = pid
  }

  /** What lives now; the dead that nobody has buried do not count. */
  living(): readonly number[] {
    return this.#members().map(({ pid }) => pid)
  }

  use(): TreeUse {
    const members = this.#members()
    return {
      pids: members.map(({ pid }) => pid),
      rssBytes: members.reduce((sum, { pid }) => sum + residentBytes(pid), 0),
      cpuMs: members.reduce((sum, { cpuTicks }) => sum + cpuTicks * MS_PER_TICK, 0),
    }
  }

  /** Each process gets it once: a second SIGTERM would end one that is tidying up after the first. */
  signal(signal: NodeJS.Signals): void {
    const outside = this.#members().filter(({ group }) => group !== this.#root)
    if (this.#root !== null) send(-this.#root, signal)
    for (const { pid } of outside) send(pid, signal)
  }

  #members(): ProcessFacts[] {
    const all = runningProcesses()
    const alive = new Set(all.map(nameOf))
    for (const known of [this.#mine, this.#others]) for (const name of known) if (!alive.has(name)) known.delete(name)
    const isMine = new Set<number>(this.#root === null ? [] : [this.#root])
    for (const one of all) if (this.#isKnown(one)) isMine.add(one.pid)
    for (let found = -1; found !== isMine.size; ) {
      found = isMine.size
      for (const { pid, parent } of all) if (isMine.has(parent)) isMine.add(pid)
    }
    const members = all.filter(({ pid }) => isMine.has(pid) && pid !== process.pid)
    for (const one of members) this.#mine.add(nameOf(one))
    return members
  }

  #isKnown(one: ProcessFacts): boolean {
    const name = nameOf(one)
    if (this.#mine.has(name)) return true
    if (this.#root !== null && (one.group === this.#root || one.session === this.#root)) return true
    // A fork carries its parent's environment from its first moment: one look at each process is enough.
    if (this.#others.has(name)) return false
    if (environmentOf(one.pid).includes(this.#key)) return true
    this.#others.add(name)
    return false
  }
}

/**
 * Kills whatever is left of a run whose owner and supervisor are both gone.
 * @returns how many processes were found
 */
export async function endProcessesOf(runKey: string, graceMs = 0): Promise<number> {
  const tree = new ProcessTree(runKey)
  const found = tree.living().length
  if (found > 0) await endTree(tree, graceMs)
  return found
}

/** Asks all processes of a run to end, waits, and then kills until none is left. */
export async function endTree(tree: ProcessTree, graceMs: number): Promise<void> {
  if (graceMs > 0) {
    tree.signal('SIGTERM')
    for (let waited = 0; waited < graceMs && tree.living().length > 0; waited += 50) await pause(50)
  }
  // Whoever forks while it is being killed is found in the next round.
  for (let round = 0; round < 200; round++) {
    tree.signal('SIGKILL')
    await pause(20)
    if (tree.living().length === 0) return
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms))
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone already, which is what was wanted.
  }
}

function nameOf({ pid, startedTick }: ProcessFacts): string {
  return `${pid}:${startedTick}`
}

function runningProcesses(): ProcessFacts[] {
  if (platform() !== 'linux') return []
  const all: ProcessFacts[] = []
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry)
    const facts = Number.isInteger(pid) ? factsOf(pid) : null
    if (facts !== null) all.push(facts)
  }
  return all
}

function factsOf(pid: number): ProcessFacts | null {
  const stat = readProc(`/proc/${pid}/stat`)?.toString('latin1')
  if (stat === undefined) return null
  // The name in brackets may hold anything, brackets and blanks as well.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields[0] === 'Z' || fields[0] === 'X') return null
  const at = (index: number) => Number(fields[index] ?? 0)
  return {
    pid,
    parent: at(1),
    group: at(2),
    session: at(3),
    startedTick: at(19),
    cpuTicks: at(11) + at(12) + at(13) + at(14),
  }
}

/** Processor time of all children of this process that have ended, and of theirs. */
export function endedChildrenCpuMs(): number {
  const stat = readProc('/proc/self/stat')?.toString('latin1') ?? ''
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) * MS_PER_TICK
}

function environmentOf(pid: number): Buffer {
  return Buffer.concat([readProc(`/proc/${pid}/environ`) ?? Buffer.alloc(0), Buffer.from('\0')])
}

function residentBytes(pid: number): number {
  const status = readProc(`/proc/${pid}/status`)?.toString('latin1') ?? ''
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
}

function readProc(path: string): Buffer | null {
  try {
    return readFileSync(path)
  } catch {
    return null
  }
}
