import { z } from 'zod'

/** The chance of a false alarm that a detector of this family shares among the features it tests (Bonferroni). */
export const ANY_FEATURE_ALPHA = z
  .number()
  .min(1e-9)
  .max(0.5)
  .default(0.001)
  .describe('Chance that any feature alarms in a window without change. Probability.')
