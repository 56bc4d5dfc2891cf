import { z } from '@hono/zod-openapi'
import { MAX_FEATURES, MAX_ID } from './event-reader.ts'
import { ModelName, wholeText } from './names.ts'

const Id = z
  .string()
  .min(1)
  .max(MAX_ID)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is they that are refused
  .regex(/^[^\u0000-\u001f\u007f]*$/)
  .refine((text) => !/\p{Surrogate}/u.test(text))
const Time = z
  .union([z.iso.datetime({ offset: true, local: true }), z.iso.date(), z.int().min(-8.64e15).max(8.64e15)])
  .describe('Event time: ISO 8601 (without a zone it is UTC), or milliseconds since 1970 UTC.')
const Value = z.union([z.number(), z.string(), z.boolean(), z.null()])
const ByClass = z
  .record(z.string(), z.number())
  .refine((parts) => Object.keys(parts).length > 0)
  .openapi({ minProperties: 1 })
const base = {
  id: Id.describe("The sender's own id: the same event again changes nothing, the id with other content is refused."),
  model: ModelName,
  time: Time,
}

/** A model answered. */
export const PredictionBody = z.strictObject({
  ...base,
  type: z.literal('prediction'),
  predictionId: Id.nullish().describe('The prediction that this event corrects; default: its own id.'),
  features: z
    .record(z.string().min(1).max(500), Value)
    .refine((cells) => Object.keys(cells).length <= MAX_FEATURES)
    .nullish(),
  score: z
    .union([z.number(), z.array(z.number()).min(1), ByClass])
    .nullish()
    .describe('P(positive) or the value; one probability a class, in the order of the classes or by name.'),
  version: z
    .int()
    .min(1)
    .max(2 ** 31 - 1)
    .nullish()
    .describe('Number of the version that answered.'),
})

/** What came true of a prediction. */
export const LabelBody = z.strictObject({
  ...base,
  type: z.literal('label'),
  predictionId: Id,
  label: Value.describe('What came true; null takes an earlier label back.'),
})

/** What people or systems said about a prediction. */
export const FeedbackBody = z.strictObject({
  ...base,
  type: z.literal('feedback'),
  predictionId: Id.nullish(),
  label: Value.optional().describe('What somebody takes for the label; kept as part of the body, never learned from.'),
  body: z.record(z.string(), z.unknown()).nullish(),
})

/** One event as services send it. */
export const EventBody = z.discriminatedUnion('type', [PredictionBody, LabelBody, FeedbackBody]).openapi('Event')
export type EventBody = z.input<typeof EventBody>

const At = wholeText(-8.64e15, 8.64e15)

/** What of a model's events is exported. */
export const ExportQuery = z.strictObject({
  format: z.enum(['jsonl', 'parquet']).default('jsonl'),
  from: At.optional().describe('Only events of this event time or later. Milliseconds since 1970 UTC.'),
  to: At.optional().describe('Only events before this event time. Milliseconds since 1970 UTC.'),
})

const Line = z.int().min(1).describe('Line of the body, or place in the list, from 1.')

/** What became of the events of one request. Only with a 2xx are all of them durable. */
export const EventsTaken = z
  .strictObject({
    accepted: z.int().min(0).describe('Written now. Count.'),
    repeated: z.int().min(0).describe('Were there already with the same content. Count.'),
    newestSeq: z.int().nullable().describe("The newest event's place in the order of arrival; null: none was written."),
  })
  .openapi('EventsTaken')
export type EventsTaken = z.output<typeof EventsTaken>

/** The same where some were not taken: under `error.details`. Everything that is not listed was taken. */
export const EventsNotTaken = EventsTaken.extend({
  refused: z.array(z.strictObject({ line: Line, message: z.string() })),
  conflicts: z.array(z.strictObject({ line: Line, id: z.string() })),
  unknown: z.array(z.strictObject({ line: Line, model: z.string() })),
})
export type EventsNotTaken = z.output<typeof EventsNotTaken>
