import { z } from 'zod'
import { fhddm } from '../../stats/sequential/fhddm.ts'
import { errorStreamDetector } from './plug-in/error-stream-detector.ts'

export const fhddmDetector = errorStreamDetector({
  id: 'fhddm',
  title: "Newest hit rate against the best, by Hoeffding's bound (FHDDM)",
  source: 'Pesaranghader & Viktor 2016, ECML PKDD',
  config: z.strictObject({
    detector: z.literal('fhddm'),
    windowRows: z.int().min(30).max(10_000).default(100).describe('Newest rows that are held against the best. Rows.'),
    confidence: z
      .number()
      .min(1e-9)
      .max(0.2)
      .default(1e-6)
      .describe('Chance of a false alarm for one comparison. Probability.'),
  }),
  method: fhddm,
  options: ({ windowRows, confidence }) => ({ windowRows, confidence }),
})
