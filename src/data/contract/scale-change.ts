import { z } from 'zod'
import { rescalingOf } from '../rescaling.ts'
import { fewestRescaled, RESCALING_OPTIONS } from '../rescaling-options.ts'
import { type Breach, defineRule, finding, type Unchecked } from './rule.ts'

export const scaleChangeRule = defineRule({
  id: 'scale-change',
  title: 'Unit of a column changed',
  source:
    'Ours: Kolmogorov distance (Smirnov 1948) before and after the best rescaling, on the grid of DDSketch (2019)',

  reads: 'rows',
  config: z.strictObject({
    rule: z.literal('scale-change'),
    ...RESCALING_OPTIONS,
    minRows: fewestRescaled(1),
  }),

  check({ reference, referenceWindows, current }, config) {
    const breaches: Breach[] = []
    const unchecked: Unchecked[] = []
    let checked = 0
    for (const [at, column] of current.columns.entries()) {
      const found = rescalingOf({ reference, referenceWindows, current }, at, config)
      if (found === null) continue
      if (found.kind === 'unmeasured') {
        const { haveRows, needRows, because } = found
        unchecked.push({ column: column.name, haveRows, needRows, because })
        continue
      }
      checked++
      if (!found.isRescaled) continue
      const { factor, limit, rows } = found
      const text =
        `'${column.name}' looks multiplied by ${factor.toPrecision(3)} (a change of unit?): the distance of ` +
        `${rows} values from the reference falls from ${found.before.toFixed(2)} to ${found.after.toFixed(2)} when divided by it.`
      const nearest = factor > 1 ? limit : 1 / limit
      breaches.push({ rule: 'scale-change', column: column.name, observed: factor, limit: nearest, rows, text })
    }
    return finding('scale-change', checked, { breaches, unchecked })
  },
})
