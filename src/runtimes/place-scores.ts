import { Fault } from '../base/fault.ts'
import type { Scores } from '../data/labels.ts'
import { scoresPerRow, type Task } from '../data/schema.ts'

/** What a model said about consecutive rows, in its own layout. */
export interface Answer {
  /** Row by row; of two classes P(the second of its own order) alone, else one number a class; or the value. */
  readonly said: ArrayLike<number>
  readonly task: Task
  readonly modelClasses: readonly string[]
  readonly rows: number
  readonly scores: Scores
  /** Row of `scores` where these rows begin. */
  readonly from: number
}

/** Sums of 32-bit shares miss 1 by this much; what is further outside is no probability. */
const ROUNDING = 1e-3

/**
 * Puts what a model said into the layout of `Scores`: its classes stand in its own order, ours in the task's; a class it
 * never learned gets 0.
 * @throws Fault SCORING_FAILED when there are not enough numbers, or one of them is not finite or no probability
 */
export function placeScores(answer: Answer): void {
  const { said, task, modelClasses, rows, scores, from } = answer
  const perRow = numbersPerRow(answer)
  const isValue = task.kind === 'regression'
  for (let i = 0; i < said.length; i++) {
    const value = said[i] as number
    // A value has to be finite in the 32 bits that scores are kept in.
    if (isValue ? Number.isFinite(Math.fround(value)) : value >= -ROUNDING && value <= 1 + ROUNDING) continue
    const wanted = isValue ? 'scores must be finite' : 'probabilities must be in [0, 1]'
    throw failed(`the model gave ${value} for row ${from + Math.floor(i / perRow)}; ${wanted}`)
  }
  if (isValue) {
    scores.set(said, from)
    return
  }
  const width = scoresPerRow(task)
  const isSecondAlone = perRow === 1
  for (const [m, name] of modelClasses.entries()) {
    const code = task.classes.indexOf(name)
    if (task.kind === 'binary' && code !== 1) continue
    for (let row = 0; row < rows; row++) {
      const share = said[isSecondAlone ? row : row * perRow + m] as number
      const at = task.kind === 'binary' ? from + row : (from + row) * width + code
      scores[at] = Math.min(1, Math.max(0, isSecondAlone && m === 0 ? 1 - share : share))
    }
  }
}

function numbersPerRow({ said, task, modelClasses, rows }: Answer): number {
  const allowed = task.kind === 'regression' ? [1] : modelClasses.length === 2 ? [1, 2] : [modelClasses.length]
  const perRow = said.length / rows
  if (allowed.includes(perRow)) return perRow
  const names = modelClasses.map((name) => `'${name}'`).join(', ')
  const wanted = task.kind === 'regression' ? 'one number a row' : `one number a class (${names}) and row`
  throw failed(`the model gave ${said.length} numbers for ${rows} rows; it must give ${wanted}`)
}

function failed(message: string): Fault {
  return new Fault('SCORING_FAILED', message)
}
