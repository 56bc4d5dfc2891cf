import { z } from 'zod'
import { eddm } from '../../stats/sequential/eddm.ts'
import { errorStreamDetector } from './plug-in/error-stream-detector.ts'

export const eddmDetector = errorStreamDetector({
  id: 'eddm',
  title: 'Distance between errors (EDDM)',
  source: 'Baena-García et al. 2006, IWKDDS',
  config: z.strictObject({
    detector: z.literal('eddm'),
    warmUpErrors: z.int().min(10).max(1e6).default(30).describe('Errors before it listens. Count.'),
    share: z
      .number()
      .min(0.1)
      .max(0.99)
      .default(0.9)
      .describe('Errors closer than this part of the widest distance are an alarm. Share.'),
  }),
  method: eddm,
  options: ({ warmUpErrors, share }) => ({ warmUpErrors, share }),
})
