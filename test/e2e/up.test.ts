import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FleetStatus, ModelStatus } from '../../src/http/shapes/status.ts'
import { CHURN_YAML, churnDay } from '../support/churn-events.ts'
import { keepfit } from '../support/command.ts'
import { startKeepfit, type TestServer } from '../support/server.ts'

let folder: string
let servers: TestServer[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepfit-up-'))
  servers = []
})

afterEach(async () => {
  for (const server of servers)
    if (server.child.exitCode === null && server.child.signalCode === null) await server.stop()
  await rm(folder, { recursive: true, force: true })
})

async function up(...more: string[]): Promise<TestServer> {
  const server = await startKeepfit(folder, more)
  servers.push(server)
  return server
}

async function modelOf(server: TestServer): Promise<ModelStatus | undefined> {
  return ((await server.json('/v1/status')) as FleetStatus).models[0]
}

/** Asks again and again until the model is as it should be. */
async function until(server: TestServer, isSo: (model: ModelStatus) => boolean): Promise<ModelStatus> {
  for (let tried = 0; tried < 600; tried++) {
    const model = await modelOf(server)
    if (model !== undefined && isSo(model)) return model
    await sleep(100)
  }
  throw new Error(`it never became so: ${JSON.stringify(await modelOf(server))}`)
}

describe('keepfit up', () => {
  test('trains the first version from events, retrains after a change, and is where it was after a kill', async () => {
    await writeFile(join(folder, 'keepfit.yaml'), CHURN_YAML)
    const first = await up()
    for (let day = 0; day < 10; day++) expect((await first.send(churnDay(day))).status).toBe(200)
    const living = await until(
      first,
      ({ phase, closedTo, watermark }) => phase === 'living' && closedTo !== null && watermark !== null,
    )
    expect(living).toMatchObject({
      champion: { version: 1, reason: 'first' },
      events: { predictions: 3000, labels: 3000 },
    })

    await first.kill()
    const second = await up()
    expect(await modelOf(second)).toMatchObject({ phase: 'living', champion: { version: 1 } })
    // What was acknowledged is there, once: sending it again changes nothing.
    expect(await (await second.send(churnDay(9))).json()).toMatchObject({ accepted: 0, repeated: 600 })
    for (let day = 10; day < 22; day++) await second.send(churnDay(day))
    const changed = await until(second, ({ champion }) => (champion?.version ?? 0) >= 2)
    expect(changed.champion?.reason).toBe('promoted')
    expect(await second.stop()).toBe(0)
  })

  test('says who holds the folder, and leaves that one alone', async () => {
    const server = await up()
    const { code, stderr } = await keepfit(['up', '--port', '0'], folder)
    expect(code).toBe(3)
    expect(stderr).toContain(`is held by process ${server.child.pid}`)
    expect((await server.ask('/v1/health')).status).toBe(200)
  })

  test('leaves nothing behind when it is told to end', async () => {
    const server = await up()
    expect((await stat(join(folder, '.keepfit', 'token'))).mode & 0o777).toBe(0o600)
    expect(await server.stop()).toBe(0)
    expect(server.output().stderr).toBe('')
    await expect(stat(join(folder, '.keepfit', 'address'))).rejects.toThrow('ENOENT')
    await expect(stat(join(folder, '.keepfit', 'lock'))).rejects.toThrow('ENOENT')
    await expect(fetch(`${server.url}/v1/health`)).rejects.toThrow()
  })

  test.each([
    ['a role without a database', ['--role', 'api'], 'say which with --database or DATABASE_URL'],
    ['a role that is none', ['--role', 'cook'], "must be of api, worker; got 'cook'"],
    ['a port that is none', ['--port', '70000'], "must be a whole number from 0 to 65535; got '70000'"],
    ['a network without TLS', ['--host', '0.0.0.0', '--port', '0'], "'0.0.0.0' is reached from other machines"],
    ['a configuration that is not there', ['--config', 'none.yaml', '--port', '0'], 'none.yaml'],
  ])('refuses %s', async (_, words, complaint) => {
    const { code, stderr } = await keepfit(['up', ...words], folder)
    expect(code).toBe(2)
    expect(stderr).toContain(complaint)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  test('refuses a configuration that cannot rule a live stream, with what is wrong', async () => {
    await writeFile(
      join(folder, 'keepfit.yaml'),
      CHURN_YAML.replace('windows: { every: 1d }', 'windows: { count: 60 }').replace(', delay: 1d', ''),
    )
    const { code, stderr } = await keepfit(['up', '--port', '0'], folder)
    expect(code).toBe(2)
    expect(stderr).toContain('models.churn.windows must say how long a window is')
  })
})
