import { z } from 'zod'
import { defineRule, finding, percent } from './rule.ts'

export const labelNoiseRule = defineRule({
  id: 'label-noise',
  title: 'Labels flipped at random',
  source: 'Liu & Tao 2016; Northcutt, Jiang & Chuang 2021; limits and measured rates in bench/label-noise.md',

  reads: 'labels',
  config: z.strictObject({
    rule: z.literal('label-noise'),
    maxRatio: z.number().min(1).max(100).default(2).describe('Largest multiple of the reference’s noise. Ratio.'),
    maxRise: z.number().min(0).max(1).default(0.03).describe('Rise over the reference that is always allowed. Share.'),
    standardErrors: z
      .number()
      .min(0)
      .max(10)
      .default(3)
      .describe('Standard errors by which the limit must be passed. Ratio.'),
    minRows: z.int().min(1).max(1e9).default(400).describe('Fewer labelled rows are not evidence. Rows.'),
  }),

  check({ labelNoise }, { maxRatio, maxRise, standardErrors, minRows }) {
    if (labelNoise === null || labelNoise.rows < minRows) {
      const haveRows = labelNoise?.rows ?? 0
      const because = labelNoise === null ? 'label noise could not be measured' : 'too few labelled rows'
      return finding('label-noise', 0, {
        breaches: [],
        unchecked: [{ column: null, haveRows, needRows: minRows, because }],
      })
    }
    const { reference, current, standardError, rows } = labelNoise
    const limit = Math.max(maxRatio * reference, reference + maxRise)
    if (current - standardErrors * standardError <= limit)
      return finding('label-noise', 1, { breaches: [], unchecked: [] })
    const text =
      `About ${percent(current)} of ${rows} labels look flipped at random ` +
      `(± ${percent(standardErrors * standardError)}); at most ${percent(limit)} is allowed.`
    const breach = { rule: 'label-noise', column: null, observed: current, limit, rows, text }
    return finding('label-noise', 1, { breaches: [breach], unchecked: [] })
  },
})
