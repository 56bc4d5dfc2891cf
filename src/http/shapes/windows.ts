import { z } from '@hono/zod-openapi'
import { EvidenceInfo } from './decisions.ts'
import { Instant, ModelName, wholeText } from './names.ts'

/** The path `/models/{model}/windows/{window}`. */
export const WindowPath = z.strictObject({
  model: ModelName.openapi({ param: { name: 'model', in: 'path' } }),
  window: wholeText(0, 2_147_483_646)
    .openapi({ param: { name: 'window', in: 'path' } })
    .describe('Number of the window, from 0.'),
})

/** Newest first. `?limit=50&before=17`. */
export const WindowPage = z.strictObject({
  limit: wholeText(1, 1000).default(50).describe('Most windows of the answer. Count.'),
  before: wholeText(0, 2_147_483_647).optional().describe('Number of the oldest that is known already.'),
})

export const WindowInfo = z
  .strictObject({
    number: z.int().min(0),
    start: Instant,
    end: Instant.describe('Not part of it any more. Milliseconds since 1970 UTC.'),
    rows: z.int().min(0),
    labelledRows: z.int().min(0).nullable().describe('Null: its labels have not matured.'),
    maturedAt: Instant.nullable().describe('Machine time. Milliseconds since 1970 UTC.'),
    performance: z
      .strictObject({
        version: z.int().min(1).describe('The version that was live when the labels matured.'),
        of: z.enum(['answers', 'version']).describe("Of what was answered, or of the live version's scores."),
        metrics: z
          .array(
            z.strictObject({
              metric: z.string(),
              value: z.number(),
              low: z.number(),
              high: z.number(),
              level: z.number(),
              rows: z.number(),
            }),
          )
          .readonly(),
      })
      .nullable()
      .describe('Null: not measured, or not measurable on so few labels.'),
  })
  .openapi('Window')
export type WindowInfo = z.output<typeof WindowInfo>

export const WindowList = z
  .strictObject({
    windows: z.array(WindowInfo),
    next: z.int().nullable().describe('Give it as `before` for older ones; null: there are none.'),
  })
  .openapi('Windows')
export type WindowList = z.output<typeof WindowList>

/** All that the loop heard about one window, in order. */
export const WindowEvidence = z
  .strictObject({
    model: ModelName,
    window: z.int().min(0),
    heard: z.array(
      z.strictObject({
        observation: z.int(),
        at: Instant,
        policy: z.int(),
        kind: z.enum(['window-closed', 'labels-matured', 'compared']),
        evidence: z.array(EvidenceInfo).readonly(),
        breaches: z.array(z.looseObject({ by: z.string(), text: z.string() })).readonly(),
        comparisons: z
          .array(
            z.strictObject({
              version: z.int(),
              rows: z.number().describe('Rows on which it was held against the live version. Rows.'),
              sum: z.number().describe('Sum of the differences in loss, live less this one.'),
              sumSquares: z.number(),
            }),
          )
          .readonly(),
      }),
    ),
  })
  .openapi('WindowEvidence')
export type WindowEvidence = z.output<typeof WindowEvidence>
