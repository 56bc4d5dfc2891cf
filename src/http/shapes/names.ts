import { z } from '@hono/zod-openapi'

/** The name of a model, in a path or a body. */
export const ModelName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,63}$/,
    'must be a name of a-z, 0-9, dot, dash and underscore, at most 64 characters, that begins with a letter or a digit',
  )
  .describe('Name of a model: a-z, 0-9, dot, dash, underscore; at most 64 characters.')

/** The path `/models/{model}`. */
export const ModelPath = z.strictObject({ model: ModelName.openapi({ param: { name: 'model', in: 'path' } }) })

/** An instant in bodies and answers. */
export const Instant = z.int().describe('Milliseconds since 1970 UTC.')

/**
 * A whole number in a path or a query. Digits only: `Number` alone would also take 0x20, 1e2 and nothing at all.
 * @param min least, @param max greatest that is allowed
 */
export function wholeText(min: number, max: number) {
  return z
    .string()
    .regex(/^-?\d{1,16}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .openapi({ type: 'integer', minimum: min, maximum: max })
}

/** How many of a list, and after which: `?limit=50&after=123`. */
export const Page = z.strictObject({
  limit: wholeText(1, 1000).default(100).describe('Most entries of the answer. Count.'),
  after: wholeText(0, Number.MAX_SAFE_INTEGER)
    .optional()
    .describe('Number of the last entry that is known already: what follows it is given.'),
})
