import { z } from 'zod'
import type { Evidence } from '../../base/evidence.ts'
import { claimsOf } from '../../data/claims.ts'
import { predictions, type Scores } from '../../data/labels.ts'
import { scoresPerRow, type Task } from '../../data/schema.ts'
import { totalVariation } from '../../stats/distance/total-variation.ts'
import { histogram, quantileEdges } from '../../stats/histogram.ts'
import { ksFromCounts } from '../../stats/hypothesis/ks.ts'
import { defineDetector } from '../detector.ts'

/** What the version said at first. The edges are quantiles of its first window; more windows only add counts. */
interface State {
  readonly windows: number
  readonly rows: number
  readonly edges: readonly number[]
  readonly scores: readonly number[]
  /** Rows by predicted class; empty for values. */
  readonly classes: readonly number[]
}

const SCORE_BINS = 100

/**
 * Whether what the live version says is distributed as in its first live windows. Needs no labels.
 *
 * `score`: Kolmogorov–Smirnov on 100 bins of P(positive), of the likeliest class's probability, or of the value; binning
 * makes it more cautious. `class`: total variation ½ Σ |qₖ − pₖ| of the predicted classes, with the threshold at the
 * larger of `minChange` and √((1/n + 1/m) ln((2ᴷ − 2)/a)/2), which chance exceeds with probability ≤ a: the sum over all
 * sets of K classes of Hoeffding's bound. Each of the two gets half of alpha. All windows are held against the same
 * first ones: if those were unusual by chance, so is every later one. A version that comes back has new first windows.
 */
export const predictionDriftDetector = defineDetector({
  id: 'prediction-drift',
  title: 'Distribution of the predictions against the first live windows',
  source: 'Smirnov 1948 (scores); Hoeffding 1963, Weissman et al. 2003 (classes)',
  reads: 'features',
  config: z.strictObject({
    detector: z.literal('prediction-drift'),
    alpha: z.number().min(1e-9).max(0.5).default(0.001).describe('Chance of an alarm without change. Probability.'),
    minChange: z.number().min(0).max(1).default(0.05).describe('Total variation of classes that is a trifle. Share.'),
    baselineWindows: z.int().min(1).max(100).default(2).describe('First live windows to hold others against. Windows.'),
    minRows: z.int().min(20).max(1e9).default(50).describe('Fewer rows in a window are not evidence. Rows.'),
  }),

  start: (): State => ({ windows: 0, rows: 0, edges: [], scores: [], classes: [] }),

  measure(state, { task }, view, config) {
    const rows = view.scores.length / scoresPerRow(task)
    const subjects = task.kind === 'regression' ? ['score'] : ['score', 'class']
    const silent = (because?: string) =>
      subjects.map((subject): Evidence => {
        const needRows = because === undefined ? config.minRows : rows + 1
        const lack = { detector: 'prediction-drift', subject, rows, needRows }
        return { kind: 'insufficient', ...lack, ...(because === undefined ? {} : { because }) }
      })
    if (rows < config.minRows) return { evidence: silent(), state }
    if (state.windows < config.baselineWindows) {
      const because = `the first ${config.baselineWindows} windows are what later ones are held against`
      return { evidence: silent(because), state: extended(state, task, view.scores) }
    }
    const now = summary(task, view.scores, state.edges)
    const alpha = config.alpha / subjects.length
    const about = { detector: 'prediction-drift', rows: Math.min(rows, state.rows) }
    const { statistic, pValue } = ksFromCounts(state.scores, now.scores)
    const evidence: Evidence[] = [
      { kind: 'p-value', ...about, subject: 'score', statistic, pValue, alpha, alarm: pValue <= alpha },
    ]
    if (task.kind !== 'regression') {
      const value = totalVariation(state.classes, now.classes)
      const threshold = Math.max(config.minChange, surprisingVariation(task.classes.length, state.rows, rows, alpha))
      const alarm = value >= threshold
      evidence.push({ kind: 'distance', ...about, subject: 'class', value, unit: 'share', threshold, alarm })
    }
    return { evidence, state }
  },
})

function extended(state: State, task: Task, scores: Scores): State {
  const edges = state.windows === 0 ? quantileEdges(claimsOf(task, scores), SCORE_BINS) : state.edges
  const seen = summary(task, scores, edges)
  return {
    windows: state.windows + 1,
    rows: state.rows + seen.rows,
    edges,
    scores: added(state.scores, seen.scores),
    classes: added(state.classes, seen.classes),
  }
}

function summary(task: Task, scores: Scores, edges: readonly number[]) {
  const claims = claimsOf(task, scores)
  const classes = new Array<number>(task.kind === 'regression' ? 0 : task.classes.length).fill(0)
  if (task.kind !== 'regression') for (const k of predictions(task, scores)) classes[k] = (classes[k] ?? 0) + 1
  return { rows: claims.length, scores: histogram(claims, edges), classes }
}

function added(a: readonly number[], b: readonly number[]): number[] {
  return b.map((count, i) => count + (a[i] ?? 0))
}

/** Hoeffding over all sets of classes; 2 of 2ᴷ do not matter among more than 2⁵⁰. */
function surprisingVariation(classes: number, before: number, now: number, alpha: number): number {
  const sets = classes > 50 ? classes * Math.LN2 : Math.log(2 ** classes - 2)
  return Math.sqrt(((1 / before + 1 / now) * (sets - Math.log(alpha))) / 2)
}
