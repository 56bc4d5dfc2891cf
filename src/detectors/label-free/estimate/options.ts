import { z } from 'zod'
import { EXPECTED_METRICS } from '../../../stats/expected-metrics.ts'

const LEAST_REFERENCE_ROWS = 60
const MOST_REFERENCE_ROWS = 20_000

/** The options that all estimates without labels have. */
export const ESTIMATE_OPTIONS = {
  minRows: z.int().min(20).max(1e6).default(50).describe('Fewer rows in a window are not estimated. Rows.'),
  minReferenceRows: z
    .int()
    .min(LEAST_REFERENCE_ROWS)
    .max(MOST_REFERENCE_ROWS)
    .default(200)
    .describe('Labelled rows of the version before the first estimate. Rows.'),
  referenceRows: z
    .int()
    .min(200)
    .max(MOST_REFERENCE_ROWS)
    .default(4000)
    .describe('The newest labelled rows, kept to learn from; at least minReferenceRows. Rows.'),
} as const

/** How many labelled rows are kept. Fewer than the first estimate needs would mean that it never comes. */
export function rowsToKeep(config: { readonly referenceRows: number; readonly minReferenceRows: number }): number {
  return Math.max(config.referenceRows, config.minReferenceRows)
}

/** Those of estimates for classes. */
export const CLASS_ESTIMATE_OPTIONS = {
  metrics: z
    .array(z.enum(EXPECTED_METRICS))
    .min(1)
    .max(5)
    .optional()
    .describe('Which; default accuracy, f1, auc (two classes), accuracy (more).'),
  ...ESTIMATE_OPTIONS,
} as const
