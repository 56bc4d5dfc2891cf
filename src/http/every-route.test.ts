import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { everyRoute, type Operation, routedIn } from '../../test/support/every-route.ts'
import { SCOPES } from './actor.ts'
import type { Api } from './app.ts'

const Documented = z.looseObject({
  'x-scope': z.enum([...SCOPES, 'public']),
  summary: z.string().min(1),
  tags: z.array(z.string()).min(1),
  security: z.array(z.looseObject({})),
  responses: z.record(z.string(), z.looseObject({ description: z.string().min(1) })),
})
const Document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), Documented)) })

const HEALTH = '/v1/health'
/** Values that the shapes of all parameters take. */
const filled = (path: string) => path.replaceAll(/\{[^}]+\}/g, '1')

let api: Api
let token: string
let routed: readonly Operation[]
let documented: readonly (Operation & { readonly facts: z.output<typeof Documented> })[]
beforeAll(async () => {
  const made = await everyRoute()
  api = made.api
  token = made.token
  routed = routedIn(api)
  const answer = await ask('GET', '/v1/openapi.json', token)
  const { paths } = Document.parse(await answer.json())
  documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, facts]) => ({ method: method.toUpperCase(), path, facts })),
  )
})

async function ask(method: string, path: string, bearer?: string): Promise<Response> {
  const headers = { host: 'localhost', ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }) }
  return api.request(`http://localhost${path}`, { method, headers })
}

const named = (operations: readonly Operation[]) => operations.map(({ method, path }) => `${method} ${path}`).sort()

describe('every route', () => {
  test('is in the document, and the document has no other', () => {
    expect(named(documented)).toEqual(named(routed))
    expect(named(routed)).toContain('GET /v1/health')
    expect(routed.length).toBeGreaterThan(8)
  })

  test('says what it does, whom it lets in and how it refuses', () => {
    for (const { method, path, facts } of documented) {
      const isPublic = facts['x-scope'] === 'public'
      expect([path, method, isPublic]).toEqual([path, method, path === HEALTH])
      expect(facts.security).toEqual(isPublic ? [] : [{ token: [] }])
      const statuses = Object.keys(facts.responses)
      for (const status of isPublic ? ['500', '503'] : ['401', '403', '500', '503'])
        expect([`${method} ${path}`, statuses]).toEqual([`${method} ${path}`, expect.arrayContaining([status])])
    }
  })

  test('answers 401 without a token, whatever the method; only health is told to anybody', async () => {
    for (const path of new Set(routed.map(({ path }) => filled(path))))
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        if (path === HEALTH) continue
        const { status } = await ask(method, path)
        expect(`${method} ${path}: ${status}`).toBe(`${method} ${path}: 401`)
      }
  })

  test('answers 403 to a token without its scope', async () => {
    const ingest = await everyRoute(['ingest'])
    const read = await everyRoute(['read'])
    for (const { method, path, facts } of documented) {
      const scope = facts['x-scope']
      if (scope === 'public') continue
      const stranger = scope === 'ingest' ? read : ingest
      const headers = { host: 'localhost', authorization: `Bearer ${stranger.token}` }
      const { status } = await stranger.api.request(`http://localhost${filled(path)}`, { method, headers })
      expect(`${method} ${path}: ${status}`).toBe(`${method} ${path}: 403`)
    }
  })

  test('answers 405 with what is allowed to a method that it does not have', async () => {
    for (const path of new Set(routed.map(({ path }) => filled(path)))) {
      const allowed = routed.filter((one) => filled(one.path) === path).map(({ method }) => method)
      const wrong = ['PATCH', 'PUT', 'DELETE', 'POST'].find((method) => !allowed.includes(method)) ?? 'PATCH'
      const answer = await ask(wrong, path, token)
      expect(`${wrong} ${path}: ${answer.status}`).toBe(`${wrong} ${path}: 405`)
      for (const method of allowed) expect(answer.headers.get('allow')).toContain(method)
    }
  })

  test('takes parameters that are numbers or texts, by patterns that other languages read', async () => {
    const text = await (await ask('GET', '/v1/openapi.json', token)).text()
    const Parameters = z.array(z.looseObject({ name: z.string(), schema: z.looseObject({ type: z.unknown() }) }))
    for (const { method, path, facts } of documented)
      for (const { name, schema } of Parameters.parse(facts['parameters'] ?? []))
        expect(`${method} ${path} ${name}: ${schema.type}`).toMatch(/: (?:integer|number|string|boolean)$/)
    for (const [, pattern = ''] of text.matchAll(/"pattern":"((?:[^"\\\\]|\\\\.)*)"/g))
      expect(JSON.parse(`"${pattern}"`)).toMatch(/^\^.*\$$/)
  })

  test('stands in the table of docs/api.md with its scope, and nothing else does', () => {
    const text = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')
    const rows = [...text.matchAll(/^\| `(GET|POST|PUT|PATCH|DELETE) ([^`]+)` \| ([a-z]+) \|/gm)]
    const told = rows.map(([, method, path, scope]) => `${method} ${path} ${scope}`).sort()
    const there = documented.map(({ method, path, facts }) => `${method} ${path} ${facts['x-scope']}`).sort()
    expect(told).toEqual(there)
  })
})
