import { z } from '@hono/zod-openapi'

/** How one part of the process is. */
export const HealthPart = z.strictObject({
  name: z.string().describe('database, disk, loop, worker …'),
  ok: z.boolean(),
  detail: z.string().describe('One plain sentence, without addresses or secrets.'),
})
export type HealthPart = z.output<typeof HealthPart>

/** How the process is. */
export const Health = z
  .strictObject({
    status: z.enum(['ok', 'degraded', 'stopping']),
    version: z.string(),
    parts: z.array(HealthPart),
  })
  .openapi('Health')
export type Health = z.output<typeof Health>
