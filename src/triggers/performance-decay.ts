import { z } from 'zod'
import type { Decision } from '../base/decision.ts'
import { metrics } from '../stats/metrics/catalog.ts'
import { byPerformance, isHigherBetter } from './performance/reading.ts'
import { defineTrigger } from './trigger.ts'

/**
 * Retrain when the live version does worse than on its first live window by more than a share of what it did there:
 * loss > 1.03 × that of the first. The classical rule looks at the value alone; it knows neither noise nor hard days,
 * nor whether a training would help.
 */
export const performanceDecayTrigger = defineTrigger({
  id: 'performance-decay',
  title: 'Performance decay since it went live',
  source: 'Mahadevan & Mathioudakis 2024 (CARA-T, a threshold on the excess over the first batch)',
  holdsOut: 'newest',
  config: z.strictObject({
    trigger: z.literal('performance-decay'),
    metric: z
      .enum(['loss', ...metrics.ids])
      .default('loss')
      .describe('Which metric is watched; loss is the mean loss of a row (0/1, or squared error).'),
    relative: z.number().min(0.001).max(1).default(0.03).describe('How much worse than at first is allowed. Share.'),
    sure: z.boolean().default(false).describe('Only when the whole interval of the metric lies beyond the limit.'),
  }),
  needs: ({ metric }) => [{ detector: 'performance', options: metric === 'loss' ? {} : { metrics: [metric] } }],

  decide(context, { metric, relative, sure }): Decision {
    return byPerformance(context, { by: 'performance-decay', subject: metric, sure }, ({ baseline }) => {
      if (baseline === undefined)
        return { missing: 'baseline', why: `this is the first window that ${metric} is known for` }
      const allowed = relative * Math.abs(baseline)
      const limit = isHigherBetter(metric) ? baseline - allowed : baseline + allowed
      const percent = Number((100 * relative).toPrecision(3))
      return { limit, described: `${limit.toPrecision(4)}, ${percent} % worse than the first live window` }
    })
  },
})
