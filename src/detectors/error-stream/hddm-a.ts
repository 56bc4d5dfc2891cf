import { z } from 'zod'
import { hddmA } from '../../stats/sequential/hddm-a.ts'
import { errorStreamDetector } from './plug-in/error-stream-detector.ts'

export const hddmADetector = errorStreamDetector({
  id: 'hddm-a',
  title: "Rise of the mean loss by Hoeffding's bound (HDDM-A)",
  source: 'Frías-Blanco et al. 2014, IEEE TKDE 27',
  config: z.strictObject({
    detector: z.literal('hddm-a'),
    confidence: z
      .number()
      .min(1e-9)
      .max(0.2)
      .default(0.001)
      .describe('Chance of a false alarm for one comparison. Probability.'),
    direction: z.enum(['rise', 'both']).default('rise').describe('Whether falls of the mean loss are looked for too.'),
  }),
  method: hddmA,
  options: ({ confidence, direction }) => ({ confidence, isTwoSided: direction === 'both' }),
  countsAll: ({ direction }) => direction === 'both',
})
