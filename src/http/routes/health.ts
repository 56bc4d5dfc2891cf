import { type ApiRoutes, apiRoutes } from '../api-routes.ts'
import { answers, route } from '../route.ts'
import { Health, type HealthPart } from '../shapes/health.ts'

export interface HealthPorts {
  readonly version: string
  /** Asks each part how it is; quick, and never throws. */
  parts(): Promise<readonly HealthPart[]>
  isStopping(): boolean
}

/** Whether the process can do its work: for load balancers, containers and people. Needs no token. */
export function healthRoutes({ version, parts, isStopping }: HealthPorts): ApiRoutes {
  return apiRoutes().openapi(
    route({
      method: 'get',
      path: '/health',
      scope: 'public',
      summary: 'Whether the server can do its work',
      tags: ['health'],
      responses: {
        200: answers(Health, 'All parts work.'),
        503: answers(Health, 'A part does not work, or the server is stopping.'),
      },
    }),
    async (c) => {
      const found = [...(await parts())]
      const isWell = found.every(({ ok }) => ok)
      const status = isStopping() ? 'stopping' : isWell ? 'ok' : 'degraded'
      return c.json({ status, version, parts: found } satisfies Health, status === 'ok' ? 200 : 503)
    },
  )
}
