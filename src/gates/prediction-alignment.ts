import { z } from 'zod'
import { predictions, type Scores } from '../data/labels.ts'
import type { Task } from '../data/schema.ts'
import { psi } from '../stats/distance/psi.ts'
import { totalVariation } from '../stats/distance/total-variation.ts'
import { histogram, quantileEdges } from '../stats/histogram.ts'
import { ksTwoSample } from '../stats/hypothesis/ks.ts'
import { defineGate } from './gate.ts'
import { againstLimit } from './limit/against-limit.ts'
import { jackknifed } from './limit/jackknife.ts'
import { broken, inconclusive, tooFewRows } from './limit/unable.ts'
import { scoreProblem } from './paired/labelled.ts'

const DISTANCES = ['total-variation', 'psi', 'ks'] as const
type Distance = (typeof DISTANCES)[number]

/** Bins of equally many of the champion's scores. */
const BINS = 10
/** Rows added to each bin, so that an empty one does not make PSI infinite. */
const SMOOTHING = 0.5

/**
 * Does the challenger say the same kind of things as the champion? The distance between the distributions of what both
 * say of the same rows must keep to a limit with its whole interval. An effect size, no p-value: of enough rows every
 * difference is significant.
 *
 * Two classes: P(positive); values: the value; in ten bins of equally many of the champion's scores. More classes: the
 * predicted class. Total variation ½ Σ |p − q|, PSI Σ (q − p) ln(q/p); or KS max |F − G| of the scores themselves.
 * Interval by the jackknife over 20 blocks of rows, which keeps the pairing. No label is read.
 */
export const predictionAlignmentGate = defineGate({
  id: 'prediction-alignment',
  title: "Predictions distributed like the champion's",
  source: 'Levin & Peres 2017, ch. 4; Siddiqi 2006, ch. 8; Smirnov 1939; Künsch 1989 (interval)',
  config: z.strictObject({
    gate: z.literal('prediction-alignment'),
    distance: z.enum(DISTANCES).default('total-variation').describe('How far apart two distributions are.'),
    limit: z
      .number()
      .min(0.001)
      .max(10)
      .default(0.1)
      .describe('The largest distance allowed: a part of the rows, or nats for psi. Ratio.'),
    confidence: z.number().min(0.55).max(0.999).default(0.95).describe('Of each one-sided bound. Probability.'),
    minRows: z.int().min(100).max(1e7).default(200).describe('Fewer scored rows say nothing. Rows.'),
  }),

  judge(input, { distance, limit, confidence, minRows }) {
    const { task, champion, challenger } = input
    const about = { gate: 'prediction-alignment', limit }
    if (distance === 'ks' && task.kind === 'multiclass')
      return broken(about, "distance 'ks' needs an order, and classes have none; take total-variation or psi")
    const problem = scoreProblem(input, 'champion', champion) ?? scoreProblem(input, 'challenger', challenger)
    if (problem !== null) return broken(about, problem)
    const rows = input.heldOut.length
    if (rows < minRows) return tooFewRows(about, rows, minRows, 'scored rows')
    const said = saidBy(task, champion, challenger)
    const seen = jackknifed(rows, (index) => distanceOf(distance, said, index), 2 * confidence - 1)
    if (seen === null) return inconclusive({ ...about, rows }, 'no distance can be computed', 'other rows')
    // No distance is negative.
    const interval = { ...seen.interval, low: Math.max(0, seen.interval.low) }
    const what = `${distance} between what champion and challenger say`
    return againstLimit({ gate: 'prediction-alignment', what, ...seen, interval, limit, side: 'most', rows })
  },
})

/** What both said of each row: a score, or with more than two classes the code of one. */
interface Said {
  /** Null: a score, to be cut into bins. */
  readonly classes: number | null
  readonly champion: Float64Array
  readonly challenger: Float64Array
}

function saidBy(task: Task, champion: Scores, challenger: Scores): Said {
  if (task.kind !== 'multiclass')
    return { classes: null, champion: Float64Array.from(champion), challenger: Float64Array.from(challenger) }
  const [a, b] = [predictions(task, champion), predictions(task, challenger)]
  return { classes: task.classes.length, champion: a, challenger: b }
}

/** The edges are made anew from the rows at hand: where they lie is a part of what chance decides. */
function distanceOf(distance: Distance, { classes, champion, challenger }: Said, index: Int32Array): number {
  const part = (said: Float64Array) => Float64Array.from(index, (row) => said[row] as number)
  const [a, b] = [part(champion), part(challenger)]
  // On bins it would miss a gap that is widest between two edges.
  if (distance === 'ks') return ksTwoSample(a, b).statistic
  const edges = classes === null ? quantileEdges(a, BINS) : Array.from({ length: classes - 1 }, (_, code) => code + 1)
  const [p, q] = [histogram(a, edges), histogram(b, edges)]
  return distance === 'psi' ? psi(p, q, SMOOTHING) : totalVariation(p, q)
}
