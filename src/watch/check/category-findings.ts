import type { DiscreteSketch } from '../../data/sketch/table-sketch.ts'
import { totalVariation } from '../../stats/distance/total-variation.ts'
import { absenceByChance } from '../../stats/hypothesis/absence-by-chance.ts'
import { chiSquared } from '../../stats/hypothesis/chi-squared.ts'
import { criticalValue } from '../../stats/hypothesis/critical-value.ts'
import { chiSquaredTail } from '../../stats/hypothesis/tails.ts'
import { type CheckFinding, type CheckLimits, percent, weigh } from './finding.ts'

/** Tests that the chance of a false alarm is divided among, for one list of categories. */
export const CATEGORY_TESTS = 1

const LEAST_VARIATION = 0.015
/** A category of fewer rows in a thousand changes what a model sees in fewer rows than any metric can tell. */
const LEAST_SHARE = 0.001

/** What changed about a list of categories: how often each occurs (χ²), categories never seen, categories gone. */
export function categoryFindings(
  reference: DiscreteSketch,
  current: DiscreteSketch,
  { level, absenceLevel, minRows }: CheckLimits,
): readonly CheckFinding[] {
  const [before, now] = [reference.rows - reference.missing, current.rows - current.missing]
  const rows = Math.min(before, now)
  if (rows < minRows || reference.unlisted > 0 || current.unlisted > 0) return []
  const names = [...new Set([...reference.counts.keys(), ...current.counts.keys()])]
  const countsOf = ({ counts }: DiscreteSketch) => names.map((name) => counts.get(name) ?? 0)
  const counts = { reference: countsOf(reference), current: countsOf(current) }
  const comparison = { names, ...counts, before, now, rows, level, absenceLevel }
  return [frequencies(comparison), appeared(comparison), appeared({ ...swapped(comparison), isGone: true })]
}

interface Comparison {
  readonly names: readonly string[]
  readonly reference: readonly number[]
  readonly current: readonly number[]
  readonly before: number
  readonly now: number
  readonly rows: number
  readonly level: number
  readonly absenceLevel: number
  readonly isGone?: boolean
}

function swapped(comparison: Comparison): Comparison {
  const { reference, current, before, now } = comparison
  return { ...comparison, reference: current, current: reference, before: now, now: before }
}

function frequencies({ names, reference, current, before, now, rows, level }: Comparison): CheckFinding {
  const effect = totalVariation(reference, current)
  const { statistic, degreesOfFreedom } = chiSquared(reference, current)
  // χ² grows with the square of a difference: the variation at which this very difference would be significant.
  const critical =
    degreesOfFreedom === 0
      ? Number.POSITIVE_INFINITY
      : criticalValue((x) => chiSquaredTail(x, degreesOfFreedom), level, 10 + 2 * degreesOfFreedom)
  const chance = statistic > 0 && critical < Number.POSITIVE_INFINITY ? effect * Math.sqrt(critical / statistic) : 1
  let moved = 0
  let furthest = 0
  for (const [i, count] of current.entries()) {
    const change = count / now - (reference[i] as number) / before
    if (Math.abs(change) > Math.abs(furthest)) [moved, furthest] = [i, change]
  }
  const from = percent((reference[moved] as number) / before)
  return weigh({
    detector: 'chi-squared',
    unit: 'share',
    rows,
    because: `${percent(effect)} of rows changed category, most '${names[moved]}': ${from} before, ${percent((current[moved] as number) / now)} now`,
    effect,
    chance,
    least: LEAST_VARIATION,
    kind: 'moved',
  })
}

/** Rows of categories that the other file has none of, and that chance would have shown it. */
function appeared(comparison: Comparison): CheckFinding {
  const { names, reference, current, before, now, rows, absenceLevel, isGone = false } = comparison
  const news = [...names.keys()].filter(
    (i) => reference[i] === 0 && absenceByChance(current[i] as number, now, before) <= absenceLevel,
  )
  news.sort((a, b) => (current[b] as number) - (current[a] as number))
  const share = news.reduce((sum, i) => sum + (current[i] as number), 0) / now
  // No category was frequent enough for its absence to be surprising: then none is.
  const least = absenceLevel > 0 ? Math.ceil(Math.log(absenceLevel) / Math.log(now / (now + before))) : now
  const shown = news.slice(0, 3).map((i) => `'${names[i]}' (${percent((current[i] as number) / now)})`)
  const more = news.length > 3 ? ` and ${news.length - 3} more` : ''
  return weigh({
    detector: isGone ? 'missing-categories' : 'new-categories',
    unit: 'share',
    rows,
    because: `${isGone ? 'categories are gone' : 'categories never seen before'}: ${shown.join(', ')}${more}`,
    effect: share,
    chance: least / now,
    least: LEAST_SHARE,
    kind: 'moved',
  })
}
