import { createRoute, type RouteConfig, type z } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { FAULTS, Fault, type FaultCode } from '../base/fault.ts'
import { holdsScope, type Scope } from './actor.ts'
import type { ApiEnv } from './api-routes.ts'
import { DEFAULT_BODY_BYTES, readBody } from './limits.ts'
import { ErrorBody } from './shapes/error.ts'

/** What a route says beside its shapes. */
interface RouteFacts {
  /** What the caller's token must allow; `public`: no token is asked for. */
  readonly scope: Scope | 'public'
  /** Largest body. Bytes; 1 MiB unless told. */
  readonly maxBytes?: number
  /** Failures that may come beside those that any route of its kind may have. */
  readonly also?: readonly FaultCode[]
}

type Given = Omit<RouteConfig, 'security' | 'middleware' | 'hide'> & { readonly summary: string } & RouteFacts

/** A route as `apiRoutes().openapi()` takes it. */
type Made<R extends Given> = Omit<R, keyof RouteFacts> & { getRoutingPath(): string }

const WORDS: Readonly<Record<number, string>> = {
  400: 'The request does not fit its shape.',
  401: 'No token, or one that is unknown, expired or revoked.',
  403: 'The token does not allow this, or the request comes from a strange page.',
  404: 'There is no such thing.',
  409: 'It exists already with other content, or its state does not allow this.',
  413: 'The body is too large.',
  415: 'This type of content is not read here.',
  422: 'The content cannot be used.',
  429: 'Too much at a time; try again later.',
  500: 'A mistake of ours; nothing inner is told.',
  503: 'The database, or another part, is away, or the server is stopping; try again later.',
  507: 'The disk is full: nothing was taken.',
}

/**
 * Defines a route: its scope is checked before its shapes, its body is read within bounds, and every refusal that it may
 * give is in the documentation. Paths are seen from `/v1`, parameters stand in braces.
 */
export function route<const R extends Given>(given: R): Made<R> {
  const { scope, maxBytes = DEFAULT_BODY_BYTES, also = [], ...config } = given
  const types = Object.keys(config.request?.body?.content ?? {})
  const middleware: MiddlewareHandler<ApiEnv>[] = []
  if (scope !== 'public') middleware.push(needs(scope))
  if (types.length > 0)
    middleware.push(readBody({ maxBytes, types, isRequired: config.request?.body?.required === true }))
  const made = createRoute({
    ...(config as Pick<RouteConfig, 'path' | 'method' | 'responses'>),
    middleware,
    responses: { ...refusals(given, also), ...config.responses },
    security: scope === 'public' ? [] : [{ token: [] }],
    'x-scope': scope,
  })
  return made as unknown as Made<R>
}

/** An answer in JSON, for `responses`. */
export function answers<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

function needs(scope: Scope): MiddlewareHandler<ApiEnv> {
  return async (c: Context<ApiEnv>, next) => {
    const { scopes, name } = c.get('actor')
    if (!holdsScope(scopes, scope))
      throw new Fault('FORBIDDEN', `this needs a token with the scope ${scope}; '${name}' has ${scopes.join(', ')}`)
    await next()
  }
}

function refusals({ method, path, request, scope }: Given, also: readonly FaultCode[]) {
  const statuses = new Set<number>([500, 503, ...also.map((code) => FAULTS[code].http)])
  const hasInput = request?.query !== undefined || request?.params !== undefined || request?.body !== undefined
  if (hasInput) statuses.add(400)
  if (scope !== 'public') statuses.add(401)
  statuses.add(403)
  if (path.includes('{')) statuses.add(404)
  if (method !== 'get') for (const status of [400, 409, 422, 507]) statuses.add(status)
  if (request?.body !== undefined) for (const status of [413, 415]) statuses.add(status)
  return Object.fromEntries(
    [...statuses].sort().map((status) => [status, answers(ErrorBody, WORDS[status] ?? 'Refused.')]),
  )
}
