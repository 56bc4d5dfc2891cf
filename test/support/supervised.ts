import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { SupervisedSpec } from '../../src/base/supervised.ts'
import { endProcessesOf } from '../../src/trainers/supervised/process-tree.ts'

/** A command under supervision in a folder of its own. */
export interface Staged {
  readonly folder: string
  readonly spec: SupervisedSpec
  /** What the command wrote to a file of its folder, or '' while there is none. */
  read(file: string): string
  /** Numbers of processes that the command wrote down, a line each. */
  pids(): number[]
  remove(): void
}

/** @param script Python, standard library only */
export function staged(
  script: string,
  change: Partial<SupervisedSpec> = {},
  limits: Partial<SupervisedSpec['limits']> = {},
): Staged {
  const folder = mkdtempSync(join(tmpdir(), 'keepfit-supervised-'))
  writeFileSync(join(folder, 'script.py'), script)
  const read = (file: string) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '')
  return {
    folder,
    read,
    pids: () => read('pids').split('\n').filter(Boolean).map(Number),
    remove: () => rmSync(folder, { recursive: true, force: true }),
    spec: {
      argv: ['python3', '-u', 'script.py'],
      workFolder: folder,
      env: { PATH: process.env['PATH'] ?? '' },
      secrets: [],
      limits: { wallMs: 60_000, memoryBytes: null, graceMs: 300, logBytes: 1024 * 1024, ...limits },
      runKey: randomUUID(),
      ...change,
    },
  }
}

/** To be called once, at the top of a test file: of what it stages, nothing runs or lies about after a test. */
export function stagedForTests(): typeof staged {
  const stages: Staged[] = []
  afterEach(async () => {
    for (const one of stages.splice(0)) {
      await endProcessesOf(one.spec.runKey)
      one.remove()
    }
  })
  return (...given) => {
    const one = staged(...given)
    stages.push(one)
    return one
  }
}

/** Whether a process runs; one that is dead but not buried does not. */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
  } catch {
    return false
  }
}

/** Supervisors that a process has started and that run. */
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number)
    .filter((child) => readFileSync(`/proc/${child}/cmdline`, 'latin1').includes('supervisor.js'))
}

/** Waits until something is so. @throws Error with `what` when it is not within `ms` */
export async function until(what: string, holds: () => boolean, ms = 10_000): Promise<void> {
  for (let waited = 0; !holds(); waited += 20) {
    if (waited > ms) throw new Error(`after ${ms} ms still not so: ${what}`)
    await new Promise((done) => setTimeout(done, 20))
  }
}

/**
 * A trainer that does everything to outlive its end: ignores SIGTERM, has a child, and a grandchild in a session of its
 * own whose parent is gone. Each writes its number down and then sleeps.
 */
export const STUBBORN = `
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGHUP, signal.SIG_IGN)
def note():
    with open('pids', 'a') as file: file.write(f'{os.getpid()}\\n')
def sleep():
    note()
    time.sleep(300)
    os._exit(0)
if os.fork() == 0: sleep()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0: sleep()
    os._exit(0)
os.wait()
sleep()
`
export const STUBBORN_PROCESSES = 3
