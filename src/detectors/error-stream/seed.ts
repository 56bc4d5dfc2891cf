import { z } from 'zod'
import { seed } from '../../stats/sequential/seed.ts'
import { errorStreamDetector } from './plug-in/error-stream-detector.ts'

export const seedDetector = errorStreamDetector({
  id: 'seed',
  title: 'Rise of the loss between blocks of rows (SEED)',
  source: 'Huang, Koh, Dobbie & Pears 2014, ICDM',
  config: z.strictObject({
    detector: z.literal('seed'),
    delta: z.number().min(1e-9).max(0.5).default(0.05).describe('Chance of a false alarm for one cut. Probability.'),
    blockRows: z.int().min(16).max(10_000).default(32).describe('It looks for a cut after every so many rows. Rows.'),
    direction: z.enum(['rise', 'both']).default('rise').describe('Which alarms count; it finds falls in either case.'),
  }),
  method: seed,
  // Growth .8 of ε′ = .01, every 75 blocks: what the authors' program has.
  options: ({ delta, blockRows }) => ({ delta, blockRows, compressBlocks: 75, tolerance: 0.008 }),
  countsAll: ({ direction }) => direction === 'both',
})
