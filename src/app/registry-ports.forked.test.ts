import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { learned, numeric, rows } from '../../test/support/forests.ts'
import { type FreshDatabase, freshDatabase } from '../../test/support/postgres.ts'
import { draftOf, inTransaction, served } from '../../test/support/registry.ts'
import { makeToken } from '../base/access-token.ts'
import { seededRng } from '../base/rng.ts'
import { frame } from '../data/frame.ts'
import type { Task } from '../data/schema.ts'
import type { Scope } from '../http/actor.ts'
import { buildApi } from '../http/app.ts'
import { authenticator } from '../http/auth.ts'
import { modelRoutes, type ServeRequest } from '../http/routes/models.ts'
import { versionRoutes } from '../http/routes/versions.ts'
import { encodeArtifact } from '../models/artifact.ts'
import { httpArtifact } from '../runtimes/http-scorer.ts'
import { artifactPutAt, readArtifact } from '../store/artifacts/artifact-files.ts'
import { modelViolations } from '../store/models/invariants.ts'
import { registerVersion } from '../store/models/versions.ts'
import { listUntold } from '../store/outbox/messages.ts'
import { modelsPorts, type RegistryWorld, versionsPorts } from './registry-ports.ts'
import { openScorerPool, type ScorerPool } from './scorer-pool.ts'

const NOW = 1_800_000_000_000
const task: Task = { kind: 'binary', classes: ['stays', 'leaves'] }
let fresh: FreshDatabase
let folder = ''
let scorers: ScorerPool
let forest = new Uint8Array()
let orders: ServeRequest[] = []
let begun: string[] = []
beforeAll(async () => {
  fresh = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'keepfit-registry-'))
  scorers = openScorerPool({ loadArtifact: (digest) => readArtifact(folder, digest), workers: 1 })
  const rng = seededRng(2)
  const x = rows(200, () => rng())
  const features = frame([numeric('x', x)])
  const labels = x.map((value) => (value > 0.5 ? 1 : 0))
  forest = new Uint8Array((await learned('ydf-gradient-boosting', task, features, labels)).artifact)
})
afterAll(async () => {
  await scorers.close()
  await fresh.drop()
  await rm(folder, { recursive: true, force: true })
})

/** The API of the registry, asked by somebody with these scopes. */
function stage(scopes: readonly Scope[] = ['operate'], changes: Partial<RegistryWorld> = {}) {
  const { text, id, hash } = makeToken()
  const clock = { now: () => NOW }
  const world: RegistryWorld = {
    database: fresh.database,
    dataFolder: folder,
    clock,
    scorers,
    codeVersion: '0.1.0',
    scorerHosts: ['127.0.0.1:9'],
    targetsOf: async () => ['command notify 00000000'],
    onAdopted: (model) => begun.push(model),
    compareOnRows: async () => null,
    async requestServe(_model, order) {
      orders.push(order)
      return { command: orders.length, answer: null }
    },
    ...changes,
  }
  const auth = authenticator(
    {
      tokens: async () => [{ id, name: 'ada', hash, scopes, expiresAt: null, revokedAt: null }],
      used: async () => undefined,
    },
    clock,
  )
  const routes = [modelRoutes(modelsPorts(world)), versionRoutes(versionsPorts(world))]
  const api = buildApi({ routes, auth, clock, version: '1', log: { error: () => undefined } })
  const ask = async (method: string, path: string, body?: unknown) => {
    const isBytes = body instanceof Uint8Array
    const headers: Record<string, string> = { host: 'localhost', authorization: `Bearer ${text}` }
    const sent = isBytes ? new Uint8Array(body) : JSON.stringify(body)
    if (body !== undefined) {
      headers['content-type'] = isBytes ? 'application/octet-stream' : 'application/json'
      headers['content-length'] = String(Buffer.byteLength(sent))
    }
    return api.request(`http://localhost/v1${path}`, { method, headers, ...(body === undefined ? {} : { body: sent }) })
  }
  const json = async (method: string, path: string, body?: unknown) => {
    const answer = await ask(method, path, body)
    const said = await answer.text()
    return { status: answer.status, body: said === '' ? null : JSON.parse(said) }
  }
  return { ask, json }
}

test('the first model that is adopted answers at once, and everybody is told', async () => {
  const { json } = stage()
  begun = []
  const first = await json('POST', '/models/churn/versions?cutOffAt=1700000000000&note=from%20the%20old%20job', forest)
  expect(first).toEqual({ status: 201, body: { model: 'churn', version: 1, isNew: true, isLive: true } })
  expect(begun).toEqual(['churn'])
  const { body } = await json('GET', '/models/churn/versions/1')
  expect(body).toMatchObject({
    origin: 'adopted',
    isLive: true,
    cutOffAt: 1_700_000_000_000,
    notes: ['from the old job'],
    artifactDigest: createHash('sha256').update(forest).digest('hex'),
    trainer: { learner: 'ydf-gradient-boosting' },
  })
  const { body: told } = await json('GET', '/models/churn/history')
  expect(told.history).toMatchObject([{ version: 1, reason: 'adopted', fromAt: NOW, because: 'from the old job' }])
  expect(await listUntold(fresh.database.kysely, 'churn')).toMatchObject([{ event: 'adopted' }])
  expect(await modelViolations(fresh.database.kysely, folder)).toEqual([])
})

