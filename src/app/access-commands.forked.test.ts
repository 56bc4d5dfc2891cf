import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../test/support/postgres.ts'
import { makeToken } from '../base/access-token.ts'
import { systemClock } from '../base/clock.ts'
import { Fault } from '../base/fault.ts'
import { type ApiClient, apiClient } from '../cli/api-client.ts'
import { addApplyCommand } from '../cli/apply.ts'
import { addAuditCommand } from '../cli/audit.ts'
import { addStatusCommand } from '../cli/status.ts'
import { addTokenCommand } from '../cli/token.ts'
import { buildApi } from '../http/app.ts'
import { authenticator } from '../http/auth.ts'
import { auditRoutes } from '../http/routes/audit.ts'
import { policiesRoutes } from '../http/routes/policies.ts'
import { statusRoutes } from '../http/routes/status.ts'
import { tokensRoutes } from '../http/routes/tokens.ts'
import { type RunningServer, startServer } from '../http/server.ts'
import type { ApplyAnswer } from '../http/shapes/policies.ts'
import { createToken } from '../store/access/tokens.ts'
import { accessPorts, tokenPorts } from './up/access-ports.ts'
import { auditPorts } from './up/audit-ports.ts'
import { verifyAuditOf } from './verify-audit.ts'

let fresh: FreshDatabase
let server: RunningServer
let client: (token: string) => ApiClient
let admin: string
const applied: { isDryRun: boolean; actor: string }[] = []

beforeAll(async () => {
  fresh = await freshDatabase()
  const { database } = fresh
  const { text, id, hash } = makeToken()
  admin = text
  await createToken(
    database,
    { id, name: 'first', hash, scopes: ['admin'], expiresAt: null },
    { actor: 'keepfit', at: 1 },
  )
  const auth = authenticator(accessPorts(database), systemClock)
  const answer: ApplyAnswer = {
    file: 'keepfit.yaml',
    isDryRun: true,
    changes: [
      { model: 'churn', change: 'changed', number: 3, keys: ['mode', 'gates'] },
      { model: 'old', change: 'absent', number: 1, keys: [] },
    ],
  }
  const policies = policiesRoutes({
    current: async (model) => (model === 'bare' ? null : undefined),
    list: async () => undefined,
    apply: async (asked) => {
      applied.push(asked)
      return { ...answer, isDryRun: asked.isDryRun }
    },
  })
  const api = buildApi({
    routes: [
      tokensRoutes(tokenPorts(database, auth, systemClock)),
      auditRoutes(auditPorts(database)),
      statusRoutes({ status: async () => ({ at: 1, models: [] }) }),
      policies,
    ],
    auth,
    clock: systemClock,
    version: '1',
    log: { error: (fields) => expect.unreachable(String(fields['error'])) },
  })
  server = await startServer(api, { host: '127.0.0.1', port: 0 })
  client = (token) => apiClient({ url: server.url, token, tokenFrom: 'the test' })
})
afterAll(async () => {
  await server.close(0)
  await fresh.drop()
})

/** What a command prints, and whether its answer is no. */
async function run(words: string, token = admin): Promise<{ readonly text: string; readonly isNo: boolean }> {
  let text = ''
  let isNo = false
  const ports = {
    api: async () => client(token),
    print: (more: string) => {
      text += more
    },
    sayNo: () => {
      isNo = true
    },
    verifyAudit: verifyAuditOf,
  }
  const program = new Command('keepfit')
  addTokenCommand(program, ports, systemClock)
  addAuditCommand(program, ports)
  addStatusCommand(program, ports)
  addApplyCommand(program, ports)
  await program.parseAsync(words.split(' '), { from: 'user' })
  return { text, isNo }
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fine',
    (error: unknown) => (error instanceof Fault ? error.code : String(error)),
  )

describe('keepfit token', () => {
  test('makes a token that works for its scope, until it is revoked', async () => {
    const { text } = await run('token create reader --scope read --expires 1d')
    const token = text.trim()
    expect(await codeOf(client(token).get('/v1/audit/head'))).toBe('fine')
    expect(await codeOf(client(token).get('/v1/tokens'))).toBe('FORBIDDEN')
    const id = token.slice(3, 11)
    expect((await run('token list')).text).toContain('works until')
    expect((await run(`token revoke ${id}`)).text).toBe(`Token ${id} (reader) is revoked.\n`)
    expect(await codeOf(client(token).get('/v1/audit/head'))).toBe('UNAUTHENTICATED')
    expect((await run('token list')).text).toContain('revoked')
  })

  test('does not revoke the token that asks: nobody locks themselves out', async () => {
    expect(await codeOf(run(`token revoke ${admin.slice(3, 11)}`))).toBe('CONFLICT')
    expect(await codeOf(run('token list'))).toBe('fine')
  })

  test('refuses scopes, names, spans and ids that there are not', async () => {
    expect(await codeOf(run('token create a --scope everything'))).toBe('USAGE')
    expect(await codeOf(run('token create <b> --scope read'))).toBe('USAGE')
    expect(await codeOf(run('token create a --scope read --expires soon'))).toBe('USAGE')
    expect(await codeOf(run('token revoke 00000000'))).toBe('NOT_FOUND')
    expect(await codeOf(run('token revoke ../audit'))).toBe('USAGE')
    const brief = { name: 'a', scopes: ['read'], expiresInMs: 0 }
    expect(await codeOf(client(admin).post('/v1/tokens', brief))).toBe('USAGE')
  })
})

describe('keepfit audit', () => {
  test('lists what was done with who did it, and finds the chain whole, over the API and in the database', async () => {
    const { text } = await run('audit list --limit 1')
    expect(text).toMatch(/^1 {2}1970-01-01 00:00 {2}keepfit {2}token-created/)
    expect(text).toContain('--after 1')
    const head = (await run('audit head')).text.trim()
    expect(await run(`audit verify --head ${head}`)).toMatchObject({ isNo: false })
    expect(await run(`audit verify --database ${fresh.url} --head ${head}`)).toMatchObject({ isNo: false })
    const [seq] = head.split(':')
    const other = await run(`audit verify --head ${seq}:${'ab'.repeat(32)}`)
    expect(other.isNo).toBe(true)
    expect(other.text).toContain('written anew')
    expect(await codeOf(run('audit verify --head 12'))).toBe('USAGE')
  })
})

describe('keepfit apply', () => {
  test('asks the server to read its own file, as whom, and tells what changes', async () => {
    const { text } = await run('apply --dry-run')
    expect(applied.at(-1)).toEqual({ isDryRun: true, actor: `first (${admin.slice(3, 11)})` })
    expect(text).toBe(
      'keepfit.yaml: this would change\n  churn: a new configuration would rule; it differs in mode, gates\n  old: not in the file; it goes on as it was\n',
    )
    await run('apply')
    expect(applied.at(-1)?.isDryRun).toBe(false)
  })

  test('a model without a configuration is told apart from one that is not there', async () => {
    await expect(client(admin).get('/v1/models/bare/policy')).rejects.toThrow('never configured')
    await expect(client(admin).get('/v1/models/none/policy')).rejects.toThrow('there is no model')
    expect(await codeOf(client(admin).get('/v1/models/none/policies'))).toBe('NOT_FOUND')
  })
})

test('keepfit status asks for the fleet', async () => {
  expect((await run('status')).text).toContain('No model yet')
  expect(JSON.parse((await run('status --json')).text)).toEqual({ at: 1, models: [] })
})
