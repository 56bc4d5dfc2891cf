import { spawn } from 'node:child_process'
import { existsSync, openSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startKeepfit } from '../support/server.ts'

const BIN = new URL('../../bin/keepfit', import.meta.url).pathname

/** Ends the command as soon as it has written something, by closing the pipe or with a signal. */
function interrupted(args: readonly string[], how: (child: ReturnType<typeof spawn>) => void, cwd = process.cwd()) {
  return new Promise<{ code: number | null; signal: string | null; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, [BIN, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 })
    let stderr = ''
    child.stderr?.on('data', (text: Buffer) => {
      stderr += text
    })
    child.stdout?.once('data', () => how(child))
    child.on('close', (code, signal) => resolve({ code, signal, stderr }))
  })
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('whoever reads the output may stop', () => {
  test('a pipe that is closed early is no failure', async () => {
    const closed = await interrupted(['catalog', 'config', '--json'], (child) => child.stdout?.destroy())
    expect(closed).toEqual({ code: 0, signal: null, stderr: '' })
  })

  test('a complaint that nobody reads leaves the exit code as it is', async () => {
    const code = await new Promise<number | null>((resolve) => {
      const child = spawn(process.execPath, [BIN, 'check', 'nowhere.csv', 'nowhere.csv'], {
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child.stdout?.destroy()
      child.stderr?.destroy()
      child.on('exit', resolve)
    })
    expect(code).toBe(2)
  })

  test('a server goes on when nobody reads what it says, and still drains when it is asked to end', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keepfit-output-'))
    const server = await startKeepfit(folder, ['--log', '-'])
    server.child.stdout?.destroy()
    server.child.stderr?.destroy()
    // Each of these is a line of the log: to a pipe that nobody reads.
    const refused = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"type":"p","model":"x"}',
    }
    for (let asked = 0; asked < 3; asked++) await server.ask('/v1/events', refused)
    expect((await server.ask('/v1/health')).status).toBe(200)
    expect(await server.stop()).toBe(0)
    // Given back last, by a process that has ended in order.
    expect(existsSync(join(folder, '.keepfit', 'lock'))).toBe(false)
    expect(existsSync(join(folder, '.keepfit', 'postgres', 'postmaster.pid'))).toBe(false)
    await rm(folder, { recursive: true, force: true })
  })

  test('an interrupt ends the demo without a word, and the Keepfit that it has started', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keepfit-output-'))
    let pid = 0
    const interrupt = (child: ReturnType<typeof spawn>) => {
      pid = (JSON.parse(readFileSync(join(folder, '.keepfit-flights', 'lock'), 'utf8')) as { pid: number }).pid
      child.kill('SIGINT')
    }
    const stopped = await interrupted(['demo'], interrupt, folder)
    expect(stopped).toEqual({ code: null, signal: 'SIGINT', stderr: '' })
    expect(isRunning(pid)).toBe(false)
    await rm(folder, { recursive: true, force: true })
  })

  test('a demo that is killed takes the Keepfit that it has started with it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keepfit-output-'))
    const lock = join(folder, '.keepfit-flights', 'lock')
    const kill = (child: ReturnType<typeof spawn>) => {
      expect(existsSync(lock)).toBe(true)
      child.kill('SIGKILL')
    }
    await interrupted(['demo'], kill, folder)
    // It gives the folder back last, when its database has ended. The process itself may stay listed: nobody waits for it.
    await expect.poll(() => existsSync(lock), { timeout: 60_000 }).toBe(false)
    await rm(folder, { recursive: true, force: true })
  })
})

test.runIf(process.platform === 'linux')('an output that is full is said in a sentence, with exit 3', async () => {
  const full = openSync('/dev/full', 'w')
  const result = await new Promise<{ code: number | null; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, [BIN, 'catalog'], { stdio: ['ignore', full, 'pipe'] })
    let stderr = ''
    child.stderr?.on('data', (text: Buffer) => {
      stderr += text
    })
    child.on('close', (code) => resolve({ code, stderr }))
  })
  expect(result.code).toBe(3)
  expect(result.stderr).toMatch(/^keepfit: the output cannot be written: ENOSPC[^\n]*\n$/)
})
