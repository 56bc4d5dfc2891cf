import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import { type ColumnProfile, coarseCounts, findColumnProfile } from '../../data/profile.ts'
import { psi } from '../../stats/distance/psi.ts'
import { defineDetector } from '../detector.ts'

/** Pseudo-count added to every bin, so that an empty one does not make the index infinite. */
const SMOOTHING = 0.5
/** Numeric columns have 10 bins and one for missing rows; longer lists of categories are joined to as many. */
const BINS = 10

/**
 * How far every feature's distribution lies from the one in the version's training windows.
 *
 * PSI = Σ (qᵢ − pᵢ) ln(qᵢ / pᵢ) over 10 bins and one for missing rows, half a row added to each. Of a categorical
 * feature the 9 most frequent values keep a bin of their own and the others share one: with a bin for each of hundreds
 * of values the index of two equal distributions exceeds any threshold (its mean is about bins · (1/n + 1/m)).
 */
export const psiDetector = defineDetector({
  id: 'psi',
  title: 'Population stability index',
  source: 'Kullback & Leibler 1951; Siddiqi 2006, Credit Risk Scorecards, ch. 8',
  reads: 'features',
  alarmsPerFeature: true,
  config: z.strictObject({
    detector: z.literal('psi'),
    threshold: z.number().min(0.001).max(100).default(0.2).describe('Alarm at or above this PSI. Nats.'),
    minRows: z.int().min(50).max(1e9).default(200).describe('Fewer rows on either side are not evidence. Rows.'),
  }),

  start: () => null,

  measure(state, version, view, { threshold, minRows }) {
    const evidence = version.reference.columns.map((reference): Evidence => {
      const current = findColumnProfile(view.profile, reference.name)
      const rows = Math.min(reference.rows, current?.rows ?? 0)
      const about = { detector: 'psi', subject: reference.name, rows }
      if (current === undefined || rows < minRows) return { kind: 'insufficient', ...about, needRows: minRows }
      const value = psi(fewBins(reference), fewBins(current), SMOOTHING)
      return { kind: 'distance', ...about, value, unit: 'nats', threshold, alarm: value >= threshold }
    })
    return { evidence, state }
  },
})

/** At most 10 bins and the missing rows. Categories come in order of their frequency when the layout was learned. */
function fewBins(column: ColumnProfile): Float64Array {
  const counts = coarseCounts(column)
  const values = counts.length - 1
  if (values <= BINS) return counts
  const few = new Float64Array(BINS + 1)
  few.set(counts.subarray(0, BINS - 1))
  few[BINS - 1] = counts.subarray(BINS - 1, values).reduce((sum, rows) => sum + rows, 0)
  few[BINS] = counts[values] as number
  return few
}
