import { lossesInUnits } from '../../data/row-losses.ts'
import type { RowLoss } from '../../stats/metrics/row-losses.ts'
import type { GateInput } from '../gate.ts'

/** The loss that gates compare rows by: 0/1 for classes, |error| in standard deviations of the label for values. */
export function rowLossOf({ task }: Pick<GateInput, 'task'>): RowLoss {
  return task.kind === 'regression' ? 'absolute' : '0/1'
}

/** loss(champion) − loss(challenger) of each held-out row; NaN where it has no label. Scores must be possible ones. */
export function lossDifferences(input: GateInput, loss: RowLoss): Float64Array {
  const ofChampion = lossesInUnits({ ...input, loss }, input.labels, input.champion)
  const ofChallenger = lossesInUnits({ ...input, loss }, input.labels, input.challenger)
  return ofChampion.map((lost, row) => lost - (ofChallenger[row] as number))
}
