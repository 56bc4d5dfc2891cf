import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FleetStatus, ModelStatus } from '../../src/http/shapes/status.ts'
import type { WindowInfo } from '../../src/http/shapes/windows.ts'
import { rotatePartition } from '../../src/store/events/partitions.ts'
import { sealPartitions } from '../../src/store/events/seal.ts'
import { dataFolderOf } from '../../src/store/postgres/embedded/home.ts'
import { postmasterFile } from '../../src/store/postgres/embedded/postmaster-file.ts'
import { CHURN_YAML, churnDay, DAY_MS, FIRST_DAY } from '../support/churn-events.ts'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'
import { startKeepfit, type TestServer } from '../support/server.ts'

let folder: string
let server: TestServer | undefined
let fresh: FreshDatabase | undefined
let isMounted = false

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepfit-events-'))
})

afterEach(async () => {
  if (server !== undefined && server.child.exitCode === null) await server.stop()
  await fresh?.drop()
  if (isMounted) execFileSync('umount', [folder])
  server = undefined
  fresh = undefined
  isMounted = false
  await rm(folder, { recursive: true, force: true })
})

interface ToldEvent {
  readonly id: string
  readonly type: string
  readonly time: number
  readonly predictionId?: string
}

/** Nothing is trained, so that only the stream is seen. */
async function start(...more: string[]): Promise<TestServer> {
  await writeFile(join(folder, 'keepfit.yaml'), CHURN_YAML.replace('mode: auto', 'mode: observe'))
  server = await startKeepfit(folder, more)
  return server
}

const day = (number: number) => churnDay(number, { rows: 100 }) as ToldEvent[]

async function status(from: TestServer): Promise<ModelStatus> {
  const [model] = ((await from.json('/v1/status')) as FleetStatus).models
  if (model === undefined) throw new Error('there is no model')
  return model
}

async function windows(from: TestServer): Promise<Pick<WindowInfo, 'number' | 'rows' | 'labelledRows'>[]> {
  const found = (await from.json('/v1/models/churn/windows')) as { windows: WindowInfo[] }
  return found.windows.map(({ number, rows, labelledRows }) => ({ number, rows, labelledRows })).reverse()
}

async function exported(from: TestServer): Promise<ToldEvent[]> {
  const text = await (await from.ask('/v1/models/churn/events')).text()
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as ToldEvent]))
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (let tried = 0; tried < 300; tried++) {
    if (await isSo()) return
    await sleep(100)
  }
  throw new Error(`it never came to this: ${what}`)
}

test('a stream with duplicates, disorder, late labels, corrections and wrong clocks gives each window once and right', async () => {
  fresh = await freshDatabase()
  const up = await start('--database', fresh.url)
  const days = [day(0), day(1), day(2)]
  // Labels before their predictions, the newest of a day first, the first day's last label not yet.
  const [late] = days[0]?.filter(({ id }) => id === 'l0-99') ?? []
  const labels = days.flat().filter((event) => event.type === 'label' && event !== late)
  const predictions = days.map((events) => events.filter(({ type }) => type === 'prediction').reverse())
  expect((await up.send(labels.filter(({ time }) => time < FIRST_DAY + DAY_MS))).status).toBe(200)
  for (const events of predictions) expect((await up.send(events)).status).toBe(200)
  expect((await up.send(labels.reverse())).status).toBe(200)
  expect(await (await up.send(days[1] ?? [])).json()).toMatchObject({ accepted: 0, repeated: 200 })

  await until(async () => (await status(up)).windows.matured === 2, 'two windows have matured')
  const closed = [
    { number: 0, rows: 100, labelledRows: 99 },
    { number: 1, rows: 100, labelledRows: 100 },
  ]
  expect((await windows(up)).slice(0, 2)).toEqual(closed)

  // A clock that is a year ahead is taken, and moves nothing.
  const before = await status(up)
  const ahead = { id: 'ahead', type: 'prediction', model: 'churn', time: Date.now() + 365 * DAY_MS, features: { x: 1 } }
  expect((await up.send([ahead])).status).toBe(200)

  // Late label and correction, with what they are about already in a sealed file.
  const now = Date.now()
  await rotatePartition(fresh.database, { now, limits: { rows: 1, bytes: 1, ageMs: 0 } })
  const stores = { database: fresh.database, dataFolder: join(folder, '.keepfit') }
  // A look that is under way keeps the table for a moment.
  const seal = async () => (await sealPartitions(stores, { now: now + 1, settledMs: 0 })).length === 1
  await until(seal, 'the partition is sealed')
  const correction = { ...predictions[0]?.[0], id: 'c0', predictionId: predictions[0]?.[0]?.id, features: { x: 9 } }
  expect(await (await up.send([late ?? {}, correction])).json()).toMatchObject({ accepted: 2 })
  expect((await up.send(day(3))).status).toBe(200)
  await until(async () => (await status(up)).windows.matured === 3, 'a third window has matured')
  expect((await status(up)).watermark).toBe(FIRST_DAY + 4.5 * DAY_MS - DAY_MS / 100)
  expect(before.watermark).toBe(FIRST_DAY + 3.5 * DAY_MS - DAY_MS / 100)
  // What was closed stays as it was.
  expect((await windows(up)).slice(0, 3)).toEqual([...closed, { number: 2, rows: 100, labelledRows: 100 }])

  expect((await up.send([{ ...predictions[0]?.[0], features: { x: 0 } }])).status).toBe(409)
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
    up.ask('/v1/events', { method: 'POST', body, headers }).then((said) => said.status)
  const lines = { 'content-type': 'application/x-ndjson' }
  expect(await post(' '.repeat(8 * 2 ** 20 + 1), lines)).toBe(413)
  const bomb = Uint8Array.from(gzipSync(Buffer.alloc(64 * 2 ** 20, 32)))
  expect(await post(bomb, { ...lines, 'content-encoding': 'gzip' })).toBe(413)
  expect(await post('id=1', { 'content-type': 'text/csv' })).toBe(415)
  expect(await post('{}', { ...lines, 'content-encoding': 'br' })).toBe(415)
  const all = (await exported(up)).map(({ id }) => id)
  expect(all).toHaveLength(803 - 1)
  expect(new Set(all).size).toBe(all.length)
})

