import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import { rescalingOf } from '../../data/rescaling.ts'
import { fewestRescaled, RESCALING_OPTIONS } from '../../data/rescaling-options.ts'
import { defineDetector } from '../detector.ts'

/**
 * Whether a numeric feature looks multiplied by a factor, as when its unit changed.
 *
 * The value is the factor, or its inverse where that is larger; 1 where no factor explains how far the feature lies from
 * the training rows. The threshold is the widest factor that drift explains: minFactor, or more where the training
 * windows themselves differ by more. It measures what the rule of the same name measures, which keeps rows out of a training.
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
    ...RESCALING_OPTIONS,
    minRows: fewestRescaled(50),
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
