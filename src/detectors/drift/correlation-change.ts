import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import { type Frame, findColumn, type NumericColumn } from '../../data/frame.ts'
import { type RankCorrelation, rankCorrelations } from '../../data/rank-correlations.ts'
import { surprisingCorrelation } from '../../stats/hypothesis/correlation-difference.ts'
import { deviateOf } from '../../stats/hypothesis/surprising-share.ts'
import { defineDetector } from '../detector.ts'

interface State {
  readonly names: readonly string[]
  /** Of each pair of names in order: (0, 1), (0, 2), … */
  readonly before: readonly (RankCorrelation | null)[]
}

/** Alarms told at most: one broken feature changes its correlation with all others. */
const MOST_TOLD = 10

/**
 * Whether two numeric features go together as they did in the version's training rows.
 *
 * Spearman's correlation of each pair among the first `maxFeatures` numeric features, compared on Fisher's scale with
 * errors from the rows themselves, so that heavy tails and unequal spread do not alarm. Alarm when the change passes both
 * `minChange` and the limit of chance at alpha divided by the number of pairs, two-sided. Told are the pairs that alarm,
 * at most 10, and always the pair with the largest change for its threshold. Each feature by itself may be unchanged.
 */
export const correlationChangeDetector = defineDetector({
  id: 'correlation-change',
  title: 'Correlation between two features changed',
  source: 'Spearman 1904; Fisher 1921; Bonferroni 1936',
  reads: 'features',
  config: z.strictObject({
    detector: z.literal('correlation-change'),
    alpha: z
      .number()
      .min(1e-9)
      .max(0.5)
      .default(0.001)
      .describe('Chance that any pair alarms in a window without change. Probability.'),
    minChange: z
      .number()
      .min(0)
      .max(2)
      .default(0.15)
      .describe('Change of a correlation, in [0, 2], that is a trifle. Ratio.'),
    maxFeatures: z.int().min(2).max(100).default(30).describe('The first so many numeric features are paired. Count.'),
    minRows: z.int().min(50).max(1e9).default(100).describe('Fewer rows with both values are not evidence. Rows.'),
  }),

  start({ training }, { maxFeatures }): State {
    const columns = training.features.columns.filter((c): c is NumericColumn => c.kind === 'numeric')
    const paired = columns.slice(0, maxFeatures)
    return { names: paired.map(({ name }) => name), before: rankCorrelations(paired) }
  },

  measure(state, _version, view, config) {
    const { names, before } = state
    const now = rankCorrelations(names.map((name) => numericColumn(view.features, name)))
    const z = deviateOf(config.alpha / 2, Math.max(1, before.length))
    const seen = pairsOf(names).map(([a, b], i): Evidence => {
      const [old, current] = [before[i] ?? null, now[i] ?? null]
      const rows = Math.min(old?.rows ?? 0, current?.rows ?? 0)
      const about = { detector: 'correlation-change', subject: `${a} × ${b}`, rows }
      if (old === null || current === null || rows < config.minRows) {
        return { kind: 'insufficient', ...about, needRows: Math.max(config.minRows, rows + 1) }
      }
      const value = Math.abs(current.correlation - old.correlation)
      const threshold = Math.max(config.minChange, surprisingCorrelation(old, current, z))
      return { kind: 'distance', ...about, value, unit: 'correlation', threshold, alarm: value >= threshold }
    })
    return { evidence: worthTelling(seen), state }
  },
})

function numericColumn(features: Frame, name: string): NumericColumn {
  const column = findColumn(features, name)
  if (column?.kind === 'numeric') return column
  const rows = features.rows
  return {
    kind: 'numeric',
    name,
    values: new Float64Array(rows).fill(Number.NaN),
    missing: new Uint8Array(rows).fill(1),
  }
}

function pairsOf(names: readonly string[]): (readonly [string, string])[] {
  return names.flatMap((a, i) => names.slice(i + 1).map((b) => [a, b] as const))
}

function worthTelling(seen: readonly Evidence[]): readonly Evidence[] {
  const excess = (e: Evidence) => (e.kind === 'distance' ? e.value / e.threshold : 0)
  const ranked = seen.toSorted((a, b) => excess(b) - excess(a))
  const alarms = ranked.filter((e) => e.kind === 'distance' && e.alarm)
  return alarms.length > 0 ? alarms.slice(0, MOST_TOLD) : ranked.slice(0, 1)
}
