import { z } from 'zod'
import { adwin } from '../../stats/sequential/adwin.ts'
import { errorStreamDetector } from './plug-in/error-stream-detector.ts'

export const adwinDetector = errorStreamDetector({
  id: 'adwin',
  title: 'Rise of the loss in a window that adapts (ADWIN)',
  source: 'Bifet & Gavaldà 2007, SDM',
  config: z.strictObject({
    detector: z.literal('adwin'),
    delta: z.number().min(1e-9).max(0.5).default(0.002).describe('Chance of a false alarm for one cut. Probability.'),
    clock: z.int().min(1).max(10_000).default(32).describe('It looks for a cut after every so many rows. Rows.'),
    direction: z.enum(['rise', 'both']).default('rise').describe('Which alarms count; it finds falls in either case.'),
  }),
  method: adwin,
  options: ({ delta, clock }) => ({ delta, clock, maxBuckets: 5, minSideRows: 5, graceRows: 10 }),
  countsAll: ({ direction }) => direction === 'both',
})
