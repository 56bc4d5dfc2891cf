import { z } from '@hono/zod-openapi'
import { COLUMN_KINDS } from '../../data/schema.ts'
import { Instant, ModelName } from './names.ts'

/** Number of a version. */
export const VersionNumber = z.int().min(1).max(2_147_483_647).describe('Number of a version: 1, 2, …')

const REASONS = ['adopted', 'first', 'promoted', 'reinstated', 'returned', 'rolled-back'] as const

const TaskInfo = z
  .strictObject({
    kind: z.enum(['binary', 'multiclass', 'regression']),
    classes: z.array(z.string()).readonly().optional().describe('In the order of their codes; not for regression.'),
  })
  .openapi('Task')

export const FeatureInfo = z.strictObject({ name: z.string(), kind: z.enum(COLUMN_KINDS) }).openapi('Feature')

/** What the registry knows of a model. */
export const ModelInfo = z
  .strictObject({
    name: ModelName,
    createdAt: Instant,
    policy: z.int().nullable().describe('Number of the configuration that rules it; null: it was never configured.'),
    phase: z
      .enum(['gathering', 'living'])
      .nullable()
      .describe('gathering: the loop has not begun; null: nothing was heard of it.'),
    versions: z.int().min(0).describe('How many versions it has. Count.'),
    champion: z
      .strictObject({ version: VersionNumber, since: Instant, reason: z.enum(REASONS) })
      .nullable()
      .describe('The version that answers; null: none does.'),
    activeRun: z.int().nullable().describe('The run that is queued or running; null: none.'),
    schema: z
      .strictObject({ task: TaskInfo, features: z.array(FeatureInfo).readonly() })
      .nullable()
      .describe('What it reads and says; null while nobody knows.'),
  })
  .openapi('Model')
export type ModelInfo = z.output<typeof ModelInfo>

export const ModelList = z.strictObject({ models: z.array(ModelInfo).readonly() }).openapi('Models')
export type ModelList = z.output<typeof ModelList>

/** A stretch of time in which a version answered. */
export const ServingInfo = z
  .strictObject({
    number: z.int().min(1).describe('1, 2, … in the order of time.'),
    version: VersionNumber,
    fromAt: Instant,
    toAt: Instant.nullable().describe('Not part of the stretch any more; null: it still answers.'),
    fromWindow: z.int().nullable().describe('Newest window whose labels were used for the decision.'),
    reason: z.enum(REASONS),
    decision: z.int().nullable().describe('The decision record that says more; null: the loop did not decide it.'),
    actor: z.string(),
    because: z.string(),
  })
  .openapi('Serving')
export type ServingInfo = z.output<typeof ServingInfo>

export const HistoryQuery = z.strictObject({
  at: z
    .string()
    .max(40)
    .optional()
    .describe('An instant: ISO 8601 with its zone, such as 2026-01-31T12:00:00Z, or milliseconds since 1970 UTC.'),
})

export const History = z
  .strictObject({
    model: ModelName,
    history: z.array(ServingInfo).readonly().describe('What answered when, the oldest first.'),
    at: Instant.nullable().describe('The instant that was asked for; null: none.'),
    served: z
      .union([ServingInfo, z.null()])
      .describe('What answered at that instant; null: nothing did, or no instant was given.'),
    sentence: z.string().describe('The answer in plain words.'),
  })
  .openapi('History')
export type History = z.output<typeof History>

/** A sentence of a person's. Postgres stores neither the character 0 nor halves of characters. */
export const Sentence = z
  .string()
  .trim()
  .min(1)
  .max(1000)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what is refused has to be named
  .regex(/^[^\u0000]*$/, 'must not hold the character 0')
  .refine((text) => !/\p{Cs}/u.test(text), 'must be whole characters')

const Because = Sentence.describe('Why, in plain words; it is recorded.')

export const PromoteBody = z.strictObject({ version: VersionNumber, because: Because }).openapi('Promote')
export const RollbackBody = z
  .strictObject({
    because: Because,
    to: VersionNumber.optional().describe('The version to go back to; the one that answered before unless told.'),
  })
  .openapi('Rollback')

export const Ordered = z
  .strictObject({
    model: ModelName,
    version: VersionNumber.describe('The version that is to answer.'),
    command: z.int().describe('Number of the order.'),
    answer: z.string().nullable().describe('What came of it; null: the loop has not heard it yet.'),
  })
  .openapi('Ordered')
export type Ordered = z.output<typeof Ordered>

export const AliasName = z
  .string()
  .regex(/^[a-z][a-z0-9._-]{0,63}$/)
  .describe('A name for a version: begins with a letter; a-z, 0-9, dot, dash, underscore.')

export const AliasPath = z.strictObject({
  model: ModelName.openapi({ param: { name: 'model', in: 'path' } }),
  alias: AliasName.openapi({ param: { name: 'alias', in: 'path' } }),
})

export const AliasBody = z.strictObject({ version: VersionNumber })

export const AliasInfo = z
  .strictObject({ name: AliasName, version: VersionNumber, setAt: Instant, actor: z.string() })
  .openapi('Alias')
export const AliasList = z.strictObject({ aliases: z.array(AliasInfo).readonly() }).openapi('Aliases')
