import { z } from 'zod'
import type { Configured } from './config-laws.ts'

type Change = Partial<Pick<Configured['plugin'], 'title' | 'source' | 'config'>>

/** One plug-in against each law on options: `good` with the least change that breaks it. */
export function configPlants<Subject extends Configured>(
  good: Subject,
  replant: (change: Change) => Subject,
): Record<string, Subject> {
  const id = { [good.key]: z.literal(good.plugin.id) }
  const rows = z.int().min(1).max(9).default(5)
  const strict = (options: Record<string, z.ZodType>) => replant({ config: z.strictObject({ ...id, ...options }) })
  return {
    'has a title, a source, and the id that its options ask for': replant({ source: 'somewhere' }),
    'works with its defaults': strict({ rows: z.int().min(1).max(9).describe('Rows to read. Rows.') }),
    'every number has a default': strict({ rows: rows.unwrap().optional().describe('Rows to read. Rows.') }),
    'refuses an unknown option, at every depth': strict({
      inner: z
        .object({ rows: rows.describe('Rows to read. Rows.') })
        .default({ rows: 5 })
        .describe('Options inside.'),
    }),
    'every option is described, and every number ends in its unit': strict({ rows: rows.describe('Rows to read.') }),
    'every number is bounded on both sides, and a value outside is refused': strict({
      rows: z.int().min(1).default(5).describe('Rows to read. Rows.'),
    }),
  }
}
