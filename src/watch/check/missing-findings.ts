import type { ColumnSketch } from '../../data/sketch/table-sketch.ts'
import { surprisingShare } from '../../stats/hypothesis/surprising-share.ts'
import { normalDeviate } from '../../stats/interval/level.ts'
import { type CheckFinding, type CheckLimits, percent, weigh } from './finding.ts'

const LEAST_RISE = 0.005

/** Whether more rows, or fewer, lack the column's value: a pipeline that lost a source, or a default that fills gaps. */
export function missingFinding(
  reference: ColumnSketch,
  current: ColumnSketch,
  { missingLevel, minRows }: CheckLimits,
): CheckFinding | null {
  const rows = Math.min(reference.rows, current.rows)
  if (rows < minRows) return null
  const before = reference.missing / reference.rows
  const now = current.missing / current.rows
  const [low, high] = before <= now ? [reference, current] : [current, reference]
  const share = low.missing / low.rows
  const limit = surprisingShare({ share, rows: low.rows }, high.rows, normalDeviate(1 - missingLevel))
  const isRise = before <= now
  return weigh({
    detector: 'null-spike',
    unit: 'share',
    rows,
    because: `${percent(now)} of rows have no value; it was ${percent(before)}`,
    effect: Math.abs(now - before),
    chance: limit - share,
    least: LEAST_RISE,
    kind: isRise ? 'broken' : 'moved',
    shown: (effect) => (isRise ? before + effect : before - effect),
  })
}