test('halves that KServe logged become a prediction in a server that is up', async () => {
  fresh = await freshDatabase()
  const up = await start('--database', fresh.url)
  const send = (side: string, body: object) =>
    up.ask('/v1/events', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        'content-type': 'application/json',
        'ce-specversion': '1.0',
        'ce-id': 'b2f2',
        'ce-source': 'http://localhost:9081/',
        'ce-type': `org.kubeflow.serving.inference.${side}`,
        'ce-time': '2026-01-31T09:30:00.5Z',
        'ce-inferenceservicename': 'churn',
        'ce-namespace': 'default',
      },
    })
  expect((await send('response', { predictions: [0.75] })).status).toBe(200)
  expect(await exported(up)).toEqual([])
  expect(await (await up.ask('/metrics')).text()).toContain('keepfit_event_halves{model="churn",state="waiting"} 1')
  expect((await send('request', { instances: [{ x: 1, plan: 'basic' }] })).status).toBe(200)
  expect((await send('request', { instances: [{ x: 1, plan: 'basic' }] })).status).toBe(200)
  expect(await exported(up)).toMatchObject([{ id: 'b2f2', features: { x: 1, plan: 'basic' }, score: 0.75 }])
})

test('a full disk and a killed database lose nothing that was acknowledged, and double nothing', async () => {
  isMounted = mountSmallDisk()
  const up = await start()
  expect((await up.send(day(0))).status).toBe(200)

  if (isMounted) {
    const { bavail, bsize } = await statfs(folder)
    await writeFile(join(folder, 'filler'), Buffer.alloc(bavail * bsize - 200 * 2 ** 20))
    await sleep(1100)
    const full = await up.send(day(1))
    expect([full.status, JSON.stringify(await full.json())]).toEqual([507, expect.stringContaining('DISK_FULL')])
    expect(await exported(up)).toHaveLength(200)
    await rm(join(folder, 'filler'))
    await sleep(1100)
  }
  expect((await up.send(day(1))).status).toBe(200)

  const home = { folder: join(folder, '.keepfit/postgres') }
  const [pid] = (await readFile(postmasterFile(dataFolderOf(home)), 'utf8')).split('\n')
  const seen = new Set<number>()
  let sent = 0
  for (let number = 2; number < 12; number++) {
    const events = day(number)
    for (let part = 0; part < events.length; part += 50) {
      sent += 1
      if (sent === 10) process.kill(Number(pid), 'SIGKILL')
      await until(async () => {
        const said = await up.send(events.slice(part, part + 50))
        seen.add(said.status)
        return said.status === 200
      }, 'the events are taken')
    }
  }
  expect([...seen].sort()).toEqual([200, 503])
  const all = (await exported(up)).map(({ id }) => id)
  expect(new Set(all)).toEqual(
    new Set(
      Array.from({ length: 12 }, (_, number) => day(number))
        .flat()
        .map(({ id }) => id),
    ),
  )
  expect(all).toHaveLength(12 * 200)
})

/** A disk of 640 MiB below the folder, where this user may make one. */
function mountSmallDisk(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=640m', 'none', folder], { stdio: 'ignore' })
    return true
  } catch {
    console.log(`not shown here (no mounts on this machine): ${expect.getState().currentTestName}, a full disk`)
    return false
  }
}
