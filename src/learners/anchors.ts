import type { Rng } from '../base/rng.ts'
import { type BinnedFeature, learnRow, naiveBayes, scorer } from './naive-bayes.ts'

/** What is predicted; satisfied by the task of a schema. */
export type AnchorTask =
  | { readonly kind: 'binary' }
  | { readonly kind: 'multiclass'; readonly classes: readonly unknown[] }
  | { readonly kind: 'regression' }

/** One class, seen from the fifth of the slice's rows that look least like it. */
export interface ClassAnchor {
  /** Share of the class among all labelled rows of the slice. */
  readonly prior: number
  /** Share of the class among the anchor rows: 0 for a class that is learned perfectly, `prior` when nothing is. */
  readonly rate: number
}

/** The anchors of one slice of labelled rows, at most 3 numbers a class: cheap to keep for every window. */
export type Anchors =
  | {
      readonly kind: 'measured'
      readonly rows: number
      readonly anchorRows: number
      readonly classes: readonly ClassAnchor[]
    }
  | { readonly kind: 'insufficient'; readonly haveRows: number; readonly needRows: number }

export interface Slice {
  readonly task: AnchorTask
  /** Coarse bins of the slice's rows. */
  readonly features: readonly BinnedFeature[]
  /** Class codes, or values for regression; NaN where there is no label yet. */
  readonly labels: Float64Array
}

const FOLDS = 5
/** Share of rows that anchor a class. Less is noisier, more is less sharp; .1 and .3 do nearly as well. */
const ANCHOR_SHARE = 0.2
/** Fewer labelled rows leave under 80 anchor rows. */
const FEWEST_ROWS = 400

/**
 * Learns the slice's labels from the slice alone (naive Bayes, 5-fold cross-validated) and looks, for each class, at
 * the fifth of the rows that are least like it: labels flipped at random turn up there, rules that can be learned do
 * not, even when they are not the reference's rules. Regression labels are split at the slice's median.
 *
 * @param rng assigns the folds
 * @see Scott 2015; Liu & Tao 2016 (noise rates from the least likely rows of a class); Northcutt, Wu & Chuang 2017
 */
export function measureAnchors(slice: Slice, rng: Rng): Anchors {
  const classes = classCount(slice.task)
  const labelled: number[] = []
  for (const [row, label] of slice.labels.entries()) if (!Number.isNaN(label)) labelled.push(row)
  if (labelled.length < FEWEST_ROWS) {
    return { kind: 'insufficient', haveRows: labelled.length, needRows: FEWEST_ROWS }
  }
  const codes = slice.task.kind === 'regression' ? aboveMedian(slice.labels, labelled) : slice.labels
  const scores = crossScores({ features: slice.features, codes, labelled, classes }, rng)
  const anchorRows = Math.floor(labelled.length * ANCHOR_SHARE)
  const anchors: ClassAnchor[] = []
  for (let c = 0; c < classes; c++) {
    const score = Float64Array.from(labelled, (_, i) => scores[i * classes + c] as number)
    const order = Uint32Array.from(labelled.keys()).sort((a, b) => (score[a] as number) - (score[b] as number) || a - b)
    const isClass = (i: number) => (codes[labelled[i] as number] === c ? 1 : 0)
    let all = 0
    for (let i = 0; i < labelled.length; i++) all += isClass(i)
    let among = 0
    for (let i = 0; i < anchorRows; i++) among += isClass(order[i] as number)
    anchors.push({ prior: all / labelled.length, rate: among / anchorRows })
  }
  return { kind: 'measured', rows: labelled.length, anchorRows, classes: anchors }
}

interface Fit {
  readonly features: readonly BinnedFeature[]
  readonly codes: Float64Array
  readonly labelled: readonly number[]
  readonly classes: number
}

/** Out-of-fold class probabilities, row-major over the labelled rows. A fold is forgotten, scored and learned again. */
function crossScores({ features, codes, labelled, classes }: Fit, rng: Rng): Float64Array {
  const model = naiveBayes(features, classes)
  const folds = Uint8Array.from(labelled, () => Math.floor(rng() * FOLDS))
  const teach = (i: number, weight: 1 | -1) => {
    const row = labelled[i] as number
    learnRow(model, features, { row, label: codes[row] as number, weight })
  }
  for (let i = 0; i < labelled.length; i++) teach(i, 1)
  const scores = new Float64Array(labelled.length * classes)
  for (let fold = 0; fold < FOLDS; fold++) {
    for (let i = 0; i < labelled.length; i++) if (folds[i] === fold) teach(i, -1)
    const score = scorer(model)
    for (let i = 0; i < labelled.length; i++) {
      if (folds[i] === fold) score(features, labelled[i] as number, scores.subarray(i * classes, (i + 1) * classes))
    }
    for (let i = 0; i < labelled.length; i++) if (folds[i] === fold) teach(i, 1)
  }
  return scores
}

function classCount(task: AnchorTask): number {
  return task.kind === 'multiclass' ? task.classes.length : 2
}

function aboveMedian(labels: Float64Array, labelled: readonly number[]): Float64Array {
  const sorted = Float64Array.from(labelled, (row) => labels[row] as number).sort()
  const median = sorted[Math.floor(sorted.length / 2)] as number
  return labels.map((label) => (label >= median ? 1 : 0))
}
