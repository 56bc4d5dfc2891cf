import { z } from 'zod'
import { kswin } from '../../stats/sequential/kswin.ts'
import { errorStreamDetector } from './plug-in/error-stream-detector.ts'

export const kswinDetector = errorStreamDetector({
  id: 'kswin',
  title: 'Newest losses against a sample of those before (KSWIN)',
  source: 'Raab, Heusinger & Schleif 2020, Neurocomputing 416',
  config: z.strictObject({
    detector: z.literal('kswin'),
    alpha: z.number().min(2e-5).max(0.1).default(0.005).describe('Level of each single test. Probability.'),
    recentRows: z.int().min(10).max(500).default(30).describe('Newest rows, and rows drawn from those before. Rows.'),
    olderRows: z.int().min(10).max(5000).default(70).describe('Rows before to draw from, at least recentRows. Rows.'),
    direction: z.enum(['rise', 'both']).default('rise').describe('Which alarms count; it hears others in either case.'),
  }),
  method: kswin,
  options: ({ alpha, recentRows, olderRows }, seed) => ({
    alpha,
    recentRows,
    // As many as are recent are drawn from them: there must be so many.
    windowRows: Math.max(olderRows, recentRows) + recentRows,
    seed,
  }),
  countsAll: ({ direction }) => direction === 'both',
})
