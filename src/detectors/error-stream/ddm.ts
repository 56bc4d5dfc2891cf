import { z } from 'zod'
import { ddm } from '../../stats/sequential/ddm.ts'
import { errorStreamDetector } from './plug-in/error-stream-detector.ts'

export const ddmDetector = errorStreamDetector({
  id: 'ddm',
  title: 'Error rate against the best it was (DDM)',
  source: 'Gama, Medas, Castillo & Rodrigues 2004, SBIA',
  config: z.strictObject({
    detector: z.literal('ddm'),
    warmUpRows: z.int().min(30).max(1e6).default(30).describe('Labelled rows before it listens. Rows.'),
    deviations: z
      .number()
      .min(1)
      .max(20)
      .default(3)
      .describe('So many standard deviations above the best level are an alarm. Count.'),
  }),
  method: ddm,
  options: ({ warmUpRows, deviations }) => ({ warmUpRows, deviations }),
})
