import { scoresPerRow } from '../../data/schema.ts'
import type { GateInput } from '../gate.ts'

/** Probabilities come as 32-bit floats: one may miss 0 or 1 by a rounding. */
const ROUNDING = 1e-6

/** Rows that have a label, in time order, under both versions. */
export type Labelled = Pick<GateInput, 'labels' | 'champion' | 'challenger'>

/** The rows that have a label, without those in run `leftOut` of `runs` (a jackknife's block), if one is given. */
export function labelledRows(
  { task, labels, champion, challenger }: GateInput,
  without?: { readonly leftOut: number; readonly runs: number },
): Labelled {
  const all: number[] = []
  for (let row = 0; row < labels.length; row++) if (!Number.isNaN(labels[row])) all.push(row)
  const kept =
    without === undefined ? all : all.filter((_, i) => Math.floor((i * without.runs) / all.length) !== without.leftOut)
  const width = scoresPerRow(task)
  const take = (scores: Float32Array) => {
    const taken = new Float32Array(kept.length * width)
    for (const [i, row] of kept.entries()) taken.set(scores.subarray(row * width, (row + 1) * width), i * width)
    return taken
  }
  return {
    labels: Float64Array.from(kept, (row) => labels[row] as number),
    champion: take(champion),
    challenger: take(challenger),
  }
}

/** What is wrong with a version's scores, in plain words; null when each is finite, and a probability where it should be. */
export function scoreProblem({ task }: GateInput, who: string, scores: Float32Array): string | null {
  const width = scoresPerRow(task)
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number
    const isPossible = task.kind === 'regression' ? Number.isFinite(score) : score >= -ROUNDING && score <= 1 + ROUNDING
    if (isPossible) continue
    const allowed = task.kind === 'regression' ? 'a finite number' : 'a probability in [0, 1]'
    return `the ${who}'s score of held-out row ${Math.floor(i / width)} must be ${allowed}; got ${score}`
  }
  return null
}
