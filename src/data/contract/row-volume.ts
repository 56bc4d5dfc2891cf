import { z } from 'zod'
import { crossedBounds, defineRule, finding } from './rule.ts'

/** With fewer windows nobody knows how many rows are usual. */
const FEWEST_WINDOWS = 4

const Rows = z.int().min(0).max(1e12)

export const rowVolumeRule = defineRule({
  id: 'row-volume',
  title: 'Too few or too many rows',
  source: 'Schelter et al. 2018 (size checks); held against the median of the trusted windows',

  reads: 'rows',
  config: z
    .strictObject({
      rule: z.literal('row-volume'),
      minRows: Rows.optional().describe(
        'Fewest rows; without this and `maxRows`: the usual number / `maxRatio`. Rows.',
      ),
      maxRows: Rows.optional().describe('Most rows; without this and `minRows`: the usual number × `maxRatio`. Rows.'),
      maxRatio: z
        .number()
        .min(1)
        .max(1000)
        .default(3)
        .describe('Largest multiple, or part, of the median of the trusted windows. Ratio.'),
    })
    .superRefine(({ minRows, maxRows }, check) => {
      const crossed = crossedBounds(minRows, maxRows, 'maxRows')
      if (crossed !== null) check.addIssue({ code: 'custom', path: ['minRows'], message: crossed })
    }),

  check({ referenceWindows, current }, { minRows, maxRows, maxRatio }) {
    const { rows } = current
    const isAbsolute = minRows !== undefined || maxRows !== undefined
    if (!isAbsolute && referenceWindows.length < FEWEST_WINDOWS) {
      const because = `only ${referenceWindows.length} of ${FEWEST_WINDOWS} trusted windows to compare with`
      return finding('row-volume', 0, {
        breaches: [],
        unchecked: [{ column: null, haveRows: rows, needRows: rows + 1, because }],
      })
    }
    const usual = isAbsolute ? null : median(referenceWindows.map((window) => window.rows))
    const low = usual === null ? minRows : usual / maxRatio
    const high = usual === null ? maxRows : usual * maxRatio
    const isLow = low !== undefined && rows < low
    const isHigh = high !== undefined && rows > high
    if (!isLow && !isHigh) return finding('row-volume', 1, { breaches: [], unchecked: [] })
    const limit = (isLow ? low : high) as number
    const text =
      `There are ${rows} rows; ${isLow ? 'at least' : 'at most'} ${Math.round(limit)} were expected` +
      `${usual === null ? '' : `, a window has ${usual} as a rule`}.`
    const breach = { rule: 'row-volume', column: null, observed: rows, limit, rows, text }
    return finding('row-volume', 1, { breaches: [breach], unchecked: [] })
  },
})

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