test('the same bytes again are the same version; others become a candidate beside the champion', async () => {
  const { json } = stage()
  begun = []
  expect((await json('POST', '/models/churn/versions', forest)).body).toMatchObject({ version: 1, isNew: false })
  const other = httpArtifact({
    scorer: { url: 'http://127.0.0.1:9/score', protocol: 'plain-json', retries: 0 },
    task,
    features: [{ name: 'x', kind: 'numeric' }],
  })
  const admin = stage(['admin'], { scorers: { ...scorers, score: async () => new Float32Array(1) } })
  const second = await admin.json('POST', '/models/churn/versions', other)
  expect(second).toMatchObject({ status: 201, body: { version: 2, isLive: false } })
  expect(begun).toEqual([])
  const { body } = await json('GET', '/models/churn')
  expect(body).toMatchObject({ versions: 2, champion: { version: 1, reason: 'adopted' } })
})

test('what is no model, or one that may not come in, is refused without a trace', async () => {
  const { json } = stage()
  const files = async () => (await json('GET', '/models/churn/versions')).body.versions.length
  const before = await files()
  const damaged = forest.slice()
  damaged[damaged.length - 1] = (damaged.at(-1) as number) ^ 1
  expect(await json('POST', '/models/churn/versions', damaged)).toMatchObject({ status: 422 })
  expect(await json('POST', '/models/churn/versions', new Uint8Array(40))).toMatchObject({ status: 422 })
  const draft = { task, features: [], modelClasses: ['stays', 'leaves'], givenRows: null, trainedRows: null }
  const pickle = encodeArtifact({ ...draft, learner: 'onnx' }, new TextEncoder().encode('\x80\x04pickle'))
  expect(await json('POST', '/models/churn/versions', pickle)).toMatchObject({ status: 422 })
  const command = encodeArtifact({ ...draft, learner: 'command' }, new Uint8Array(3))
  expect(await json('POST', '/models/churn/versions', command)).toMatchObject({ status: 403 })
  const broken = encodeArtifact({ ...draft, learner: 'ydf-random-forest' }, new TextEncoder().encode('no zip'))
  expect(await json('POST', '/models/churn/versions', broken)).toMatchObject({ status: 422 })
  expect(await artifactPutAt(folder, createHash('sha256').update(broken).digest('hex'))).toBeNull()
  expect(await files()).toBe(before)
})

test('a service that scores is named by an admin alone, and only where the server allows it', async () => {
  const scorer = (url: string) =>
    httpArtifact({ scorer: { url, protocol: 'plain-json' }, task, features: [{ name: 'x', kind: 'numeric' }] })
  const { json } = stage()
  const path = '/models/service/versions'
  expect(await json('POST', path, scorer('http://127.0.0.1:9/a'))).toMatchObject({ status: 403 })
  const admin = stage(['admin'])
  const inside = await admin.json('POST', path, scorer('http://169.254.169.254/latest'))
  expect(inside).toMatchObject({
    status: 403,
    body: { error: { message: expect.stringContaining('169.254.169.254') } },
  })
  expect(await admin.json('POST', path, scorer('http://127.0.0.1:10/a'))).toMatchObject({ status: 403 })
})

test('a model whose schema is known takes only what fits it', async () => {
  const db = fresh.database.kysely
  const schema = { task, features: [{ name: 'y', kind: 'numeric' }] }
  await db
    .insertInto('model')
    .values({ name: 'known', created_at: 1, policy: null, layout: null, scale: null, schema: JSON.stringify(schema) })
    .execute()
  const { json } = stage()
  const refused = await json('POST', '/models/known/versions', forest)
  expect(refused.status).toBe(422)
  expect(refused.body.error.message).toContain("needs the feature 'x'")
})

test('what was live at an instant is told in words, also before the first; what is no instant is refused', async () => {
  const db = fresh.database.kysely
  const draft = { ...draftOf('z'), artifactDigest: createHash('sha256').update(forest).digest('hex') }
  const number = await inTransaction(db, (trx) => registerVersion(trx, { model: 'churn', draft, now: NOW }))
  await served(db, 'churn', number, NOW + 1000, { because: 'it loses less', decision: 7 })
  const { json } = stage(['read'], { clock: { now: () => NOW + 5000 } })
  const at = async (instant: string) => (await json('GET', `/models/churn/history?at=${instant}`)).body
  expect(await at(String(NOW - 1))).toMatchObject({
    served: null,
    sentence: expect.stringContaining('nothing answered'),
  })
  expect(await at(String(NOW))).toMatchObject({ served: { version: 1 } })
  expect(await at(new Date(NOW + 1000).toISOString())).toMatchObject({
    served: { version: number, decision: 7 },
    sentence: expect.stringMatching(/answered: promoted by loop \(decision 7\) .* it loses less$/),
  })
  for (const wrong of ['tomorrow', '2026-01-01T00:00', '-5', '1e3', '99999999999999999', String(NOW + 5001)])
    expect(await json('GET', `/models/churn/history?at=${wrong}`)).toMatchObject({ status: 400 })
  expect(await json('GET', '/models/nobody/history')).toMatchObject({ status: 404 })
})

