import { z } from 'zod'
import { metricInput } from '../data/row-losses.ts'
import type { Task } from '../data/schema.ts'
import { calibrationError } from '../stats/metrics/calibration-error.ts'
import { predictedClass } from '../stats/metrics/labelled-rows.ts'
import { linearRecalibration, logisticRecalibration } from '../stats/recalibration.ts'
import { defineGate, type GateInput } from './gate.ts'
import { againstLimit } from './limit/against-limit.ts'
import { type Estimated, jackknifed, sizeOf } from './limit/jackknife.ts'
import { broken, inconclusive, tooFewRows } from './limit/unable.ts'
import { type Labelled, labelledRows, scoreProblem } from './paired/labelled.ts'

const MEASURES = ['ece', 'slope', 'in-the-large'] as const

const Config = z.strictObject({
  gate: z.literal('calibration'),
  measure: z
    .enum(MEASURES)
    .default('ece')
    .describe('Expected calibration error, distance of the slope from 1, or distance of the means.'),
  against: z
    .enum(['limit', 'champion'])
    .default('limit')
    .describe('Held against the limit, or against the champion, than whom it may not be worse.'),
  limit: z
    .number()
    .min(0.001)
    .max(10)
    .default(0.05)
    .describe('The most allowed: a share for ece and means (deviations for values); .2 is usual for a slope. Ratio.'),
  margin: z.number().min(0).max(1).default(0.01).describe('Against the champion: so much worse does not count. Ratio.'),
  confidence: z.number().min(0.55).max(0.999).default(0.95).describe('Of each one-sided bound. Probability.'),
  minRows: z.int().min(100).max(1e7).default(300).describe('Fewer labelled rows say nothing. Rows.'),
})
type Config = z.output<typeof Config>

/**
 * May the challenger be believed? Of what it calls 70 % sure, 70 % should come true.
 *
 * ece: Σ over ten bins of the bin's share of rows × |mean claim − share that came true| (classes only). slope: |b − 1|,
 * b the slope of the logistic regression of what came true on the log odds claimed, for values of the label on the
 * prediction. in-the-large: |mean claim − share that came true|, for values |mean error| in standard deviations of the
 * label. Of more than two classes, the claim is that of the likeliest. Intervals by the jackknife over 20 blocks of rows;
 * against the champion that of the rise on the same rows. Small samples raise ece, which only makes a pass rarer.
 */
export const calibrationGate = defineGate({
  id: 'calibration',
  title: 'Claims come true as often as they say',
  source: 'Naeini et al. 2015; Cox 1958; Van Calster et al. 2016; Künsch 1989 (interval)',
  config: Config,

  judge(input, config) {
    const limit = config.against === 'champion' ? config.margin : config.limit
    const about = { gate: 'calibration', limit }
    if (input.task.kind === 'regression' && config.measure === 'ece')
      return broken(about, "measure 'ece' is for classes; for values take slope or in-the-large")
    const problem =
      scoreProblem(input, 'champion', input.champion) ?? scoreProblem(input, 'challenger', input.challenger)
    if (problem !== null) return broken(about, problem)
    const labelled = labelledRows(input)
    const rows = labelled.labels.length
    if (rows < config.minRows) return tooFewRows(about, rows, config.minRows)
    const seen = config.against === 'champion' ? rise(input, labelled, config) : ownError(input, labelled, config)
    if (seen === null) {
      const because = `${config.measure} cannot be computed: claims or outcomes hardly vary`
      return inconclusive({ ...about, rows }, because, 'held-out rows with other outcomes')
    }
    const what =
      config.against === 'champion'
        ? `${config.measure}: further off than the champion by`
        : `${config.measure}: off by`
    return againstLimit({ gate: 'calibration', what, ...seen, limit, side: 'most', rows })
  },
})

function ownError(input: GateInput, { labels, challenger }: Labelled, config: Config): Estimated | null {
  const level = 2 * config.confidence - 1
  const signed = signedError(input, labels, challenger, config)
  const seen = jackknifed(labels.length, signed, level)
  return seen === null ? null : sizeOf(seen)
}

function rise(input: GateInput, { labels, champion, challenger }: Labelled, config: Config): Estimated | null {
  const [ours, theirs] = [challenger, champion].map((scores) => signedError(input, labels, scores, config))
  const difference = (index: Int32Array) => {
    const [a, b] = [ours?.(index) ?? null, theirs?.(index) ?? null]
    return a === null || b === null ? null : Math.abs(a) - Math.abs(b)
  }
  return jackknifed(labels.length, difference, 2 * config.confidence - 1)
}

type OfRows = (index: Int32Array) => number | null

/** How far claims are off, with a sign where the measure has one. */
function signedError(
  { task, scale }: GateInput,
  labels: Float64Array,
  scores: Float32Array,
  { measure }: Config,
): OfRows {
  if (measure === 'ece') {
    const width = labels.length === 0 ? 1 : scores.length / labels.length
    return (index) => {
      const part = scoresAt(scores, index, width)
      const seen = calibrationError.measure(
        metricInput(
          task,
          Float64Array.from(index, (row) => labels[row] as number),
          part,
        ),
      )
      return seen.kind === 'measured' ? seen.value : null
    }
  }
  const { claimed, came } = claims(task, labels, scores)
  const at = (values: Float64Array, index: Int32Array) => Float64Array.from(index, (row) => values[row] as number)
  if (measure === 'in-the-large') {
    return (index) => {
      const sum = index.reduce((total, row) => total + (claimed[row] as number) - (came[row] as number), 0)
      return index.length === 0 ? null : sum / index.length / (task.kind === 'regression' ? scale : 1)
    }
  }
  const lineOf = task.kind === 'regression' ? linearRecalibration : logisticRecalibration
  return (index) => {
    const line = lineOf(at(claimed, index), at(came, index))
    return line === null ? null : line.slope - 1
  }
}

function scoresAt(scores: Float32Array, index: Int32Array, width: number): Float32Array {
  const part = new Float32Array(index.length * width)
  for (const [i, row] of index.entries()) part.set(scores.subarray(row * width, (row + 1) * width), i * width)
  return part
}

/** What was claimed of each row and what came of it: P(positive) and the label, the likeliest class and whether, or values. */
function claims(task: Task, labels: Float64Array, scores: Float32Array) {
  if (task.kind !== 'multiclass') return { claimed: Float64Array.from(scores), came: labels }
  const width = task.classes.length
  const input = metricInput(task, labels, scores)
  const likeliest = Int32Array.from(labels, (_, row) => predictedClass(input, row))
  return {
    claimed: Float64Array.from(likeliest, (code, row) => scores[row * width + code] as number),
    came: Float64Array.from(likeliest, (code, row) => (labels[row] === code ? 1 : 0)),
  }
}
