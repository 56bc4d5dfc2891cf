import { z } from 'zod'
import { ewma } from '../../stats/sequential/ewma.ts'
import { errorStreamDetector } from './plug-in/error-stream-detector.ts'

export const ewmaDetector = errorStreamDetector({
  id: 'ewma',
  title: 'Weighted error rate on a control chart (ECDD)',
  source: 'Ross, Adams, Tasoulis & Hand 2012, Pattern Recognition Letters 33',
  config: z.strictObject({
    detector: z.literal('ewma'),
    warmUpRows: z.int().min(30).max(1e6).default(100).describe('Labelled rows before it listens. Rows.'),
    alarmsEvery: z
      .enum(['1000 rows', '10000 rows', '100000 rows'])
      .default('10000 rows')
      .describe('Mean distance of false alarms where the error rate is known.'),
  }),
  method: ewma,
  options: ({ warmUpRows, alarmsEvery }) => ({ warmUpRows, alarmsEvery }),
})
