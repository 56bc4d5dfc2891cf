import { readdir } from 'node:fs/promises'
import { makeToken } from '../../src/base/access-token.ts'
import type { Scope } from '../../src/http/actor.ts'
import type { ApiRoutes } from '../../src/http/api-routes.ts'
import { type Api, buildApi } from '../../src/http/app.ts'
import { authenticator } from '../../src/http/auth.ts'

/** One operation, as the document or the router has it. */
export interface Operation {
  readonly method: string
  /** With parameters in braces. */
  readonly path: string
}

/** Answers whatever a noun asks of its ports with nothing: what is tested comes before. */
const NO_PORTS: unknown = new Proxy(() => undefined, {
  get: (_target, name) => (name === 'then' ? undefined : NO_PORTS),
  apply: () => NO_PORTS,
})

const ROUTES = new URL('../../src/http/routes/', import.meta.url)

/** The API with the routes of every file of `src/http/routes`, and nothing behind them. */
export async function everyRoute(scopes: readonly Scope[] = ['admin']): Promise<{ api: Api; token: string }> {
  const { text, id, hash } = makeToken()
  const stored = { id, name: 'tester', hash, scopes, expiresAt: null, revokedAt: null }
  const clock = { now: () => 1000 }
  const auth = authenticator({ tokens: async () => [stored], used: async () => undefined }, clock)
  const routes: ApiRoutes[] = []
  const rootRoutes: ApiRoutes[] = []
  for (const file of (await readdir(ROUTES)).filter((name) => /^[a-z-]+\.ts$/.test(name))) {
    const module: Record<string, unknown> = await import(new URL(file, ROUTES).href)
    for (const [name, made] of Object.entries(module)) {
      if (!name.endsWith('Routes') || typeof made !== 'function') continue
      ;(file === 'metrics.ts' ? rootRoutes : routes).push(made(NO_PORTS) as ApiRoutes)
    }
  }
  const log = { error: () => undefined }
  return { api: buildApi({ routes, rootRoutes, auth, clock, version: '1', log }), token: text }
}

/** What the router answers to, without what stands before every route. */
export function routedIn(api: Api): Operation[] {
  const found = api.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:([^/]+)/g, '{$1}')}`)
  return [...new Set(found)].sort().map(operationOf)
}

function operationOf(text: string): Operation {
  const [method = '', path = ''] = text.split(' ')
  return { method, path }
}
