import { z } from '@hono/zod-openapi'
import { Instant, ModelName } from './names.ts'

/** What a model is doing, in a word. */
export const STATES = ['gathering', 'fit', 'watching', 'retraining', 'waiting', 'proposed', 'blocked', 'stuck'] as const

/** One model on one line, and what stands behind it. */
export const ModelStatus = z
  .strictObject({
    name: ModelName,
    phase: z.enum(['gathering', 'living']).describe('gathering: no version answers yet.'),
    mode: z.enum(['observe', 'advise', 'approve', 'auto']),
    state: z
      .enum(STATES)
      .describe(
        'gathering: rows pile up for the first version; fit: nothing to do; watching: something is being looked at, such as a probation; retraining: a run is on; waiting: for labels, a cooldown or a budget; proposed: a person is asked; blocked: the breaker is open; stuck: it cannot be moved on, and waitingFor says why.',
      ),
    champion: z.strictObject({ version: z.int().min(1), since: Instant, reason: z.string() }).nullable(),
    quality: z
      .strictObject({
        metric: z.string(),
        value: z.number(),
        low: z.number(),
        high: z.number(),
        rows: z.int().min(0),
        window: z.int().min(0),
        version: z.int().min(1).describe('Which version answered in that window: not always the one that does now.'),
      })
      .nullable()
      .describe('Of the newest window whose labels are known, with its 95 % interval.'),
    lastDecision: z.strictObject({ seq: z.int(), kind: z.string(), at: Instant, sentence: z.string() }).nullable(),
    activeRun: z
      .strictObject({ number: z.int(), step: z.string().nullable(), progress: z.number().min(0).max(1).nullable() })
      .nullable(),
    proposal: z.strictObject({ decision: z.int(), sentence: z.string() }).nullable(),
    breaker: z.strictObject({ open: z.boolean(), because: z.string().nullable() }),
    watermark: Instant.nullable().describe('Up to here events count as complete; null: none yet.'),
    closedTo: Instant.nullable().describe('End of the newest closed window.'),
    windows: z
      .strictObject({
        closed: z.int().min(0).describe('Windows that the loop has seen close. Count.'),
        matured: z.int().min(0).describe('Of them, those whose labels are complete. Count.'),
      })
      .describe('How far its life has come; the windows of the warm-up count.'),
    isDeciding: z
      .boolean()
      .describe('Something happened that the loop has yet to take in, or a decision is half made.'),
    nextWindowEnd: Instant.nullable().describe('When the next window ends, in event time.'),
    labelLagMs: z
      .number()
      .min(0)
      .nullable()
      .describe('Between the newest prediction and the newest complete labels. Ms.'),
    events: z.strictObject({ predictions: z.int().min(0), labels: z.int().min(0) }),
    waitingFor: z.string().describe('What comes next, and what it waits for, in a sentence.'),
  })
  .openapi('ModelStatus')
export type ModelStatus = z.output<typeof ModelStatus>

/** Every model on one screen. */
export const FleetStatus = z.strictObject({ at: Instant, models: z.array(ModelStatus) }).openapi('FleetStatus')
export type FleetStatus = z.output<typeof FleetStatus>