test('a promotion and a rollback are orders to the loop, with who and why', async () => {
  const { json } = stage()
  orders = []
  const live = (await json('GET', '/models/churn')).body.champion.version
  expect(await json('POST', '/models/churn/promote', { version: 2, because: ' it is time ' })).toEqual({
    status: 202,
    body: { model: 'churn', version: 2, command: 1, answer: null },
  })
  expect(await json('POST', '/models/churn/rollback', { because: 'worse' })).toMatchObject({ body: { version: 1 } })
  expect(orders).toMatchObject([
    { command: 'promote', version: 2, because: 'it is time', actor: expect.stringMatching(/^ada \(/) },
    { command: 'roll-back', version: 1, because: 'worse' },
  ])
  expect(await json('POST', '/models/churn/promote', { version: live, because: 'x' })).toMatchObject({ status: 409 })
  expect(await json('POST', '/models/churn/promote', { version: 99, because: 'x' })).toMatchObject({ status: 404 })
  expect(await json('POST', '/models/churn/promote', { version: 2, because: ' ' })).toMatchObject({ status: 400 })
  for (const because of ['a\u0000b', '\ud800', 'x'.repeat(1001), 7])
    expect(await json('POST', '/models/churn/promote', { version: 2, because })).toMatchObject({ status: 400 })
  expect(await json('POST', '/models/churn/versions?note=a%00b', forest)).toMatchObject({ status: 400 })
  expect(await json('POST', '/models/known/rollback', { because: 'x' })).toMatchObject({ status: 409 })
  expect(await stage(['read']).json('POST', '/models/churn/rollback', { because: 'x' })).toMatchObject({ status: 403 })
  expect(orders).toHaveLength(2)
})

test('the bytes of a version come back as an attachment, and its card as data and as Markdown', async () => {
  const { ask, json } = stage()
  const answer = await ask('GET', '/models/churn/versions/1/artifact')
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="churn-1.keepfit"')
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(forest)
  expect((await stage(['read']).ask('GET', '/models/churn/versions/1/artifact')).status).toBe(403)
  const { body } = await json('GET', '/models/churn/versions/1/card')
  expect(body).toMatchObject({ version: 1, features: [{ name: 'x', kind: 'numeric' }], live: [{ reason: 'adopted' }] })
  const text = await ask('GET', '/models/churn/versions/1/card?format=md')
  expect(text.headers.get('content-type')).toContain('text/markdown')
  expect(await text.text()).toContain('# churn, version 1')
  expect(await json('GET', '/models/churn/versions/1/card?format=pdf')).toMatchObject({ status: 400 })
})

test('two versions are compared by what is recorded, and by the rows that the port finds', async () => {
  const behaviour = {
    rows: 100,
    agreement: 0.9,
    meanLossA: 0.2,
    meanLossB: 0.1,
    difference: { value: -0.1, interval: { low: -0.2, high: 0, level: 0.95 } },
  }
  const { json } = stage(['read'], { compareOnRows: async () => behaviour })
  const { body } = await json('GET', '/models/churn/diff?a=1&b=3')
  expect(body.behaviour).toEqual(behaviour)
  expect(body.differences).toContainEqual(expect.objectContaining({ what: 'origin', a: 'adopted', b: 'trained' }))
  expect(await json('GET', '/models/churn/diff?a=1&b=98')).toMatchObject({ status: 404 })
  expect(await json('GET', '/models/churn/diff?a=1')).toMatchObject({ status: 400 })
})

test('names of versions are set, listed and taken away, and stand in the audit', async () => {
  const { json } = stage()
  expect(await json('PUT', '/models/churn/aliases/shadow', { version: 2 })).toMatchObject({ status: 200 })
  expect((await json('GET', '/models/churn/aliases')).body.aliases).toMatchObject([{ name: 'shadow', version: 2 }])
  expect((await json('GET', '/models/churn/versions/2')).body.aliases).toEqual(['shadow'])
  expect(await json('PUT', '/models/churn/aliases/7', { version: 2 })).toMatchObject({ status: 400 })
  expect(await json('DELETE', '/models/churn/aliases/shadow')).toMatchObject({ status: 204 })
  expect(await json('DELETE', '/models/churn/aliases/shadow')).toMatchObject({ status: 404 })
  const noted = await fresh.database.kysely.selectFrom('audit').select('action').where('model', '=', 'churn').execute()
  expect(noted.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['alias-set', 'alias-deleted', 'version-adopted']),
  )
})
