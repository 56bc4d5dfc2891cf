import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../test/support/postgres.ts'
import { systemClock } from '../base/clock.ts'
import type { Hook } from '../integrations/hook-config.ts'
import { targetsOf } from '../integrations/hook-config.ts'
import { enqueueMessage, listUntold } from '../store/outbox/messages.ts'
import { startHookDelivery } from './hook-delivery.ts'

let fresh: FreshDatabase
let folder = ''
beforeEach(async () => {
  fresh = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'keepfit-delivery-'))
})
afterEach(async () => {
  await fresh.drop()
  await rm(folder, { recursive: true, force: true })
})

const SECRET = `whsec_${Buffer.alloc(24, 1).toString('base64')}`

/** Somebody who listens on this machine, and verifies what comes. */
async function listen() {
  const heard: { readonly id: string; readonly said: unknown }[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (part: Buffer) => {
      text += part.toString('utf8')
    })
    request.on('end', () => {
      const said = new Webhook(SECRET).verify(text, request.headers as Record<string, string>)
      heard.push({ id: String(request.headers['webhook-id']), said })
      response.writeHead(200).end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`
  const hook: Hook = { on: ['promoted'], webhook: { url, secretEnv: 'HOOK_SECRET', allow: ['loopback'] }, timeout: 10 }
  return { heard, hook, close: () => server.close() }
}

test('a promotion reaches a command and a webhook; a target that left the settings waits, and is shown', async () => {
  const receiver = await listen()
  const script = `require('fs').appendFileSync('told', process.env.KEEPFIT_MODEL + ' ' + process.env.KEEPFIT_VERSION)`
  const hooks: Hook[] = [
    { on: ['promoted'], command: [process.execPath, '-e', script], environment: [], timeout: 10 },
    receiver.hook,
    { on: ['promoted'], command: ['left'], environment: [], timeout: 10 },
  ]
  const db = fresh.database.kysely
  await enqueueMessage(db, {
    model: 'churn',
    event: 'promoted',
    targets: targetsOf(hooks, 'promoted'),
    body: { version: 2 },
    now: systemClock.now(),
  })
  const delivery = startHookDelivery({
    db,
    clock: systemClock,
    rng: () => 0.5,
    hooksOf: async () => hooks.slice(0, 2),
    environment: { HOOK_SECRET: SECRET },
    folder,
    pollMs: 20,
  })
  for (let i = 0; i < 200 && (await listUntold(db))[0]?.lastError == null; i++) await sleep(20)
  for (let i = 0; i < 200 && (await listUntold(db)).length > 1; i++) await sleep(20)
  await delivery.stop()
  receiver.close()
  expect(await readFile(join(folder, 'told'), 'utf8')).toBe('churn 2')
  expect(receiver.heard.map(({ said }) => said)).toMatchObject([
    { type: 'model.promoted', data: { model: 'churn', version: 2 } },
  ])
  expect(await listUntold(db)).toMatchObject([{ attempts: 1, lastError: expect.stringContaining('any more') }])
})

/** Takes the message, posts it, and is killed before it could write that down. */
const KILLED = `
  const [url, hook] = process.argv.slice(1)
  const { openDatabase } = await import('./dist/store/postgres/database.js')
  const { claimMessages } = await import('./dist/store/outbox/messages.js')
  const { postMessage } = await import('./dist/integrations/webhook/post-message.js')
  const { kysely } = await openDatabase(url)
  const [message] = await claimMessages(kysely, { now: Date.now(), leaseMs: 1500, limit: 1 })
  const world = { clock: { now: () => Date.now() }, environment: process.env }
  await postMessage(message, JSON.parse(hook), world, new AbortController().signal)
  process.kill(process.pid, 'SIGKILL')
`

test('a process that is killed after it sent lets another send again, under the same id, and what follows after it', async () => {
  const receiver = await listen()
  const db = fresh.database.kysely
  const targets = targetsOf([receiver.hook], 'promoted')
  for (const version of [2, 3])
    await enqueueMessage(db, { model: 'churn', event: 'promoted', targets, body: { version }, now: systemClock.now() })
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', KILLED, fresh.url, JSON.stringify(receiver.hook)],
    { cwd: root, env: { ...process.env, HOOK_SECRET: SECRET }, stdio: 'inherit' },
  )
  const signal = await new Promise((done) => child.on('exit', (_code, name) => done(name)))
  expect(signal).toBe('SIGKILL')
  expect(receiver.heard).toHaveLength(1)
  const delivery = startHookDelivery({
    db,
    clock: systemClock,
    rng: () => 0.5,
    hooksOf: async () => [receiver.hook],
    environment: { HOOK_SECRET: SECRET },
    folder,
    pollMs: 20,
  })
  for (let i = 0; i < 300 && (await listUntold(db)).length > 0; i++) await sleep(20)
  await delivery.stop()
  receiver.close()
  const [first, second, third] = receiver.heard
  expect(receiver.heard).toHaveLength(3)
  expect(second).toEqual(first)
  expect(third?.id).not.toBe(first?.id)
  expect(third?.said).toMatchObject({ data: { version: 3 } })
})
