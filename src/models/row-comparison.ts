import { type Labels, predictions, type Scores } from '../data/labels.ts'
import { defaultRowLoss, lossesInUnits } from '../data/row-losses.ts'
import type { Task } from '../data/schema.ts'
import { studentBlocks } from '../stats/interval/student-blocks.ts'
import type { RowComparison } from './diff.ts'

/** Consecutive rows whose mean counts as one observation: rows near in time are not independent. */
const BLOCKS = 20
/** Fewer rows a block say little; fewer than 2 · BLOCKS rows nothing. */
const LEAST_ROWS = 2 * BLOCKS

/**
 * What two versions say about the same rows: how often the same, and their mean losses (0/1 for classes, squared error for
 * values) with the difference b − a. Its interval takes 20 blocks of consecutive rows as the independent units (Student).
 * @param task    of both versions
 * @param labels  one a row, in order of time; NaN where there is none: such rows are left out
 * @returns null with fewer than 40 labelled rows
 */
export function compareScores(task: Task, labels: Labels, a: Scores, b: Scores): RowComparison | null {
  const terms = { task, loss: defaultRowLoss(task), scale: 1 }
  const [lossesA, lossesB] = [lossesInUnits(terms, labels, a), lossesInUnits(terms, labels, b)]
  const [saidA, saidB] = [predictions(task, a), predictions(task, b)]
  const rows = [...labels.keys()].filter((row) => !Number.isNaN(labels[row]))
  if (rows.length < LEAST_ROWS) return null
  const mean = (values: Float64Array, of: readonly number[]) =>
    of.reduce((sum, row) => sum + (values[row] as number), 0) / of.length
  const blocks = Array.from({ length: BLOCKS }, (_, k) => {
    const cut = (at: number) => Math.floor((at * rows.length) / BLOCKS)
    const own = rows.slice(cut(k), cut(k + 1))
    return mean(lossesB, own) - mean(lossesA, own)
  })
  const { interval } = studentBlocks(blocks)
  const [meanLossA, meanLossB] = [mean(lossesA, rows), mean(lossesB, rows)]
  return {
    rows: rows.length,
    agreement: rows.filter((row) => saidA[row] === saidB[row]).length / rows.length,
    meanLossA,
    meanLossB,
    difference: { value: meanLossB - meanLossA, interval },
  }
}
