import { randomBytes } from 'node:crypto'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Clock } from '../base/clock.ts'
import { Fault } from '../base/fault.ts'
import type { Actor } from './actor.ts'
import { type ApiEnv, type ApiRoutes, apiRoutes } from './api-routes.ts'
import { type Authenticator, bearerOf } from './auth.ts'
import { answerTo } from './errors.ts'
import { openApiRoutes } from './openapi.ts'
import { checkOrigin, hostCheck } from './origins.ts'

/** Where requests are noted. */
export interface ApiLog {
  /** @param fields never holds a header or a body: they may hold secrets */
  error(fields: Readonly<Record<string, unknown>>, message: string): void
}

export interface ApiParts {
  /** The routes of each noun; all but health need a token. */
  readonly routes: readonly ApiRoutes[]
  /** Routes that stand beside `/v1`. */
  readonly rootRoutes?: readonly ApiRoutes[]
  readonly auth: Authenticator
  readonly clock: Clock
  readonly version: string
  readonly log: ApiLog
  /** Names beside localhost under which the server may be asked, without port. */
  readonly hosts?: readonly string[]
  /** Knows the errors of what stands below, such as a database that went away. */
  readonly toFault?: (error: unknown) => Fault | null
  /** Told of each answered request. `route` is the pattern, never the path itself. */
  readonly observe?: (request: ObservedRequest) => void
}

export interface ObservedRequest {
  readonly method: string
  readonly route: string
  readonly status: number
  readonly ms: number
}

export type Api = OpenAPIHono<ApiEnv>

/** Sent with every answer: what comes from here is data, and no page. */
const HEADERS: readonly (readonly [string, string])[] = [
  ['cache-control', 'no-store'],
  ['x-content-type-options', 'nosniff'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['cross-origin-resource-policy', 'same-origin'],
  ['referrer-policy', 'no-referrer'],
  ['x-frame-options', 'DENY'],
]

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const REQUEST_ID = /^[\w.:-]{1,64}$/

/** The whole API under `/v1`: every request passes the same checks before a route sees it. */
export function buildApi({
  routes,
  rootRoutes = [],
  auth,
  clock,
  version,
  log,
  hosts = [],
  toFault,
  observe,
}: ApiParts): Api {
  const api = apiRoutes()
  const checkHost = hostCheck(hosts)
  const isPublic = new Set<string>()
  const nextId = requestIds()

  // Outermost, so that it sees refusals as well: an error below has become an answer when `next` is back.
  api.use('*', async (c, next) => {
    const begunAt = clock.now()
    const given = c.req.header('x-request-id')
    const requestId = given !== undefined && REQUEST_ID.test(given) ? given : nextId()
    c.set('requestId', requestId)
    for (const [name, value] of HEADERS) c.header(name, value)
    c.header('x-request-id', requestId)
    await next()
    observe?.({ method: c.req.method, route: patternOf(c), status: c.res.status, ms: clock.now() - begunAt })
  })

  api.use('*', async (c, next) => {
    checkHost(c.req.header('host'))
    if (!SAFE.has(c.req.method)) checkOrigin(c.req.raw.headers)
    if (!isPublic.has(c.req.path)) c.set('actor', await whoAsks(c, auth))
    await next()
  })

  for (const one of routes) api.route('/v1', one)
  for (const one of rootRoutes) api.route('/', one)
  api.route('/v1', openApiRoutes(api, version))
  for (const path of publicPaths(api)) isPublic.add(path)

  api.notFound((c) => {
    const allowed = methodsAt(api, c.req.path)
    if (allowed.length === 0) throw new Fault('NOT_FOUND', `there is nothing at ${c.req.path.slice(0, 200)}`)
    c.header('allow', allowed.join(', '))
    if (c.req.method === 'OPTIONS') return c.body(null, 204)
    throw new Fault('METHOD_NOT_ALLOWED', `${c.req.method} is not possible here; allowed are ${allowed.join(', ')}`)
  })

  api.onError((error, c) => {
    const { status, body, isOurs } = answerTo(error, toFault)
    const requestId = c.get('requestId')
    if (isOurs) log.error({ requestId, method: c.req.method, path: c.req.path, error }, 'a request failed')
    if (status === 401) c.header('www-authenticate', 'Bearer realm="keepfit"')
    if (status === 503 || status === 429) c.header('retry-after', '1')
    return c.json(body, status)
  })
  return api
}

async function whoAsks(c: Context<ApiEnv>, auth: Authenticator): Promise<Actor> {
  return auth.actorOf(bearerOf(c.req.header('authorization')))
}

/** Paths without parameters that ask for no token. */
function publicPaths(api: Api): string[] {
  return api.openAPIRegistry.definitions.flatMap((one) =>
    one.type === 'route' && one.route['x-scope'] === 'public' ? [one.route.path] : [],
  )
}

function methodsAt(api: Api, path: string): string[] {
  const found: string[] = METHODS.filter((method) =>
    api.router.match(method, path)[0].some(([[, matched]]) => matched.method === method),
  )
  return found.includes('GET') ? ['HEAD', ...found] : found
}

/** The pattern of the route that answered; `none` where there was none. */
function patternOf(c: Context<ApiEnv>): string {
  const last = c.req.matchedRoutes.at(-1)
  return last === undefined || last.method === 'ALL' ? 'none' : last.path
}

/** Unguessable is not needed here, only different from process to process. */
function requestIds(): () => string {
  const prefix = randomBytes(6).toString('hex')
  let count = 0
  return () => `${prefix}-${(count++).toString(36)}`
}
