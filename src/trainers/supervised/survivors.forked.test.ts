import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  childrenOf,
  isRunning,
  STUBBORN,
  STUBBORN_PROCESSES,
  type Staged,
  stagedForTests,
  until,
} from '../../../test/support/supervised.ts'
import { endAbandonedBelow } from './abandoned.ts'
import { readOutcome } from './outcome-file.ts'
import { endProcessesOf } from './process-tree.ts'
import { supervise } from './supervise.ts'

const stage = stagedForTests()
const never = new AbortController().signal

describe('nothing of a command outlives', () => {
  /** Keepfit in a process of its own. */
  function owner(one: Staged): ChildProcess {
    const entry = join(one.folder, 'owner.mjs')
    const built = new URL('../../../dist/trainers/supervised/supervise.js', import.meta.url).href
    writeFileSync(
      entry,
      `import { supervise } from ${JSON.stringify(built)}
      await supervise(${JSON.stringify(one.spec)}, {}, new AbortController().signal)`,
    )
    return spawn(process.execPath, [entry], { detached: true, stdio: 'ignore' })
  }
  /** Neither may see the other end: it would end the command, and nothing were left for the next one to do. */
  async function killBoth(keepfit: ChildProcess): Promise<void> {
    const [supervisor] = childrenOf(keepfit.pid as number)
    process.kill(supervisor as number, 'SIGSTOP')
    process.kill(keepfit.pid as number, 'SIGKILL')
    process.kill(supervisor as number, 'SIGKILL')
    // Until then it seems to be watching.
    await until('the supervisor is dead', () => !isRunning(supervisor as number), 3000)
  }
  const started = (one: Staged) => until('all processes run', () => one.pids().length === STUBBORN_PROCESSES)
  const gone = (one: Staged) => until('no process is left', () => !one.pids().some(isRunning), 3000)

  test('an owner that is killed', async () => {
    const one = stage(STUBBORN, {}, { graceMs: 60_000 })
    const keepfit = owner(one)
    await started(one)
    process.kill(keepfit.pid as number, 'SIGKILL')
    await gone(one)
    await until('it is written down', () => readOutcome(one.folder)?.why === 'owner-died')
  })

  test('an owner whose whole group is ended', async () => {
    const one = stage(STUBBORN)
    const keepfit = owner(one)
    await started(one)
    process.kill(-(keepfit.pid as number), 'SIGTERM')
    await gone(one)
    await until('it is written down', () => readOutcome(one.folder)?.why === 'owner-died')
  })

  test('its time, when its owner is stopped and nobody reads what it prints', async () => {
    const one = stage(
      `
import os
with open('pids', 'w') as file: file.write(str(os.getpid()))
while True: print('x' * 1000)`,
      {},
      { wallMs: 3000 },
    )
    const keepfit = owner(one)
    await until('it runs', () => one.pids().length === 1)
    process.kill(keepfit.pid as number, 'SIGSTOP')
    try {
      await until('it is written down', () => readOutcome(one.folder)?.why === 'timeout', 8000)
      expect(one.pids().filter(isRunning)).toEqual([])
    } finally {
      process.kill(keepfit.pid as number, 'SIGKILL')
    }
  })

  test('a supervisor that is killed: its owner ends the command', async () => {
    const one = stage(STUBBORN)
    const running = supervise(one.spec, {}, never)
    running.catch(() => {})
    await started(one)
    const [supervisor] = childrenOf(process.pid)
    process.kill(supervisor as number, 'SIGKILL')
    await expect(running).rejects.toMatchObject({
      code: 'TRAINING_FAILED',
      details: { cause: 'supervisor', retry: 'later' },
    })
    expect(one.pids().filter(isRunning)).toEqual([])
  })

  test('an owner and a supervisor killed at once: whoever takes the run over ends the command by its key', async () => {
    const one = stage(STUBBORN)
    const keepfit = owner(one)
    await started(one)
    await killBoth(keepfit)
    expect(one.pids().filter(isRunning)).toHaveLength(STUBBORN_PROCESSES)
    expect(await endProcessesOf(randomUUID())).toBe(0)
    expect(one.pids().filter(isRunning)).toHaveLength(STUBBORN_PROCESSES)
    expect(await endProcessesOf(one.spec.runKey)).toBe(STUBBORN_PROCESSES)
    expect(one.pids().filter(isRunning)).toEqual([])
  })

  test('the next attempt in the same folder, nor is its outcome taken for that of the next', async () => {
    const one = stage(STUBBORN)
    writeFileSync(join(one.folder, 'quick.py'), 'import time; time.sleep(30)')
    const keepfit = owner(one)
    await started(one)
    await killBoth(keepfit)
    const next = { ...one.spec, argv: ['python3', 'quick.py'], runKey: randomUUID() }
    const running = supervise(next, {}, never)
    running.catch(() => {})
    await until('the first attempt is gone', () => !one.pids().some(isRunning), 3000)
    await until('the next one has a supervisor', () => childrenOf(process.pid).length === 1)
    process.kill(childrenOf(process.pid)[0] as number, 'SIGKILL')
    await expect(running).rejects.toMatchObject({ details: { cause: 'supervisor' } })
    expect(readOutcome(one.folder)).toBeNull()
  })

  test('whoever takes a run over from an owner that is only stopped; a mere start leaves what is watched over alone', async () => {
    const one = stage(STUBBORN)
    const keepfit = owner(one)
    await started(one)
    process.kill(keepfit.pid as number, 'SIGSTOP')
    try {
      expect(await endAbandonedBelow(one.folder, 'unsupervised')).toBe(0)
      expect(one.pids().filter(isRunning)).toHaveLength(STUBBORN_PROCESSES)
      expect(await endAbandonedBelow(one.folder, 'all')).toBe(STUBBORN_PROCESSES)
      expect(one.pids().filter(isRunning)).toEqual([])
    } finally {
      process.kill(keepfit.pid as number, 'SIGKILL')
    }
  })

  test('a crash of everything: the start after it ends what is left below the folder of runs, and nothing that is over', async () => {
    const one = stage(STUBBORN)
    const keepfit = owner(one)
    await started(one)
    await killBoth(keepfit)
    const root = mkdtempSync(join(tmpdir(), 'keepfit-runs-'))
    try {
      mkdirSync(join(root, 'churn', '7'), { recursive: true })
      symlinkSync(one.folder, join(root, 'link'))
      expect(await endAbandonedBelow(root, 'unsupervised')).toBe(0)
      copyFileSync(join(one.folder, 'run-key'), join(root, 'churn', '7', 'run-key'))
      expect(await endAbandonedBelow(root, 'unsupervised')).toBe(STUBBORN_PROCESSES)
      expect(one.pids().filter(isRunning)).toEqual([])
      expect(await endAbandonedBelow(join(root, 'nowhere'), 'all')).toBe(0)
    } finally {
      rmSync(root, { recursive: true })
    }
  })
})
