import type { Comparison } from '../base/comparison.ts'
import { clearlyBetter, clearSum } from '../stats/paired-rows.ts'
import { afterServe, serveEffect } from './serving.ts'
import { record, type Turn } from './turn.ts'

/**
 * Adds a window on which the predecessor was scored beside the live version, and returns to it where it is clearly
 * better over all windows of the probation. A wrong return is cheap, so it never waits for a person.
 *
 * @returns true when the predecessor serves again
 */
export function judgeProbation(turn: Turn, comparison: Comparison | undefined): boolean {
  const { probation } = turn.state
  if (probation === null || comparison === undefined) return false
  const sum = probation.sum + comparison.sum
  const sumSquares = probation.sumSquares + comparison.sumSquares
  const rows = probation.rows + comparison.rows
  const windowsLeft = probation.windowsLeft - 1
  turn.state = {
    ...turn.state,
    probation: windowsLeft === 0 ? null : { ...probation, sum, sumSquares, rows, windowsLeft },
  }
  if (!clearlyBetter({ sum, sumSquares })) return false

  const saved = sum / rows
  const text = `its predecessor ${probation.predecessor} loses ${saved.toFixed(4)} less a row on the same rows`
  const limit = clearSum({ sumSquares }) / rows
  record(turn, 'return', [{ by: 'probation', text, value: saved, limit, rows }], { version: probation.predecessor })
  if (turn.config.mode === 'observe') return false
  const serve = serveEffect(turn.state, probation.predecessor, 'returned')
  turn.effects.push(serve)
  turn.state = afterServe(turn.state, serve, turn.config)
  return true
}
