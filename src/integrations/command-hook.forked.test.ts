import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Message, messageText } from '../base/message.ts'
import { runCommandHook } from './command-hook.ts'
import type { CommandHook } from './hook-config.ts'

const MESSAGE: Message = {
  id: 'msg_1',
  model: 'churn',
  event: 'promoted',
  target: 't',
  body: { version: 2, previousVersion: 1, because: 'it is "better"; $(reboot)', evidence: [1] },
  writtenAt: 1000,
  attempt: 1,
}
let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepfit-hook-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const run = (command: string[], more: Partial<CommandHook> = {}, signal = new AbortController().signal) => {
  const hook: CommandHook = { on: ['promoted'], command, environment: [], timeout: 10, ...more }
  const environment = { PATH: process.env['PATH'], PLANTED: 'planted-secret', GIVEN: 'given-secret' }
  return runCommandHook(MESSAGE, hook, { environment, folder }, signal)
}
const node = (script: string) => [process.execPath, '-e', script]
/** One that nobody has buried yet is dead all the same. */
const isAlive = async (pid: number) => {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') X')
  return !/^ [XZ]/.test(status.slice(status.lastIndexOf(')') + 1))
}

test('a command gets the message on its input, and its plain values as variables; no other variable is there', async () => {
  const script = `require('fs').writeFileSync('seen', JSON.stringify({
    env: process.env, input: require('fs').readFileSync(0, 'utf8'), cwd: process.cwd() }))`
  expect(await run(node(script), { environment: ['GIVEN', 'ABSENT'] })).toEqual({
    kind: 'delivered',
    detail: 'exit code 0',
  })
  const seen = JSON.parse(await readFile(join(folder, 'seen'), 'utf8'))
  expect(seen.input).toBe(messageText(MESSAGE))
  expect(seen.env).toEqual({
    PATH: process.env['PATH'],
    GIVEN: 'given-secret',
    KEEPFIT_EVENT: 'promoted',
    KEEPFIT_MODEL: 'churn',
    KEEPFIT_MESSAGE_ID: 'msg_1',
    KEEPFIT_ATTEMPT: '1',
    KEEPFIT_VERSION: '2',
    KEEPFIT_PREVIOUS_VERSION: '1',
    KEEPFIT_BECAUSE: 'it is "better"; $(reboot)',
  })
})

test('a command is not read by a shell', async () => {
  await run(['echo', '$(touch planted)', ';', 'touch', 'planted', '&&', 'touch planted'])
  await expect(readFile(join(folder, 'planted'))).rejects.toThrow('ENOENT')
})

test('a failure tells the code and the end of what was said, without secrets', async () => {
  const script = `console.log('x'.repeat(9000)); console.error('no: ' + process.env.GIVEN); process.exit(3)`
  const outcome = await run(node(script), { environment: ['GIVEN'] })
  expect(outcome).toMatchObject({ kind: 'failed' })
  const { why } = outcome as { why: string }
  expect(why).toMatch(/^the command failed: exit code 3; it said: x+\s+no: \*\*\*$/)
  expect(why.length).toBeLessThan(2100)
})

test('a program that does not exist is a failure, and one that reads nothing is none', async () => {
  expect(await run(['/nowhere/notify'])).toMatchObject({ why: expect.stringContaining('could not be started: ENOENT') })
  expect(await run(['true'])).toMatchObject({ kind: 'delivered' })
})

test('what takes too long is ended with everything it started, even if it ignores the signal', async () => {
  const stubborn = `process.on('SIGTERM', () => {}); require('fs').writeFileSync(process.argv[1], String(process.pid)); setInterval(() => {}, 1e6)`
  const script = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}, 'child'], { stdio: 'inherit' });
    ${stubborn.replace('process.argv[1]', "'parent'")}`
  const outcome = await run(node(script), { timeout: 1 })
  expect(outcome).toMatchObject({ kind: 'failed', why: 'the command failed: no end within 1 s' })
  for (const file of ['parent', 'child']) {
    const pid = Number(await readFile(join(folder, file), 'utf8'))
    for (let i = 0; i < 50 && (await isAlive(pid)); i++) await sleep(20)
    expect(await isAlive(pid)).toBe(false)
  }
})

test('a child that is left behind with the output open holds nobody up, and is ended', async () => {
  const script = `const c = require('child_process').spawn('sleep', ['600'], { stdio: 'inherit' });
    require('fs').writeFileSync('child', String(c.pid)); process.exit(0)`
  expect(await run(node(script))).toMatchObject({ kind: 'delivered' })
  const pid = Number(await readFile(join(folder, 'child'), 'utf8'))
  for (let i = 0; i < 50 && (await isAlive(pid)); i++) await sleep(20)
  expect(await isAlive(pid)).toBe(false)
})

test('when Keepfit stops, the command is ended', async () => {
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 200)
  expect(await run(['sleep', '600'], {}, stop.signal)).toMatchObject({
    why: 'the command failed: it was stopped because Keepfit stops',
  })
})
