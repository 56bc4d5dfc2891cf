import type { ColumnSketch, DiscreteSketch } from '../../data/sketch/table-sketch.ts'
import { absenceByChance } from '../../stats/hypothesis/absence-by-chance.ts'
import { CATEGORY_TESTS } from './category-findings.ts'
import type { CheckLimits } from './finding.ts'
import { NUMERIC_TESTS } from './numeric-findings.ts'

/**
 * Chance that a check of two files of the same rows flags anything: together half of the 1 % that is promised, for p-values
 * of few rows are approximations.
 */
const CHANCE = { tests: 0.003, missing: 0.001, absence: 0.001 } as const
const MIN_ROWS = 50

/** A column as the two files have it. */
export interface ColumnPair {
  readonly reference: ColumnSketch
  readonly current: ColumnSketch
}

/**
 * How sure each test has to be, so that all of them together err as seldom as a check promises.
 *
 * The tests of values share their part equally (Bonferroni). A column without any missing value in either file cannot
 * alarm for one, so only the others share (Tarone 1990). That a category is absent from one file has a known chance given
 * how often it occurs in both; the most surprising of these chances are allowed until together they use up their part.
 */
export function checkLevels(pairs: readonly ColumnPair[]): CheckLimits {
  const tests = pairs.reduce(
    (sum, { reference }) => sum + (reference.kind === 'numeric' ? NUMERIC_TESTS : CATEGORY_TESTS),
    0,
  )
  const gappy = pairs.filter(({ reference, current }) => reference.missing + current.missing > 0).length
  return {
    level: CHANCE.tests / Math.max(1, tests),
    missingLevel: CHANCE.missing / Math.max(1, gappy),
    absenceLevel: absenceLevel(pairs),
    minRows: MIN_ROWS,
  }
}

/** The largest chance of an absence such that all that are no larger sum up to at most CHANCE.absence. */
function absenceLevel(pairs: readonly ColumnPair[]): number {
  const chances: number[] = []
  for (const { reference, current } of pairs) {
    if (isList(reference) && isList(current)) chances.push(...absences(reference, current))
  }
  chances.sort((a, b) => a - b)
  let used = 0
  let level = 0
  for (const chance of chances) {
    used += chance
    if (used > CHANCE.absence) break
    level = chance
  }
  return level
}

function absences(reference: DiscreteSketch, current: DiscreteSketch): number[] {
  const [before, now] = [reference.rows - reference.missing, current.rows - current.missing]
  if (before === 0 || now === 0) return []
  const names = new Set([...reference.counts.keys(), ...current.counts.keys()])
  return [...names].flatMap((name) => {
    const rows = (reference.counts.get(name) ?? 0) + (current.counts.get(name) ?? 0)
    return [absenceByChance(rows, now, before), absenceByChance(rows, before, now)]
  })
}

function isList(column: ColumnSketch): column is DiscreteSketch {
  return column.kind !== 'numeric' && column.kind !== 'time' && column.unlisted === 0
}
