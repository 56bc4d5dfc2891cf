import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const BIN = new URL('../../bin/keepfit', import.meta.url).pathname

/** Ends the command as soon as it has written something, by closing the pipe or with a signal. */
function interrupted(args: readonly string[], how: (child: ReturnType<typeof spawn>) => void) {
  return new Promise<{ code: number | null; signal: string | null; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 })
    let stderr = ''
    child.stderr?.on('data', (text: Buffer) => {
      stderr += text
    })
    child.stdout?.once('data', () => how(child))
    child.on('close', (code, signal) => resolve({ code, signal, stderr }))
  })
}

describe('whoever reads the output may stop', () => {
  test('a pipe that is closed early is no failure', async () => {
    const closed = await interrupted(['catalog', 'config', '--json'], (child) => child.stdout?.destroy())
    expect(closed).toEqual({ code: 0, signal: null, stderr: '' })
  })

  test('an interrupt ends the demo at once, without a word', async () => {
    const stopped = await interrupted(['demo'], (child) => child.kill('SIGINT'))
    expect(stopped).toEqual({ code: null, signal: 'SIGINT', stderr: '' })
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
