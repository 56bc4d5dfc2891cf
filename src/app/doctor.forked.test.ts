import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../test/support/postgres.ts'
import { systemClock } from '../base/clock.ts'
import type { DoctorLine } from '../cli/doctor-report.ts'
import { databaseLines, linesOf } from './doctor-database.ts'
import { configurationLine, dataFolderLines, diskLine, machineLines, nodeLine, serverLine } from './doctor-machine.ts'

let folder: string
let fresh: FreshDatabase
const servers: Server[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepfit-doctor-'))
  fresh = await freshDatabase()
})
afterAll(async () => {
  await fresh.drop()
  for (const server of servers) server.close()
  await rm(folder, { recursive: true })
})

const short = (lines: readonly DoctorLine[]) => lines.map(({ what, state }) => `${what} ${state}`)

describe('the machine', () => {
  test('is well where tests run, and an old node is not', () => {
    expect(machineLines().every(({ state }) => state !== 'bad')).toBe(true)
    expect(['20.19.0', '22.0.0', '20.20.1'].map((version) => nodeLine(version).state)).toEqual(['ok', 'ok', 'ok'])
    expect(['20.18.3', '18.20.0'].map((version) => nodeLine(version).state)).toEqual(['bad', 'bad'])
  })

  test('says how much room there is', async () => {
    expect((await diskLine(folder)).detail).toContain('GiB free')
    expect((await diskLine(join(folder, 'nowhere'))).state).toBe('warn')
  })
})

describe('the configuration', () => {
  test('is told apart: good, missing, wrong', async () => {
    const path = join(folder, 'keepfit.yaml')
    expect(await configurationLine(path)).toMatchObject({ state: 'warn', todo: "write one with 'keepfit init'" })
    await writeFile(path, 'version: 1\nmodels:\n  churn:\n    label: { column: churned }\n')
    expect(await configurationLine(path)).toMatchObject({ state: 'ok', detail: `${path} holds 1 model` })
    await writeFile(path, 'version: 1\nmodels:\n  churn:\n    labl: { column: churned }\n')
    expect(await configurationLine(path)).toMatchObject({ state: 'bad', detail: expect.stringContaining("'labl'") })
  })
})

describe('the data folder', () => {
  test('must not be open to others, and the token least of all', async () => {
    const data = join(folder, '.keepfit')
    expect(short(await dataFolderLines(null))).toEqual(['data folder warn'])
    await mkdir(data, { mode: 0o700 })
    await writeFile(join(data, 'token'), 'kf_', { mode: 0o600 })
    expect(short(await dataFolderLines(data))).toEqual(['data folder ok', 'token ok'])
    await chmod(data, 0o755)
    expect(short(await dataFolderLines(data))).toEqual(['data folder ok', 'token ok'])
    await mkdir(join(data, 'events'), { mode: 0o755 })
    expect(short(await dataFolderLines(data))).toEqual(['data folder ok', 'token ok', 'events bad'])
    await chmod(join(data, 'events'), 0o711)
    await chmod(data, 0o775)
    await chmod(join(data, 'token'), 0o640)
    const lines = await dataFolderLines(data)
    expect(short(lines)).toEqual(['data folder bad', 'token bad'])
    expect(lines[1]?.todo).toBe(`chmod -R go-rwx ${join(data, 'token')}`)
  })

  test('of a server that does not run is no fault of its own', async () => {
    expect(await serverLine(null)).toMatchObject({ state: 'warn', todo: "start it with 'keepfit up'" })
    await writeFile(join(folder, 'address'), 'http://127.0.0.1:1\n')
    expect(await serverLine(folder)).toMatchObject({ state: 'warn', detail: expect.stringContaining('nobody answers') })
  })

  test('of a server that is ill tells what is ill', async () => {
    const health = { status: 'degraded', parts: [{ name: 'disk', ok: false, detail: '3 MiB left' }] }
    const server = createServer((_request, answer) => answer.writeHead(503).end(JSON.stringify(health)))
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await writeFile(join(folder, 'address'), `http://127.0.0.1:${port}\n`)
    expect(await serverLine(folder)).toMatchObject({
      state: 'bad',
      detail: expect.stringContaining('disk: 3 MiB left'),
    })
  })
})

describe('the database', () => {
  test('that is well is told with version, clock, schema, runs and outbox', async () => {
    const lines = await databaseLines(fresh.url, null, systemClock)
    expect(short(lines)).toEqual(['database ok', 'clock ok', 'schema ok', 'runs ok', 'outbox ok', 'processes ok'])
  })

  test('that is not there, or none, is told', async () => {
    const gone = 'postgresql://me:secret@127.0.0.1:1/none'
    const [line] = await databaseLines(gone, null, systemClock)
    expect(line).toMatchObject({ state: 'bad', todo: 'start it, or mend DATABASE_URL' })
    expect(line?.detail).not.toContain('secret')
    expect(short(await databaseLines(undefined, null, systemClock))).toEqual(['database warn'])
    expect(short(await databaseLines(undefined, folder, systemClock))).toEqual(['database warn'])
  })

  test('whose clock, schema, runs or outbox are wrong says so', () => {
    const system = { orphans: [], unfinished: 1, outboxWaiting: 0, outboxGivenUp: 0, processes: [] }
    const found = { version: '18.4', now: 1_000_000, missing: [], unknown: [], system }
    const alive = [{ host: 'a', pid: 1, roles: ['api'] }]
    const states = (change: object, now = 1_000_000) =>
      linesOf({ ...found, ...change }, 'here', now)
        .filter(({ state }) => state !== 'ok')
        .map(({ what, state }) => `${what} ${state}`)
    expect(states({})).toEqual([])
    expect(states({}, 1_005_000)).toEqual(['clock warn'])
    expect(states({}, 900_000)).toEqual(['clock bad'])
    expect(states({ missing: ['0009-more'], system: null })).toEqual(['schema warn'])
    expect(states({ unknown: ['0099-newer'] })).toEqual(['schema bad'])
    expect(states({ system: { ...system, orphans: ['churn/3'] } })).toEqual(['runs warn'])
    expect(states({ system: { ...system, orphans: ['churn/3'], processes: alive } })).toEqual(['runs bad'])
    expect(states({ system: { ...system, outboxGivenUp: 2 } })).toEqual(['outbox warn'])
  })
})
