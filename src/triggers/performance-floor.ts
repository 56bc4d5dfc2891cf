import { z } from 'zod'
import type { Decision } from '../base/decision.ts'
import { metrics } from '../stats/metrics/catalog.ts'
import { byPerformance } from './performance/reading.ts'
import { defineTrigger } from './trigger.ts'

/**
 * Retrain when a metric of the live version falls below a floor; for a metric where lower is better, when it rises above
 * it. By default the metric's 95 % interval must lie beyond the floor as a whole, so that one small window does not fire.
 */
export const performanceFloorTrigger = defineTrigger({
  id: 'performance-floor',
  title: 'Performance beyond a floor',
  source: 'Wilson 1927, DeLong et al. 1988, Künsch 1989 (intervals, by metric)',
  holdsOut: 'newest',
  config: z.strictObject({
    trigger: z.literal('performance-floor'),
    metric: z.enum(metrics.ids).default('accuracy').describe('Which metric is watched.'),
    floor: z.number().min(-1e9).max(1e9).default(0.85).describe("The worst value allowed. The metric's own unit."),
    sure: z.boolean().default(true).describe('Only when the whole interval of the metric lies beyond the floor.'),
  }),
  needs: ({ metric }) => [{ detector: 'performance', options: { metrics: [metric] } }],

  decide(context, { metric, floor, sure }): Decision {
    return byPerformance(context, { by: 'performance-floor', subject: metric, sure }, () => ({
      limit: floor,
      described: `the floor ${floor}`,
    }))
  },
})
