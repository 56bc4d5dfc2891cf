import { z } from 'zod'
import { hddmW } from '../../stats/sequential/hddm-w.ts'
import { errorStreamDetector } from './plug-in/error-stream-detector.ts'

export const hddmWDetector = errorStreamDetector({
  id: 'hddm-w',
  title: "Rise of a weighted mean loss by McDiarmid's bound (HDDM-W)",
  source: 'Frías-Blanco et al. 2014, IEEE TKDE 27',
  config: z.strictObject({
    detector: z.literal('hddm-w'),
    // Bounds within which the weighted means can still lie further apart than the bound asks for.
    confidence: z
      .number()
      .min(1e-5)
      .max(0.2)
      .default(0.001)
      .describe('Chance of a false alarm for one comparison. Probability.'),
    weight: z.number().min(0.001).max(0.15).default(0.05).describe('Weight of the newest row. Share.'),
    direction: z.enum(['rise', 'both']).default('rise').describe('Whether falls of the mean loss are looked for too.'),
  }),
  method: hddmW,
  options: ({ confidence, weight, direction }) => ({ confidence, weight, isTwoSided: direction === 'both' }),
  countsAll: ({ direction }) => direction === 'both',
})
