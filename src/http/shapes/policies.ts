import { z } from '@hono/zod-openapi'
import { Instant, ModelName } from './names.ts'

/** One configuration that rules or ruled a model. */
export const PolicyInfo = z
  .strictObject({
    model: ModelName,
    number: z.int().min(1),
    hash: z.string().describe('SHA-256 over the canonical JSON of the settings.'),
    settings: z.record(z.string(), z.unknown()).describe('Every key of docs/configuration.md, defaults filled in.'),
    appliedAt: Instant,
    actor: z.string(),
  })
  .openapi('Policy')
export type PolicyInfo = z.output<typeof PolicyInfo>

export const PolicyList = z
  .strictObject({ policies: z.array(PolicyInfo), next: z.int().nullable() })
  .openapi('PolicyList')
export type PolicyList = z.output<typeof PolicyList>

export const ApplyQuery = z.strictObject({
  dryRun: z.enum(['true', 'false']).default('false').describe('true: only say what would change.'),
})

/** What applying the server's keepfit.yaml changes for one model. */
export const ApplyChange = z.strictObject({
  model: ModelName,
  change: z.enum(['new', 'changed', 'unchanged', 'absent']).describe('absent: not in the file; it goes on as it was.'),
  number: z.int().min(1).nullable().describe('Number of the configuration that rules afterwards.'),
  keys: z.array(z.string()).describe('Top-level keys that differ from the configuration before.'),
})
export type ApplyChange = z.output<typeof ApplyChange>

export const ApplyAnswer = z
  .strictObject({
    file: z.string().describe('Name of the file that the server read, without its folder.'),
    isDryRun: z.boolean(),
    changes: z.array(ApplyChange),
  })
  .openapi('ApplyAnswer')
export type ApplyAnswer = z.output<typeof ApplyAnswer>
