import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
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

test('a promotion reaches a command and a webhook; a target that left the settings waits, and is shown', async () => {
  const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`
  const posted: unknown[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (part: Buffer) => {
      text += part.toString('utf8')
    })
    request.on('end', () => {
      posted.push(new Webhook(secret).verify(text, request.headers as Record<string, string>))
      response.writeHead(200).end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`
  const script = `require('fs').appendFileSync('told', process.env.KEEPFIT_MODEL + ' ' + process.env.KEEPFIT_VERSION)`
  const hooks: Hook[] = [
    { on: ['promoted'], command: [process.execPath, '-e', script], environment: [], timeout: 10 },
    { on: ['promoted'], webhook: { url, secretEnv: 'HOOK_SECRET', allow: ['loopback'] }, timeout: 10 },
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
    environment: { HOOK_SECRET: secret },
    folder,
    pollMs: 20,
  })
  for (let i = 0; i < 200 && (await listUntold(db))[0]?.lastError == null; i++) await sleep(20)
  for (let i = 0; i < 200 && (await listUntold(db)).length > 1; i++) await sleep(20)
  await delivery.stop()
  server.close()
  expect(await readFile(join(folder, 'told'), 'utf8')).toBe('churn 2')
  expect(posted).toMatchObject([{ type: 'model.promoted', data: { model: 'churn', version: 2 } }])
  expect(await listUntold(db)).toMatchObject([{ attempts: 1, lastError: expect.stringContaining('any more') }])
})
