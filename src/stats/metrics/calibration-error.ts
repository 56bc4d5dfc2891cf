import { blockJackknife, blockOf, JACKKNIFE_BLOCKS } from '../interval/block-jackknife.ts'
import { countLabelled, forEachLabelled, predictedClass } from './labelled-rows.ts'
import { cutTo, defineMetric, insufficient, type MetricInput, measured } from './metric.ts'

const BINS = 10

/**
 * Expected calibration error: Σ over 10 equal-width bins of the bin's share of rows times |mean claimed probability −
 * share that came true|, in [0, 1].
 *
 * Binary: of P(class 1). Multiclass: of the likeliest class. Bins hold k/10 ≤ P < (k+1)/10, the last also 1. Biased
 * upwards in small samples: a calibrated model measures about √(2p(1−p)·10/(πn)), not 0. Interval by the jackknife over
 * 20 blocks of consecutive rows. Needs 20 rows.
 */
export const calibrationError = defineMetric({
  id: 'calibration-error',
  title: 'Expected calibration error',
  tasks: ['binary', 'multiclass'],
  better: 'lower',
  unit: 'share',
  source: 'Naeini et al. 2015; Guo et al. 2017; Künsch 1989 (interval)',

  measure(input, level) {
    const labelled = countLabelled(input)
    if (labelled < JACKKNIFE_BLOCKS) return insufficient(labelled, JACKKNIFE_BLOCKS)
    // A bin's part of the error is |Σ (claimed − came true)| / n, so one signed sum a block and bin is enough.
    const gaps = new Float64Array(JACKKNIFE_BLOCKS * BINS)
    const blockRows = new Float64Array(JACKKNIFE_BLOCKS)
    let at = 0
    forEachLabelled(input, (row, label) => {
      const block = blockOf(at++, labelled, JACKKNIFE_BLOCKS)
      const { probability, cameTrue } = claimOf(input, row, label)
      gaps[block * BINS + binOfProbability(probability)]! += probability - cameTrue
      blockRows[block]! += 1
    })
    const total = new Float64Array(BINS)
    for (let i = 0; i < gaps.length; i++) total[i % BINS]! += gaps[i]!
    const value = sumOfSizes(total) / labelled
    const leaveOneOut = Array.from(blockRows, (rows, block) => {
      const rest = total.map((gap, bin) => gap - gaps[block * BINS + bin]!)
      return sumOfSizes(rest) / (labelled - rows)
    })
    return measured(value, cutTo(blockJackknife(value, leaveOneOut, level), 0, 1), labelled)
  },
})

function claimOf(input: MetricInput, row: number, label: number): { probability: number; cameTrue: number } {
  if (input.kind === 'binary') return { probability: input.scores[row]!, cameTrue: label }
  const claimed = predictedClass(input, row)
  return { probability: input.scores[row * input.classes + claimed]!, cameTrue: claimed === label ? 1 : 0 }
}

function binOfProbability(probability: number): number {
  return Math.min(BINS - 1, Math.max(0, Math.floor(probability * BINS)))
}

function sumOfSizes(gaps: Float64Array): number {
  let sum = 0
  for (const gap of gaps) sum += Math.abs(gap)
  return sum
}
