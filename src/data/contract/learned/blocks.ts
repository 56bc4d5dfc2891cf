import { type Frame, sliceRows } from '../../frame.ts'
import { type RowFacts, rowFacts } from '../../row-facts.ts'

const MOST_BLOCKS = 10
const FEWEST_ROWS = 200

/** Rows cut in their order into at most ten blocks of 200 or more: what varies among them varies by nature. */
export function blockFacts(table: Frame): RowFacts[] {
  return blockEnds(table.rows).map(([from, to]) => rowFacts(sliceRows(table, from, to)))
}

/** First row of each block and one past its last. */
export function blockEnds(rows: number): [from: number, to: number][] {
  const count = Math.max(1, Math.min(MOST_BLOCKS, Math.floor(rows / FEWEST_ROWS)))
  return Array.from({ length: count }, (_, i) => [Math.floor((i * rows) / count), Math.floor(((i + 1) * rows) / count)])
}

/**
 * How much of a later block breaks what the blocks before it would have promised: the promise tried out before it is
 * made. Only blocks of the later half are judged.
 *
 * @param brokenBy share of block `at` that is outside of what blocks 0 … at − 1 showed, in [0, 1]
 * @returns the largest of them; 0 where there is one block
 */
export function tried(blocks: number, brokenBy: (at: number) => number): number {
  let worst = 0
  for (let at = Math.max(1, Math.ceil(blocks / 2)); at < blocks; at++) worst = Math.max(worst, brokenBy(at))
  return worst
}
