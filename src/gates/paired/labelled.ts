import { scoresPerRow } from '../../data/schema.ts'
import { impossibleScore } from '../../stats/metrics/labelled-rows.ts'
import type { GateInput } from '../gate.ts'

/** Rows that have a label, in time order, under both versions. */
export type Labelled = Pick<GateInput, 'labels' | 'champion' | 'challenger'>

/** The rows that have a label. */
export function labelledRows({ task, labels, champion, challenger }: GateInput): Labelled {
  const width = scoresPerRow(task)
  const kept: number[] = []
  for (let row = 0; row < labels.length; row++) if (!Number.isNaN(labels[row])) kept.push(row)
  const take = (scores: Float32Array) => {
    const taken = new Float32Array(kept.length * width)
    for (const [i, row] of kept.entries()) {
      for (let k = 0; k < width; k++) taken[i * width + k] = scores[row * width + k] as number
    }
    return taken
  }
  return {
    labels: Float64Array.from(kept, (row) => labels[row] as number),
    champion: take(champion),
    challenger: take(challenger),
  }
}

/** The rows without block `leftOut` (0 … blocks − 1) of `blocks` consecutive ones of nearly equal length, as a jackknife asks for them. */
export function withoutBlock({ labels, champion, challenger }: Labelled, leftOut: number, blocks: number): Labelled {
  const from = Math.floor((leftOut * labels.length) / blocks)
  const to = Math.floor(((leftOut + 1) * labels.length) / blocks)
  const cut = <T extends Float32Array | Float64Array>(all: T, into: T, width: number): T => {
    into.set(all.subarray(0, from * width))
    into.set(all.subarray(to * width), from * width)
    return into
  }
  const left = labels.length - (to - from)
  const width = labels.length === 0 ? 1 : champion.length / labels.length
  return {
    labels: cut(labels, new Float64Array(left), 1),
    champion: cut(champion, new Float32Array(left * width), width),
    challenger: cut(challenger, new Float32Array(left * width), width),
  }
}

/** What is wrong with a version's scores, in plain words; null when each is finite, and a probability where it should be. */
export function scoreProblem({ task }: GateInput, who: string, scores: Float32Array): string | null {
  const width = scoresPerRow(task)
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number
    const allowed = impossibleScore(task.kind, score)
    if (allowed === null) continue
    return `the ${who}'s score of held-out row ${Math.floor(i / width)} must be ${allowed}; got ${score}`
  }
  return null
}
