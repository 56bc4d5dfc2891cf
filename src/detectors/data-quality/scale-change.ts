import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import { rescalingOf, USUAL_RESCALING } from '../../data/rescaling.ts'
import { defineDetector } from '../detector.ts'

/**
 * Whether a numeric feature looks multiplied by a factor, as when its unit changed.
 *
 * The value is the factor, or its inverse where that is larger; 1 where no factor explains how far the feature lies from
 * the training rows. The threshold is the widest factor that drift explains: minFactor, or more where the training
 * windows themselves differ by more. It measures what the rule of the same name measures, which blocks a training.
 */
export const scaleChangeDetector = defineDetector({
  id: 'scale-change',
  title: 'Unit of a feature changed',
  source:
    'Ours: Kolmogorov distance (Smirnov 1948) before and after the best rescaling, on the grid of DDSketch (2019)',
  reads: 'features',
  alarmsPerFeature: true,
  config: z.strictObject({
    detector: z.literal('scale-change'),
    minFactor: z
      .number()
      .min(1.05)
      .max(1000)
      .default(USUAL_RESCALING.minFactor)
      .describe('Smaller factors are taken for drift. Ratio.'),
    minDistance: z
      .number()
      .min(0)
      .max(1)
      .default(USUAL_RESCALING.minDistance)
      .describe('Distance of the distributions as they are. Share.'),
    naturalMargin: z
      .number()
      .min(1)
      .max(10)
      .default(USUAL_RESCALING.naturalMargin)
      .describe('Multiple of the widest factor, on a log scale, between training windows that is still drift. Ratio.'),
    maxRest: z
      .number()
      .min(0)
      .max(1)
      .default(USUAL_RESCALING.maxRest)
      .describe('Part of that distance left after rescaling. Share.'),
    maxDistance: z
      .number()
      .min(0)
      .max(1)
      .default(USUAL_RESCALING.maxDistance)
      .describe('Distance left beyond sampling error. Share.'),
    minRows: z
      .int()
      .min(50)
      .max(1e9)
      .default(USUAL_RESCALING.minRows)
      .describe('Fewer values on either side are not evidence. Rows.'),
  }),

  start: () => null,

  measure(state, version, view, config) {
    const { reference, referenceWindows } = version
    const pair = { reference, referenceWindows, current: view.profile }
    const evidence = reference.columns.flatMap(({ name: subject }, at): Evidence[] => {
      const found = rescalingOf(pair, at, config)
      if (found === null) return []
      if (found.kind === 'unmeasured') {
        const { haveRows: rows, needRows, because } = found
        const lack = { subject, rows, needRows: Math.max(needRows, rows + 1), because }
        return [{ kind: 'insufficient', detector: 'scale-change', ...lack }]
      }
      const value = found.isRescaled ? Math.max(found.factor, 1 / found.factor) : 1
      const { limit: threshold, rows } = found
      const about = { detector: 'scale-change', subject, rows }
      return [{ kind: 'distance', ...about, value, unit: 'ratio', threshold, alarm: value >= threshold }]
    })
    return { evidence, state }
  },
})
