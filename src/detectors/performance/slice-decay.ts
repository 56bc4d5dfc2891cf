import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import { type FixedSlices, learnSlices, NO_SLICE, sliceCodes } from '../../data/fixed-slices.ts'
import { defaultRowLoss, lossesInUnits } from '../../data/row-losses.ts'
import { riseBeyond, type SampleSums } from '../../stats/hypothesis/mean-rise.ts'
import { benjaminiHochberg } from '../../stats/multiplicity/benjamini-hochberg.ts'
import { defineDetector } from '../detector.ts'

/** Losses of one slice's rows: enough for a mean and its error. */
interface SliceSums extends SampleSums {
  readonly name: string
}

interface State {
  readonly slices: readonly FixedSlices[]
  /** Windows taken into the baseline so far. */
  readonly windows: number
  /** One a slice, feature after feature. */
  readonly baseline: readonly SliceSums[]
}

/** Alarms told at most: a model that fails altogether fails in every slice. */
const MOST_TOLD = 20

/**
 * Whether the live version errs more in some slice of the rows than in its first live windows since it went live or came back.
 *
 * Slices are the quartiles of each number, truth values, the 20 most frequent categories, and rows without a value, as the
 * training rows have them. In each with enough rows, the hypothesis is tested that the mean loss (0/1; squared error in
 * warm-up variances) rose by no more than a trifle: max(minRise, 10 % of the baseline). Of the slices that alarm at most a share
 * `falseDiscoveries` is expected to be wrong (Benjamini–Hochberg), so a window in which nothing changed alarms at all
 * with at most that probability. Told are the slices that alarm, at most 20, and otherwise the likeliest.
 */
export const sliceDecayDetector = defineDetector({
  id: 'slice-decay',
  title: 'Loss by slice against the first live windows',
  source: 'Welch 1947, Agresti & Caffo 2000 (tests); Benjamini & Hochberg 1995',
  reads: 'labels',
  config: z.strictObject({
    detector: z.literal('slice-decay'),
    falseDiscoveries: z.number().min(1e-6).max(0.5).default(0.01).describe('Alarms expected to be wrong. Share.'),
    minRise: z.number().min(0).max(10).default(0.02).describe('Rise of the mean loss that is a trifle. Loss per row.'),
    relativeRise: z
      .number()
      .min(0)
      .max(10)
      .default(0.1)
      .describe('Rise that is a trifle, as a part of the baseline’s loss. Share.'),
    baselineWindows: z.int().min(1).max(100).default(3).describe('First live windows to hold others against. Windows.'),
    minRows: z.int().min(20).max(1e6).default(50).describe('Slices with fewer labels on a side are left out. Rows.'),
  }),

  start({ training }): State {
    const slices = learnSlices(training.features)
    const baseline = slices.flatMap(({ names }) => names.map((name) => ({ name, rows: 0, sum: 0, squares: 0 })))
    return { slices, windows: 0, baseline }
  },

  measure(state, { task, scale }, view, config) {
    const loss = defaultRowLoss(task)
    const losses = lossesInUnits({ task, loss, scale }, view.labels, view.scores)
    const rows = losses.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0)
    const silent = (needRows: number, because?: string): Evidence => {
      const lack = { detector: 'slice-decay', subject: 'slices', rows, needRows }
      return { kind: 'insufficient', ...lack, ...(because === undefined ? {} : { because }) }
    }
    if (rows < config.minRows) return { evidence: [silent(config.minRows)], state }
    const now = state.slices.flatMap((slices) => sumsBySlice(slices, sliceCodes(view.features, slices), losses))
    if (state.windows < config.baselineWindows) {
      const baseline = state.baseline.map((sums, i) => added(sums, now[i]))
      const because = `the first ${config.baselineWindows} windows are what later ones are held against`
      return { evidence: [silent(rows + 1, because)], state: { ...state, windows: state.windows + 1, baseline } }
    }
    const pairs = state.baseline.flatMap((before, i) => {
      const current = now[i]
      const fewest = Math.min(before.rows, current?.rows ?? 0)
      return current === undefined || fewest < config.minRows ? [] : [{ before, current, rows: fewest }]
    })
    if (pairs.length === 0) return { evidence: [silent(rows + 1, 'no slice has enough labelled rows')], state }
    const tests = pairs.map(({ before, current }) => {
      const trifle = Math.max(config.minRise, (config.relativeRise * before.sum) / before.rows)
      return riseBeyond({ before, now: current, trifle, isShare: loss === '0/1' })
    })
    const { rejected } = benjaminiHochberg(
      Float64Array.from(tests, ({ pValue }) => pValue),
      config.falseDiscoveries,
    )
    const found = rejected.filter(Boolean).length
    const alpha = (config.falseDiscoveries * Math.max(1, found)) / pairs.length
    const evidence = pairs.map(({ before: { name }, rows: fewest }, i): Evidence => {
      const { statistic, pValue } = tests[i] as (typeof tests)[number]
      const about = { detector: 'slice-decay', subject: name, rows: fewest }
      return { kind: 'p-value', ...about, statistic, pValue, alpha, alarm: pValue <= alpha }
    })
    return { evidence: worthTelling(evidence), state }
  },
})

function sumsBySlice({ names }: FixedSlices, codes: Int16Array, losses: Float64Array): SliceSums[] {
  const rows = new Float64Array(names.length)
  const sums = new Float64Array(names.length)
  const squares = new Float64Array(names.length)
  for (const [row, code] of codes.entries()) {
    const loss = losses[row] as number
    if (code === NO_SLICE || Number.isNaN(loss)) continue
    rows[code] = (rows[code] as number) + 1
    sums[code] = (sums[code] as number) + loss
    squares[code] = (squares[code] as number) + loss * loss
  }
  return names.map((name, code) => ({
    name,
    rows: rows[code] as number,
    sum: sums[code] as number,
    squares: squares[code] as number,
  }))
}

function added(a: SliceSums, b: SliceSums | undefined): SliceSums {
  if (b === undefined) return a
  return { name: a.name, rows: a.rows + b.rows, sum: a.sum + b.sum, squares: a.squares + b.squares }
}

function worthTelling(evidence: readonly Evidence[]): readonly Evidence[] {
  const ranked = evidence.toSorted((a, b) => pValueOf(a) - pValueOf(b))
  const alarms = ranked.filter((e) => e.kind === 'p-value' && e.alarm)
  return alarms.length > 0 ? alarms.slice(0, MOST_TOLD) : ranked.slice(0, 1)
}

function pValueOf(e: Evidence): number {
  return e.kind === 'p-value' ? e.pValue : 1
}
