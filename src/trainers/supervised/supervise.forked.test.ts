import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  isRunning,
  STUBBORN,
  STUBBORN_PROCESSES,
  type Staged,
  stagedForTests,
  until,
} from '../../../test/support/supervised.ts'
import type { SupervisedLine, TrainerProgress } from '../../base/supervised.ts'
import { readOutcome } from './outcome-file.ts'
import { supervise } from './supervise.ts'

const stage = stagedForTests()
const never = new AbortController().signal

async function run(one: Staged, signal = never) {
  const lines: SupervisedLine[] = []
  const progress: TrainerProgress[] = []
  const outcome = await supervise(
    one.spec,
    { onLine: (line) => lines.push(line), onProgress: (told) => progress.push(told) },
    signal,
  )
  return { outcome, lines, progress, said: lines.map(({ text }) => text) }
}

describe('a supervised command', () => {
  test('that ends well leaves its lines, its progress and how it ended', async () => {
    const one = stage(`
import sys
print('reading'); print('oh', file=sys.stderr)
print('keepfit progress 0.25 epoch 1/4')
print('{"progress": 0.5, "metrics": {"loss": 0.1}}')
sys.exit(0)`)
    const { outcome, lines, progress } = await run(one)
    expect(outcome).toMatchObject({ why: 'ended', exitCode: 0, signal: null, startError: null, stderrTail: 'oh' })
    expect(outcome.stdoutTail.split('\n')).toHaveLength(3)
    expect(outcome.endedAt).toBeGreaterThanOrEqual(outcome.startedAt)
    expect(outcome.cpuMs).toBeGreaterThan(0)
    expect(lines.filter(({ stream }) => stream === 'err').map(({ text }) => text)).toEqual(['oh'])
    expect(progress).toEqual([
      { share: 0.25, message: 'epoch 1/4', metrics: {} },
      { share: 0.5, message: null, metrics: { loss: 0.1 } },
    ])
    expect(readOutcome(one.folder)).toEqual(outcome)
    expect(one.read('log.txt')).toMatch(/^\S+Z out reading$/m)
    expect(one.read('log.txt')).toMatch(/^\S+Z err oh$/m)
  })

  test('that fails says its exit code and its last lines', async () => {
    const one = stage(`raise SystemExit('no column called x')`)
    expect((await run(one)).outcome).toMatchObject({ why: 'ended', exitCode: 1, stderrTail: 'no column called x' })
  })

  test('that does not exist is told from one that failed', async () => {
    const one = stage('', { argv: ['no-such-program-anywhere', 'x'] })
    const { outcome } = await run(one)
    expect(outcome).toMatchObject({ why: 'not-started', exitCode: null, startError: expect.stringContaining('ENOENT') })
    expect(readOutcome(one.folder)?.why).toBe('not-started')
  })

  test('gets the environment that it is given and nothing of ours', async () => {
    process.env['KEEPFIT_PLANTED_SECRET'] = 'planted-in-the-parent'
    try {
      const one = stage('', {
        // Not Python: what starts it may be a shell script that sets variables of its own.
        argv: [process.execPath, '-e', 'console.log(Object.keys(process.env).sort().join())'],
        env: { GIVEN: '1' },
      })
      expect((await run(one)).said).toEqual(['GIVEN,KEEPFIT_RUN_KEY'])
    } finally {
      delete process.env['KEEPFIT_PLANTED_SECRET']
    }
  })

  test('does not read its arguments through a shell', async () => {
    const one = stage('import sys\nprint(sys.argv[1:])', {
      argv: ['python3', 'script.py', '$HOME; echo *', '`id`', 'a b'],
    })
    expect((await run(one)).said).toEqual(["['$HOME; echo *', '`id`', 'a b']"])
  })

  test('that prints a secret is not repeated, also when it comes in two pieces or as a URL', async () => {
    const secret = 'p4ss/word value'
    const one = stage(
      `
import sys, time, urllib.parse
sys.stdout.write('x' * 5000 + 'p4ss/wo'); sys.stdout.flush(); time.sleep(0.3); print('rd value end')
print(urllib.parse.quote('p4ss/word value', safe=''), file=sys.stderr)`,
      { secrets: [secret] },
    )
    const { outcome, said } = await run(one)
    expect(said.join('').endsWith('[secret]')).toBe(true)
    for (const text of [said.join(''), one.read('log.txt'), JSON.stringify(outcome), one.read('outcome.json')]) {
      expect(text).toContain('[secret]')
      expect(text).not.toContain('p4ss')
    }
  })

  test('that prints without end fills no disk and no memory, and its last words are kept', async () => {
    const one = stage(
      `
import sys
for i in range(100000): print(f'{i} ' + 'x' * 100)
print('y' * 3000000, end='')
print()
print('the last word')`,
      {},
      { logBytes: 200_000 },
    )
    const { outcome, lines } = await run(one)
    expect(outcome).toMatchObject({ why: 'ended', exitCode: 0 })
    expect(outcome.stdoutTail.endsWith('the last word')).toBe(true)
    expect(outcome.stdoutTail.length).toBeLessThanOrEqual(8192)
    expect(statSync(join(one.folder, 'log.txt')).size).toBeLessThan(200_100)
    expect(one.read('log.txt').trimEnd().endsWith('it may have 200000 bytes')).toBe(true)
    expect(Math.max(...lines.map(({ text }) => text.length))).toBe(4096)
  })

  test('that passes its time is ended with all its processes, whatever they ignore', async () => {
    const one = stage(STUBBORN, {}, { wallMs: 3000 })
    const { outcome } = await run(one)
    expect(outcome).toMatchObject({ why: 'timeout', signal: 'SIGKILL' })
    expect(one.pids()).toHaveLength(STUBBORN_PROCESSES)
    expect(one.pids().filter(isRunning)).toEqual([])
  })

  test('is asked to end before it is made to', async () => {
    const one = stage(
      `
import signal, sys, time
def leave(*_):
    print('tidied up'); sys.exit(3)
signal.signal(signal.SIGTERM, leave)
print('ready'); time.sleep(60)`,
      {},
      { graceMs: 20_000 },
    )
    const abort = new AbortController()
    const said: string[] = []
    const listener = {
      onLine({ text }: SupervisedLine) {
        said.push(text)
        abort.abort()
      },
    }
    const outcome = await supervise(one.spec, listener, abort.signal)
    expect(outcome).toMatchObject({ why: 'cancelled', exitCode: 3 })
    expect(said).toEqual(['ready', 'tidied up'])
  })

  test('that eats memory is ended, and its children count', async () => {
    const one = stage(
      `
import os, time
for _ in range(3):
    if os.fork() == 0:
        held = bytearray(60_000_000)
        for i in range(0, len(held), 4096): held[i] = 1
        time.sleep(60)
time.sleep(60)`,
      {},
      { memoryBytes: 120_000_000 },
    )
    const { outcome } = await run(one)
    expect(outcome.why).toBe('memory')
    expect(outcome.peakRssBytes).toBeGreaterThan(120_000_000)
  })

  test('that is cancelled is gone when the promise is', async () => {
    const one = stage(STUBBORN)
    const abort = new AbortController()
    const running = run(one, abort.signal)
    await until('all processes run', () => one.pids().length === STUBBORN_PROCESSES)
    abort.abort()
    expect((await running).outcome.why).toBe('cancelled')
    expect(one.pids().filter(isRunning)).toEqual([])
  })

  test('that leaves processes behind is over when they are gone too', async () => {
    const one = stage(`
import os, time
if os.fork() == 0:
    os.setsid()
    with open('pids', 'w') as file: file.write(str(os.getpid()))
    time.sleep(300)
while not os.path.exists('pids') or not open('pids').read(): time.sleep(0.01)`)
    const { outcome } = await run(one)
    expect(outcome).toMatchObject({ why: 'ended', exitCode: 0 })
    expect(one.pids().filter(isRunning)).toEqual([])
    expect(one.pids()).toHaveLength(1)
  })

  test('ends with a listener that throws, and the error comes out', async () => {
    const one = stage(STUBBORN.replace('os.wait()', "os.wait(); print('here')"))
    const running = supervise(
      one.spec,
      {
        onLine() {
          throw new Error('the disk of the listener is full')
        },
      },
      never,
    )
    await expect(running).rejects.toThrow('the disk of the listener is full')
    expect(one.pids().filter(isRunning)).toEqual([])
  })
})
