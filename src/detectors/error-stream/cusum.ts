import { z } from 'zod'
import { cusum } from '../../stats/sequential/cusum.ts'
import { errorStreamDetector } from './plug-in/error-stream-detector.ts'

/** One row counts for at most so many standard deviations. */
const CAP = 5

/**
 * The defaults aim at a rise by .3 standard deviations, and at a false alarm every 57,000 rows (Siegmund's approximation,
 * 1985, for a known mean and normal losses); at an error rate of .1 it is one every 19,000 (bench/error-streams.md).
 */
export const cusumDetector = errorStreamDetector({
  id: 'cusum',
  title: 'Sum of standardised losses (self-starting CUSUM)',
  source: 'Page 1954, Biometrika 41; Hawkins 1987, The Statistician 36',
  config: z.strictObject({
    detector: z.literal('cusum'),
    warmUpRows: z.int().min(10).max(1e6).default(30).describe('Labelled rows before it listens. Rows.'),
    tolerance: z
      .number()
      .min(0)
      .max(2)
      .default(0.15)
      .describe('A rise by so many standard deviations does not count. Count.'),
    threshold: z
      .number()
      .min(1)
      .max(1000)
      .default(25)
      .describe('Such a sum of standard deviations is an alarm. Count.'),
    direction: z.enum(['rise', 'both']).default('rise').describe('Whether falls of the mean loss are looked for too.'),
  }),
  method: cusum,
  options: ({ warmUpRows, tolerance, threshold, direction }) => ({
    warmUpRows,
    tolerance,
    threshold,
    cap: CAP,
    isTwoSided: direction === 'both',
  }),
  countsAll: ({ direction }) => direction === 'both',
})
