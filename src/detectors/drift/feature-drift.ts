import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import { findColumnProfile } from '../../data/profile.ts'
import { defineDetector, type WatchedVersion } from '../detector.ts'
import { columnDistance, DISTANCE_IDS } from './histogram/distances.ts'
import { nullThresholds, type Thresholds } from './histogram/reference-null.ts'

interface FeatureDriftState {
  /** Thresholds for windows of so many rows: most windows have as many as the one before. */
  readonly known: { readonly rows: number; readonly thresholds: Thresholds } | null
  /** Per feature of the reference: distance over threshold in the last windows, the newest last. */
  readonly recent: readonly (readonly number[])[]
}

/**
 * How far every feature's distribution lies from the one in the version's training windows, against a threshold that
 * the training windows set themselves: how much they differ from one another when nothing is wrong.
 *
 * A feature drifts when its distance, divided by its median over pairs of windows without drift, exceeds the share (99 %)
 * of the largest such ratio over all features, in 2 windows in a row (`histogram/reference-null.ts`). `value` is the
 * smallest distance of these windows, in today's measure; the customary fixed threshold stands beside it. Where the
 * reference has no two stretches of windows as long as the window, the fixed threshold and chance decide, and
 * `thresholdFrom` says so. Few stretches know few days: with 5 of them, a day that is like none of these can exceed it.
 */
export const featureDriftDetector = defineDetector({
  id: 'feature-drift',
  title: 'Drift of each feature beyond what the reference does',
  source: 'Keepfit; Westfall & Young 1993 (the largest over features); the distances by their authors',
  reads: 'features',
  alarmsPerFeature: true,
  config: z.strictObject({
    detector: z.literal('feature-drift'),
    distance: z.enum(DISTANCE_IDS).default('ks').describe('What is measured between two histograms of a feature.'),
    share: z
      .number()
      .min(0.5)
      .max(0.9999)
      .default(0.99)
      .describe('Part of windows without drift in which no feature reaches its threshold. Probability.'),
    pairs: z
      .int()
      .min(150)
      .max(5000)
      .default(199)
      .describe('Pairs without drift that the threshold comes from. Count.'),
    inARow: z.int().min(1).max(5).default(2).describe('Drift must last for so many windows. Windows.'),
    ofCustomary: z
      .number()
      .min(0.01)
      .max(100)
      .default(1)
      .describe('Fixed thresholds, where they decide, are the customary ones times this. Ratio.'),
    minRows: z.int().min(50).max(1e9).default(200).describe('Fewer rows on either side are not evidence. Rows.'),
  }),

  start: (version): FeatureDriftState => ({ known: null, recent: version.reference.columns.map(() => []) }),

  measure(state: FeatureDriftState, version, view, config) {
    const { inARow, minRows } = config
    const rows = Math.min(version.reference.rows, view.profile.rows)
    if (rows < minRows) return { evidence: tooFew(version, rows, minRows), state }
    const distances = version.reference.columns.map((column) => columnDistance(config.distance, column))
    const known = knownFor(state, version, view.profile.rows, () =>
      nullThresholds(version, distances, view.profile.rows, config),
    )
    const evidence: Evidence[] = []
    const recent = version.reference.columns.map((reference, at): readonly number[] => {
      const earlier = state.recent[at] ?? []
      const current = findColumnProfile(view.profile, reference.name)
      const distance = distances[at] as (typeof distances)[number]
      const about = { detector: 'feature-drift', subject: reference.name, rows }
      if (current === undefined) {
        evidence.push({ kind: 'insufficient', ...about, rows: 0, needRows: minRows })
        return earlier
      }
      const latest = distance.measure(distance.binned(reference), distance.binned(current))
      const threshold = known.thresholds.values[at] as number
      const ratios = [...earlier, latest / threshold]
      evidence.push(
        latest >= threshold && ratios.length < inARow
          ? { kind: 'insufficient', ...about, ...notYet(latest, threshold, inARow, rows) }
          : {
              kind: 'distance',
              ...about,
              ...lasting(latest, threshold, earlier),
              unit: distance.unit,
              threshold,
              thresholdFrom: known.thresholds.from[at] as Thresholds['from'][number],
              customary: distance.customary,
              latest,
            },
      )
      return inARow === 1 ? [] : ratios.slice(1 - inARow)
    })
    return { evidence, state: { known, recent } }
  },
})

function tooFew(version: WatchedVersion, rows: number, needRows: number): Evidence[] {
  return version.reference.columns.map(({ name }) => ({
    kind: 'insufficient',
    detector: 'feature-drift',
    subject: name,
    rows,
    needRows,
  }))
}

function knownFor({ known }: FeatureDriftState, { reference }: WatchedVersion, rows: number, make: () => Thresholds) {
  if (known?.rows === rows && known.thresholds.values.length === reference.columns.length) return known
  return { rows, thresholds: reference.columns.length === 0 ? { values: [], from: [] } : make() }
}

/** The distance that was reached in all of these windows; earlier ones had thresholds of their own. */
function lasting(latest: number, threshold: number, earlier: readonly number[]) {
  const least = Math.min(...earlier)
  const value = least < latest / threshold && latest >= threshold ? least * threshold : latest
  return { value, alarm: value >= threshold }
}

function notYet(latest: number, threshold: number, inARow: number, rows: number) {
  const because = `it reached ${latest.toPrecision(3)}, at or above its threshold of ${threshold.toPrecision(3)}; it is drift when it does so in ${inARow} windows in a row`
  return { needRows: rows + 1, because }
}
