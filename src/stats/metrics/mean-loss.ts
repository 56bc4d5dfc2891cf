import { normalMean } from '../interval/normal-mean.ts'
import { cutTo, insufficient, type Measured, measured } from './metric.ts'

/** A sample variance, hence an interval, needs two rows. */
const MIN_ROWS = 2

/** Mean of per-row losses with the normal interval, cut to where the loss can lie. NaN rows have no label. */
export function meanLoss(losses: Float64Array, level: number, highest = Number.POSITIVE_INFINITY): Measured {
  let haveRows = 0
  for (const loss of losses) if (!Number.isNaN(loss)) haveRows += 1
  if (haveRows < MIN_ROWS) return insufficient(haveRows, MIN_ROWS)
  const { mean, rows, interval } = normalMean(losses, level)
  return measured(mean, cutTo(interval, 0, highest), rows)
}
