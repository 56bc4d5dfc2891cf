import { OpenAPIHono } from '@hono/zod-openapi'
import type { Actor } from './actor.ts'
import { refuseInvalid } from './errors.ts'

/** What the frame has put into each request's context before a handler sees it. */
export interface ApiEnv {
  Bindings: {
    /** Aborted when the server stops: what streams ends then. Not there where a test asks without a server. */
    stopping?: AbortSignal
  }
  Variables: {
    /** Who asks. Not set on public routes. */
    actor: Actor
    /** Names this request in the log and in the header `x-request-id`. */
    requestId: string
  }
}

/** The routes of one noun, paths seen from `/v1`. */
export type ApiRoutes = OpenAPIHono<ApiEnv>

/** An empty set of routes: `apiRoutes().openapi(route({ … }), handler)`. What does not fit its shape is refused with 400. */
export function apiRoutes(): ApiRoutes {
  return new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid })
}
