import { type BinnedColumn, binColumn } from './bin-codes.ts'
import type { Frame } from './frame.ts'
import type { Labels } from './labels.ts'
import { columnFor, type ProfileLayout } from './profile-layout.ts'
import type { Task } from './schema.ts'

/** How well one column alone predicts the label. */
export interface LoneScore {
  readonly column: string
  readonly measure: 'auc' | 'r2'
  /** AUC in [0, 1] (classes) or R² of the label's ranks, at most 1 (numbers); null with too few rows. */
  readonly value: number | null
  /** Standard error of `value`, ≥ 0; 0 where that is null. */
  readonly error: number
  /** Labelled rows. */
  readonly rows: number
}

interface Rows {
  readonly features: Frame
  /** Bins learned from these rows, without a look at their labels. */
  readonly layout: ProfileLayout
  readonly labels: Labels
}

const FOLDS = 5
/** Fewer rows of a class (or, of a number, four times as many rows in all) say nothing. */
const FEWEST_OF_CLASS = 25
/** Rows that a bin's own mean is weighed against: a bin of one row knows nothing. */
const PRIOR_ROWS = 1

/**
 * Predicts the label from the bin of one column at a time, each row by the means that the other four fifths give its
 * bin (row modulo 5 is the fold): classes by AUC, of more than two the mean over one against the rest; numbers by R² of
 * the label's ranks, so that long tails do not hide a copy. Missing values are a bin of their own.
 */
export function loneScores(task: Task, { features, layout, labels }: Rows): LoneScore[] {
  const labelled: number[] = []
  for (let row = 0; row < labels.length; row++) if (!Number.isNaN(labels[row]!)) labelled.push(row)
  const targets = task.kind === 'regression' ? [ranks(labels, labelled)] : classTargets(task, labels, labelled)
  const measure = task.kind === 'regression' ? 'r2' : 'auc'
  const rows = labelled.length
  const isEnough = targets.length > 0 && rows >= 4 * FEWEST_OF_CLASS
  return layout.columns.map((bins) => {
    if (!isEnough) return { column: bins.name, measure, value: null, error: 0, rows }
    const binned = binColumn(columnFor(features, bins), bins, 0, features.rows)
    let sum = 0
    let error = 0
    for (const target of targets) {
      const scores = crossFitted(binned, labelled, target)
      const value = measure === 'auc' ? areaUnder(scores, target) : explained(scores, target)
      sum += value
      error = Math.max(error, measure === 'auc' ? areaError(value, target) : explainedError(value, target.length))
    }
    return { column: bins.name, measure, value: sum / targets.length, error, rows }
  })
}

/** One 0/1 target a class; for two classes the second is enough. Classes with too few rows on a side have none. */
function classTargets(
  task: Exclude<Task, { kind: 'regression' }>,
  labels: Labels,
  labelled: readonly number[],
): Float64Array[] {
  const codes = task.kind === 'binary' ? [1] : Array.from(task.classes.keys())
  return codes
    .map((code) => Float64Array.from(labelled, (row) => (labels[row] === code ? 1 : 0)))
    .filter((target) => {
      const own = target.reduce((sum, one) => sum + one, 0)
      return Math.min(own, target.length - own) >= FEWEST_OF_CLASS
    })
}

/** Mean rank of each label among the labelled rows, in (0, 1). */
function ranks(labels: Labels, labelled: readonly number[]): Float64Array {
  const order = Array.from(labelled.keys()).sort((a, b) => labels[labelled[a]!]! - labels[labelled[b]!]!)
  const ranked = new Float64Array(labelled.length)
  for (let from = 0; from < order.length; ) {
    const value = labels[labelled[order[from]!]!]!
    let to = from
    while (to < order.length && labels[labelled[order[to]!]!]! === value) to++
    for (let at = from; at < to; at++) ranked[order[at]!] = (from + to) / 2 / order.length
    from = to
  }
  return ranked
}

/** For each labelled row the mean target of its bin in the other folds, drawn a little to their overall mean. */
function crossFitted({ codes, bins }: BinnedColumn, labelled: readonly number[], target: Float64Array): Float64Array {
  const sums = new Float64Array(bins * FOLDS)
  const counts = new Float64Array(bins * FOLDS)
  const inBin = new Float64Array(bins)
  const rowsInBin = new Float64Array(bins)
  const inFold = new Float64Array(FOLDS)
  const rowsInFold = new Float64Array(FOLDS)
  let all = 0
  for (let i = 0; i < labelled.length; i++) {
    const bin = codes[labelled[i]!]!
    const fold = i % FOLDS
    sums[bin * FOLDS + fold]! += target[i]!
    counts[bin * FOLDS + fold]! += 1
    inBin[bin]! += target[i]!
    rowsInBin[bin]! += 1
    inFold[fold]! += target[i]!
    rowsInFold[fold]! += 1
    all += target[i]!
  }
  return target.map((_, i) => {
    const bin = codes[labelled[i]!]!
    const fold = i % FOLDS
    const mean = (all - inFold[fold]!) / Math.max(1, target.length - rowsInFold[fold]!)
    const sum = inBin[bin]! - sums[bin * FOLDS + fold]! + PRIOR_ROWS * mean
    return sum / (rowsInBin[bin]! - counts[bin * FOLDS + fold]! + PRIOR_ROWS)
  })
}

/** Chance that a row of the class scores above one of the rest; ties count half (Mann & Whitney 1947). */
function areaUnder(scores: Float64Array, target: Float64Array): number {
  const groups = new Map<number, [rest: number, own: number]>()
  for (let i = 0; i < scores.length; i++) {
    const group = groups.get(scores[i]!) ?? [0, 0]
    group[target[i]! === 1 ? 1 : 0]++
    groups.set(scores[i]!, group)
  }
  let below = 0
  let own = 0
  let wins = 0
  for (const score of [...groups.keys()].sort((a, b) => a - b)) {
    const [restHere, ownHere] = groups.get(score)!
    wins += ownHere * (below + restHere / 2)
    below += restHere
    own += ownHere
  }
  return wins / (below * own)
}

/** √[(A(1 − A) + (m − 1)(Q₁ − A²) + (n − 1)(Q₂ − A²)) / mn], Q₁ = A/(2 − A), Q₂ = 2A²/(1 + A) (Hanley & McNeil 1982). */
function areaError(area: number, target: Float64Array): number {
  const own = target.reduce((sum, one) => sum + one, 0)
  const rest = target.length - own
  const square = area * area
  const spread = (own - 1) * (area / (2 - area) - square) + (rest - 1) * ((2 * square) / (1 + area) - square)
  return Math.sqrt(Math.max(0, (area * (1 - area) + spread) / (own * rest)))
}

/** 2 √R² (1 − R²) / √n (Kendall & Stuart 1961), of large samples. */
function explainedError(value: number, rows: number): number {
  const share = Math.max(0, Math.min(1, value))
  return (2 * Math.sqrt(share) * (1 - share)) / Math.sqrt(rows)
}

/** 1 − Σ(y − ŷ)² / Σ(y − ȳ)²; 0 where the target does not vary. */
function explained(scores: Float64Array, target: Float64Array): number {
  const mean = target.reduce((sum, value) => sum + value, 0) / target.length
  let left = 0
  let all = 0
  for (let i = 0; i < target.length; i++) {
    left += (target[i]! - scores[i]!) ** 2
    all += (target[i]! - mean) ** 2
  }
  return all > 0 ? 1 - left / all : 0
}
