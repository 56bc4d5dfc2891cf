import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { seededRng } from '../../src/base/rng.ts'
import { readTable } from '../../src/store/files/read-table.ts'
import { keepfit } from '../support/command.ts'
import { startKeepfit, type TestServer } from '../support/server.ts'

/** What scripts outside may rely on: nothing here may change without a new major version. */
let folder = ''
let port = 0
let server: TestServer
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepfit-outside-'))
  const rng = seededRng(3)
  const lines = Array.from({ length: 600 }, (_, row) => {
    const day = new Date(Date.UTC(2025, 0, 1) + row * 3_600_000).toISOString()
    const x = rng()
    return `${day},${x.toFixed(4)},${row % 2 === 0 ? 'basic' : 'pro'},${x > 0.5 ? 1 : 0}`
  })
  await writeFile(join(folder, 'sample.csv'), `day,x,plan,churned\n${lines.join('\n')}\n`)
  port = await freePort()
}, 60_000)
afterAll(async () => {
  if (server !== undefined && server.child.exitCode === null) await server.stop()
  await rm(folder, { recursive: true, force: true })
})

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

const PREDICTION = { type: 'prediction', model: 'churn', features: { x: 0.5, plan: 'pro' }, score: 0.75 }
const EVENTS = [
  { id: 'p1', ...PREDICTION, time: '2025-02-01T10:00:00Z' },
  { id: 'p2', ...PREDICTION, time: Date.UTC(2025, 1, 1, 11) },
  { id: 'p3', type: 'prediction', model: 'churn', time: '2025-02-01T12:00:00Z', features: { x: null } },
  { id: 'l1', type: 'label', model: 'churn', time: '2025-02-02T10:00:00Z', predictionId: 'p1', label: 1 },
  { id: 'l2', type: 'label', model: 'churn', time: Date.UTC(2025, 1, 2), predictionId: 'p2', label: '0' },
  { id: 'f1', type: 'feedback', model: 'churn', time: '2025-02-02T12:00:00Z', predictionId: 'p1', label: 0 },
  { id: 'f2', type: 'feedback', model: 'churn', time: '2025-02-02T13:00:00Z' },
]

function post(body: string, type: string, token = server.token): Promise<Response> {
  const headers = { 'content-type': type, ...(token === '' ? {} : { authorization: `Bearer ${token}` }) }
  return fetch(`http://127.0.0.1:${port}/v1/events`, { method: 'POST', headers, body })
}

describe('a script that knows nothing but the interface', () => {
  test('writes a configuration without being asked anything', async () => {
    const words = ['--model', 'churn', '--sample', 'sample.csv', '--label', 'churned', '--time', 'day', '--yes']
    expect(await keepfit(['init', ...words], folder)).toMatchObject({ code: 0, stderr: '' })
    const written = parse(await readFile(join(folder, 'keepfit.yaml'), 'utf8'))
    expect(written).toMatchObject({ version: 1, models: { churn: { time: 'day', label: { column: 'churned' } } } })
  })

  test('finds the server on the port that it gave, its data in .keepfit, and its token in .keepfit/token', async () => {
    server = await startKeepfit(folder, ['--port', String(port)])
    expect(new URL(server.url).port).toBe(String(port))
    expect((await stat(join(folder, '.keepfit'))).isDirectory()).toBe(true)
    const token = await readFile(join(folder, '.keepfit', 'token'), 'utf8')
    expect(token).toMatch(/^\S+\n?$/)
    expect((await stat(join(folder, '.keepfit', 'token'))).mode & 0o777).toBe(0o600)
    expect((await post(JSON.stringify(EVENTS[0]), 'application/json', '')).status).toBe(401)
  }, 120_000)

  test('asks for health and for the document of the API', async () => {
    const health = await fetch(`http://127.0.0.1:${port}/v1/health`)
    expect(health.status).toBe(200)
    expect(await health.json()).toHaveProperty('status')
    const document = await server.ask('/v1/openapi.json')
    expect(document.status).toBe(200)
    const { openapi, paths } = (await document.json()) as { openapi: string; paths: Record<string, object> }
    expect(openapi).toMatch(/^3\.1/)
    expect(Object.keys(paths)).toContain('/v1/events')
    expect(Object.keys(paths)).toContain('/v1/health')
  })

  test('sends one event, or many as lines; the same again changes nothing', async () => {
    const one = await post(JSON.stringify(EVENTS[0]), 'application/json')
    expect([one.status, await one.json()]).toEqual([200, expect.objectContaining({ accepted: 1, repeated: 0 })])
    const lines = EVENTS.map((event) => JSON.stringify(event)).join('\n')
    const many = await post(`${lines}\n`, 'application/x-ndjson')
    expect([many.status, await many.json()]).toEqual([200, expect.objectContaining({ accepted: 6, repeated: 1 })])
    const other = await post(JSON.stringify({ ...EVENTS[0], score: 0.5 }), 'application/json')
    expect(other.status).toBe(409)
  })

  test('gets all events back, as lines and as Parquet', async () => {
    const words = ['export', 'events', '--model', 'churn', '--format']
    const { code, stdout } = await keepfit([...words, 'jsonl'], folder)
    expect(code).toBe(0)
    const lines = stdout.trimEnd().split('\n')
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(told.map(({ id }) => id)).toEqual(EVENTS.map(({ id }) => id))
    expect(told[0]).toMatchObject({ type: 'prediction', model: 'churn', features: PREDICTION.features, score: 0.75 })
    expect(told[3]).toMatchObject({ type: 'label', predictionId: 'p1', label: 1 })
    expect(told.map(({ time }) => new Date(time as string | number).getTime())).toEqual(
      EVENTS.map(({ time }) => new Date(time).getTime()),
    )
    // What was exported may be sent again as it is.
    const again = await post(stdout, 'application/x-ndjson')
    expect(await again.json()).toMatchObject({ accepted: 0, repeated: EVENTS.length })

    const parquet = join(folder, 'events.parquet')
    expect((await keepfit([...words, 'parquet', '--out', parquet], folder)).code).toBe(0)
    const { frame } = await readTable(parquet)
    expect(frame.rows).toBe(EVENTS.length)
    expect(frame.columns.map(({ name }) => name)).toEqual(expect.arrayContaining(['id', 'type', 'time']))
  })

  test('may leave the file out: Parquet goes to the standard output', async () => {
    const { code, stdout } = await keepfit(['export', 'events', '--model', 'churn', '--format', 'parquet'], folder)
    expect(code).toBe(0)
    expect(stdout.slice(0, 4)).toBe('PAR1')
  })
})
