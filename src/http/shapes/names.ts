import { z } from '@hono/zod-openapi'

/** The name of a model, in a path or a body. */
export const ModelName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)
  .describe('Name of a model: a-z, 0-9, dot, dash, underscore; at most 64 characters.')

/** The path `/models/{model}`. */
export const ModelPath = z.strictObject({ model: ModelName.openapi({ param: { name: 'model', in: 'path' } }) })

/** An instant in bodies and answers. */
export const Instant = z.int().describe('Milliseconds since 1970 UTC.')

/** How many of a list, and after which: `?limit=50&after=123`. */
export const Page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe('Most entries of the answer. Count.'),
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .describe('Number of the last entry that is known already: what follows it is given.'),
})
