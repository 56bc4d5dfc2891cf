import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import { findColumnProfile } from '../../data/profile.ts'
import { defineDetector } from '../detector.ts'
import { columnDistance } from './histogram/distances.ts'

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
      const { measure, binned, unit } = columnDistance('psi', reference)
      const value = measure(binned(reference), binned(current))
      return { kind: 'distance', ...about, value, unit, threshold, alarm: value >= threshold }
    })
    return { evidence, state }
  },
})
