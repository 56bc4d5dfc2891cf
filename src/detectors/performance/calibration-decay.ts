import { z } from 'zod'
import type { Evidence, Interval, Unit } from '../../base/evidence.ts'
import { claimsOf, outcomesOf } from '../../data/claims.ts'
import { blockJackknife, blockOf, JACKKNIFE_BLOCKS } from '../../stats/interval/block-jackknife.ts'
import { normalMean } from '../../stats/interval/normal-mean.ts'
import { linearRecalibration, logisticRecalibration } from '../../stats/recalibration.ts'
import { defineDetector, type WatchedVersion, type WindowView } from '../detector.ts'

interface State {
  /** Value by subject on the version's first live window with enough labels. */
  readonly baseline: Readonly<Record<string, number>>
}

/** What was claimed and what came true, of the rows with a label, in order. */
interface Claims {
  readonly claimed: Float64Array
  readonly cameTrue: Float64Array
}

interface Estimated {
  readonly value: number
  readonly interval: Interval
}

/**
 * Whether what the live version claims comes true as often as it says, now and at first.
 *
 * `bias`: mean claim less mean outcome (calibration in the large): of P(positive), of the probability of the likeliest
 * class, or of the value in standard deviations of the warm-up target. `slope`: of Cox's recalibration (values: of the
 * least-squares line); 1 is right, less means too sure. Intervals at 95 %: normal for the bias, the jackknife over 20
 * blocks of consecutive rows for the slope. `baseline` is the same number on the first live window with enough labels; it
 * starts anew whenever a version goes live or comes back.
 * A model may rank rows as well as ever while both decay.
 */
export const calibrationDecayDetector = defineDetector({
  id: 'calibration-decay',
  title: 'Calibration against the first live window',
  source:
    'Cox 1958; Van Calster et al. 2016 (bias and slope); Mincer & Zarnowitz 1969 (values); Künsch 1989 (interval)',
  reads: 'labels',
  config: z.strictObject({
    detector: z.literal('calibration-decay'),
    minRows: z.int().min(50).max(1e6).default(100).describe('Fewer labelled rows in a window are not evidence. Rows.'),
  }),

  start: (): State => ({ baseline: {} }),

  measure(state, version, view, { minRows }) {
    const claims = labelledClaims(version, view)
    const rows = claims.claimed.length
    const baseline: Record<string, number> = { ...state.baseline }
    const told = (subject: string, unit: Unit, measure: () => Estimated | null): Evidence => {
      const about = { detector: 'calibration-decay', subject, rows }
      if (rows < minRows) return { kind: 'insufficient', ...about, needRows: minRows }
      const seen = measure()
      if (seen === null) {
        const because = 'all rows have one claim or one outcome, or the claims tell the outcomes apart without an error'
        return { kind: 'insufficient', ...about, needRows: rows + 1, because }
      }
      const first = state.baseline[subject]
      baseline[subject] = first ?? seen.value
      return { kind: 'estimate', ...about, ...seen, unit, ...(first === undefined ? {} : { baseline: first }) }
    }
    const isValues = version.task.kind === 'regression'
    const evidence = [
      told('bias', isValues ? 'standard deviations' : 'share', () => bias(claims, version.scale)),
      told('slope', 'ratio', () => slope(claims, isValues ? linearRecalibration : logisticRecalibration)),
    ]
    return { evidence, state: { baseline } }
  },
})

function labelledClaims({ task }: WatchedVersion, { labels, scores }: WindowView): Claims {
  const hasLabel = (_: number, row: number) => !Number.isNaN(labels[row])
  return {
    claimed: claimsOf(task, scores).filter(hasLabel),
    cameTrue: outcomesOf(task, labels, scores).filter(hasLabel),
  }
}

function bias({ claimed, cameTrue }: Claims, scale: number): Estimated {
  const { mean, interval } = normalMean(claimed.map((claim, i) => (claim - (cameTrue[i] as number)) / scale))
  return { value: mean, interval }
}

function slope({ claimed, cameTrue }: Claims, lineOf: typeof linearRecalibration): Estimated | null {
  const rows = claimed.length
  const value = lineOf(claimed, cameTrue)?.slope
  if (value === undefined) return null
  const leaveOneOut: number[] = []
  for (let block = 0; block < JACKKNIFE_BLOCKS; block++) {
    const isKept = (_: number, row: number) => blockOf(row, rows, JACKKNIFE_BLOCKS) !== block
    const without = lineOf(claimed.filter(isKept), cameTrue.filter(isKept))?.slope
    if (without === undefined) return null
    leaveOneOut.push(without)
  }
  return { value, interval: blockJackknife(value, leaveOneOut) }
}
