import { z } from '@hono/zod-openapi'
import { OUTCOMES } from '../../base/verdict.ts'
import { FeatureInfo, Sentence, ServingInfo, VersionNumber } from './models.ts'
import { Instant, ModelName, wholeText } from './names.ts'

/** The path `/models/{model}/versions/{version}`. */
export const VersionPath = z.strictObject({
  model: ModelName.openapi({ param: { name: 'model', in: 'path' } }),
  version: wholeText(1, 2_147_483_647)
    .openapi({ param: { name: 'version', in: 'path' } })
    .describe('Number of a version: 1, 2, …'),
})

const Named = z.record(z.string(), z.unknown())

const IntervalInfo = z.strictObject({ low: z.number(), high: z.number(), level: z.number() })

const VerdictInfo = z
  .strictObject({
    gate: z.string(),
    outcome: z.enum(OUTCOMES),
    observed: z.number().nullable(),
    limit: z.number().nullable(),
    interval: IntervalInfo.nullable(),
    rows: z.number().describe('What it rests on. Rows.'),
    because: z.string(),
    needs: z.string().optional(),
  })
  .openapi('Verdict')

/** A version: it never changes. */
export const VersionInfo = z
  .strictObject({
    model: ModelName,
    number: VersionNumber,
    origin: z.enum(['trained', 'adopted']),
    isLive: z.boolean().describe('It answers now.'),
    aliases: z.array(z.string()).readonly(),
    run: z.strictObject({ number: z.int(), epoch: z.int() }).nullable(),
    artifactDigest: z.string().describe('SHA-256 of the artifact.'),
    artifactBytes: z.int().describe('Bytes.'),
    createdAt: Instant,
    collectedAt: Instant.nullable().describe('When its artifact was removed as garbage; null: it is there.'),
    cutOffAt: Instant.nullable().describe('Newest event time that it may know of; null: nobody knows.'),
    windows: z.array(z.int()).readonly().describe('Windows that it learned from.'),
    rows: z.int().nullable().describe('Labelled rows that it learned from.'),
    snapshotMd5: z.string().nullable().describe('Content hash of what it learned from, as DVC computes it.'),
    trainer: Named,
    parameters: Named,
    metrics: z.record(z.string(), z.number()),
    verdicts: z.array(VerdictInfo).readonly(),
    notes: z.array(z.string()).readonly(),
    trainMs: z.number().nullable().describe('Milliseconds.'),
    codeVersion: z.string(),
    parent: VersionNumber.nullable().describe('The champion when it was trained.'),
  })
  .openapi('Version')
export type VersionInfo = z.output<typeof VersionInfo>

export const VersionList = z.strictObject({ versions: z.array(VersionInfo).readonly() }).openapi('Versions')
export type VersionList = z.output<typeof VersionList>

export const CardQuery = z.strictObject({
  format: z.enum(['json', 'md']).default('json').describe('As data, or as Markdown.'),
})

const Texts = z.record(z.string(), z.string())

export const Card = z
  .strictObject({
    model: ModelName,
    version: VersionNumber,
    overview: z.string(),
    details: Texts,
    data: Texts,
    features: z.array(FeatureInfo).readonly(),
    trainer: Named,
    parameters: Named,
    metrics: z.record(z.string(), z.number()),
    verdicts: z.array(VerdictInfo).readonly(),
    live: z.array(ServingInfo).readonly(),
    lineage: Texts,
    limits: z.array(z.string()).readonly(),
  })
  .openapi('ModelCard')
export type Card = z.output<typeof Card>

const AskedVersion = wholeText(1, 2_147_483_647)

export const DiffQuery = z.strictObject({
  a: AskedVersion.describe('Number of a version.'),
  b: AskedVersion.describe('Number of another.'),
})

export const Diff = z
  .strictObject({
    model: ModelName,
    a: VersionNumber,
    b: VersionNumber,
    differences: z
      .array(
        z.strictObject({
          part: z.enum(['data', 'trainer', 'parameters', 'metrics', 'verdicts', 'code', 'artifact']),
          what: z.string(),
          a: z.string().nullable(),
          b: z.string().nullable(),
          isSame: z.boolean(),
          change: z.number().nullable().describe('b less a, of numbers.'),
        }),
      )
      .readonly(),
    behaviour: z
      .strictObject({
        rows: z.int().describe('Labelled rows that both were scored on. Rows.'),
        agreement: z.number().describe('Share of rows on which both say the same. Share.'),
        meanLossA: z.number(),
        meanLossB: z.number(),
        difference: z.strictObject({ value: z.number(), interval: IntervalInfo }),
      })
      .nullable()
      .describe('What both say about the same rows; null: there are no rows that neither has learned from.'),
  })
  .openapi('Diff')
export type Diff = z.output<typeof Diff>

export const AdoptQuery = z.strictObject({
  cutOffAt: wholeText(0, 8_640_000_000_000_000)
    .optional()
    .describe('Newest event time that the model may know of. Milliseconds since 1970 UTC.'),
  note: Sentence.optional().describe('Where it comes from, in plain words.'),
})

export const Adopted = z
  .strictObject({
    model: ModelName,
    version: VersionNumber,
    isNew: z.boolean().describe('False: this very artifact was adopted before.'),
    isLive: z.boolean().describe('It answers now. A model that has a champion keeps it.'),
  })
  .openapi('Adopted')
export type Adopted = z.output<typeof Adopted>
