import { z } from 'zod'
import { stepd } from '../../stats/sequential/stepd.ts'
import { errorStreamDetector } from './plug-in/error-stream-detector.ts'

export const stepdDetector = errorStreamDetector({
  id: 'stepd',
  title: 'Newest error rate against the older one (STEPD)',
  source: 'Nishida & Yamauchi 2007, Discovery Science',
  config: z.strictObject({
    detector: z.literal('stepd'),
    recentRows: z.int().min(10).max(10_000).default(30).describe('Rows that count as recent. Rows.'),
    alpha: z.number().min(1e-9).max(0.1).default(0.003).describe('Level of each single test. Probability.'),
  }),
  method: stepd,
  options: ({ recentRows, alpha }) => ({ recentRows, alpha }),
})
