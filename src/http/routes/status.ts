import { type ApiRoutes, apiRoutes } from '../api-routes.ts'
import { answers, route } from '../route.ts'
import { FleetStatus } from '../shapes/status.ts'

export interface StatusPorts {
  status(): Promise<FleetStatus>
}

/** The fleet on one screen. */
export function statusRoutes({ status }: StatusPorts): ApiRoutes {
  return apiRoutes().openapi(
    route({
      method: 'get',
      path: '/status',
      scope: 'read',
      summary: 'Every model: how it is, and what comes next',
      tags: ['models'],
      responses: { 200: answers(FleetStatus, 'By name.') },
    }),
    async (c) => c.json(await status(), 200),
  )
}
