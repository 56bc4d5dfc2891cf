import { z } from 'zod'
import type { DataStrategy } from '../base/training.ts'
import type { TriggerConfig } from '../triggers/catalog.ts'
import { Span } from '../triggers/schedule.ts'

/** Options of `data` in a configuration. */
export const DataStrategyConfig = z.discriminatedUnion('strategy', [
  z.strictObject({ strategy: z.literal('full') }).describe('All labelled windows so far.'),
  z
    .strictObject({
      strategy: z.literal('rolling'),
      windows: z
        .int()
        .min(1)
        .max(100_000)
        .optional()
        .describe('Newest windows to learn from; default max(4, .15 × all). Windows.'),
    })
    .describe('The newest windows only.'),
  z
    .strictObject({
      strategy: z.literal('since-change'),
      minWindows: z.int().min(1).max(1000).default(2).describe('Never fewer than this many newest windows. Windows.'),
      windows: z
        .int()
        .min(1)
        .max(100_000)
        .optional()
        .describe('The rolling span where no change is located; default as of `rolling`. Windows.'),
    })
    .describe(
      'Only windows since the champion began to deteriorate; all of the rolling span where no change is located.',
    ),
  z
    .strictObject({
      strategy: z.literal('recency-weighted'),
      halfLifeWindows: z
        .number()
        .min(0.1)
        .max(100_000)
        .describe('A row this much older than the newest window learned from counts half. Windows.'),
      windows: z.int().min(1).max(100_000).optional().describe('Newest windows to learn from; default all. Windows.'),
    })
    .describe('All labelled windows, or the newest ones; the older a row, the less it counts.'),
])

export const BreakerConfig = z.strictObject({
  maxRejections: z
    .int()
    .min(1)
    .max(100)
    .default(3)
    .describe('Challengers in a row that fail a gate outright, which open it; inconclusive ones do not count. Count.'),
  maxTrainings: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe('More trainings than this within `perWindows` open it. Count.'),
  perWindows: z.int().min(1).max(1000).default(30).describe('Span over which trainings are counted. Windows.'),
  coolOffWindows: z.int().min(1).max(1000).default(10).describe('It closes by itself after so many windows. Windows.'),
})
export type BreakerConfig = z.output<typeof BreakerConfig>

export const BudgetConfig = z
  .strictObject({
    trainings: z.int().min(1).max(10_000).describe('At most this many trainings within `perWindows` or `per`. Count.'),
    perWindows: z.int().min(1).max(10_000).optional().describe('Span over which trainings are counted. Windows.'),
    per: Span.optional().describe('The same as a span of time such as 30d; needs `time`.'),
  })
  .superRefine(({ perWindows, per }, check) => {
    if ((perWindows === undefined) !== (per === undefined)) return
    check.addIssue(`takes exactly one of perWindows, per; got ${per === undefined ? 'none' : 'both'}`)
  })
  .meta({ oneOf: [{ required: ['perWindows'] }, { required: ['per'] }] })
export type BudgetConfig = z.output<typeof BudgetConfig>

export const MODES = ['observe', 'advise', 'approve', 'auto'] as const
/**
 * observe: decide and explain, touch nothing · advise: propose each step to a person · approve: train and judge alone,
 * a person approves what goes live · auto: do it all. A return to the predecessor never waits, except when observing.
 */
export type Mode = (typeof MODES)[number]

/** What the loop of one model may do, and when. All in label-complete windows. */
export interface LoopConfig {
  readonly triggers: readonly TriggerConfig[]
  /** Cost of one training in units of one window's mean loss (α), ≥ 0. */
  readonly cost: number
  /** Windows between a window's close and its labels (D), ≥ 0. */
  readonly labelDelayWindows: number
  readonly data: DataStrategy
  /**
   * `at-once`: a trained version serves from the next window, under probation. `gated`: only when every gate passes; but
   * a training for avoidable loss holds nothing out (its evidence is the champion's own loss), so probation judges it.
   */
  readonly deploy: 'at-once' | 'gated'
  /** Newest label-complete windows kept out of a gated training and used to judge it. */
  readonly holdOutWindows: number
  /** Label-complete windows on which the predecessor is still scored after a promotion; 0 = no probation. */
  readonly probationWindows: number
  /** Retired versions that are tried before a training. */
  readonly reusePool: number
  /** Least time between two trainings, in label-complete windows and as a span of time; both must have passed. */
  readonly cooldownWindows: number
  readonly cooldown: string | null
  /** No training starts before so many labelled rows are known, ≥ 0. */
  readonly minLabelledRows: number
  /** Fingerprint of the trainer's code and configuration; null where nobody gave one. */
  readonly trainer: string | null
  readonly budget: BudgetConfig | null
  readonly breaker: BreakerConfig | null
  readonly mode: Mode
}
