import { z } from '@hono/zod-openapi'
import { type ApiRoutes, apiRoutes } from '../api-routes.ts'
import type { Metrics } from '../metrics.ts'
import { route } from '../route.ts'

/** What Prometheus reads; stands beside `/v1`, and needs a token with the scope read. */
export function metricsRoutes(metrics: Pick<Metrics, 'text' | 'contentType'>): ApiRoutes {
  return apiRoutes().openapi(
    route({
      method: 'get',
      path: '/metrics',
      scope: 'read',
      summary: 'Figures for Prometheus',
      tags: ['metrics'],
      responses: { 200: { description: 'Text format 0.0.4.', content: { 'text/plain': { schema: z.string() } } } },
    }),
    async (c) => c.text(await metrics.text(), 200, { 'content-type': metrics.contentType }),
  )
}
