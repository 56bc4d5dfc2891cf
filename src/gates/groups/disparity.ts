import type { Interval } from '../../base/evidence.ts'
import type { CountedShare } from '../../stats/interval/mover.ts'
import { newcombe } from '../../stats/interval/newcombe.ts'
import { shareRatio } from '../../stats/interval/share-ratio.ts'
import type { Slice } from './slice.ts'

export const FAIRNESS_MEASURES = ['demographic-parity', 'equal-opportunity', 'equalised-odds', 'four-fifths'] as const
export type FairnessMeasure = (typeof FAIRNESS_MEASURES)[number]

/** Rows in groups, with what is and what was predicted. */
export interface GroupRows {
  readonly groups: readonly Slice[]
  /** Class that counts as being chosen. */
  readonly code: number
  /** Class codes, NaN where there is none yet. */
  readonly labels: Float64Array
  readonly predicted: Float64Array
}

/** Shares chosen, by group: one list for each thing that must be alike. */
export interface Rates {
  /** Groups that are compared; every list of `shares` is in their order. */
  readonly names: readonly string[]
  readonly shares: readonly (readonly CountedShare[])[]
  /** Groups with too few rows that count. */
  readonly small: readonly string[]
  /** Rows that count, of the groups that are compared. */
  readonly rows: number
}

/** Which rows a share rests on: all, those whose outcome was the chosen class, or those whose was not. */
type Among = 'all' | 'positives' | 'negatives'

const AMONG: Readonly<Record<FairnessMeasure, readonly Among[]>> = {
  'demographic-parity': ['all'],
  'four-fifths': ['all'],
  'equal-opportunity': ['positives'],
  'equalised-odds': ['positives', 'negatives'],
}

/** Shares chosen of each group with at least `minRows` rows that count; null where fewer than two have. */
export function groupRates(measure: FairnessMeasure, rows: GroupRows, minRows: number): Rates | null {
  const counted = rows.groups.map(({ name, rows: index }) => ({
    name,
    shares: AMONG[measure].map((among) => chosenShare(rows, index, among)),
  }))
  const isLarge = ({ shares }: { shares: readonly CountedShare[] }) => shares.every(({ n }) => n >= minRows)
  const kept = counted.filter(isLarge)
  if (kept.length < 2) return null
  return {
    names: kept.map(({ name }) => name),
    shares: AMONG[measure].map((_, at) => kept.map(({ shares }) => shares[at] as CountedShare)),
    small: counted.filter((group) => !isLarge(group)).map(({ name }) => name),
    rows: kept.reduce((sum, { shares }) => sum + shares.reduce((n, share) => n + share.n, 0), 0),
  }
}

function chosenShare({ code, labels, predicted }: GroupRows, index: Int32Array, among: Among): CountedShare {
  let [successes, n] = [0, 0]
  for (const row of index) {
    const label = labels[row] as number
    if (among !== 'all' && (Number.isNaN(label) || (label === code) !== (among === 'positives'))) continue
    n++
    if (predicted[row] === code) successes++
  }
  return { successes, n }
}

/** The pair of groups that differ most, and what may plausibly be the truth. */
export interface Disparity {
  readonly observed: number
  readonly interval: Interval
  readonly between: string
}

/**
 * How differently groups are treated: the largest difference of two shares, or the smallest ratio.
 *
 * The bound that a pass rests on is taken for each pair at the confidence asked for, since all pairs must keep to the
 * limit; the one that a failure rests on at Bonferroni's for all ordered pairs, since any pair may miss it.
 *
 * @param confidence of each one-sided bound, in (½, 1)
 */
export function disparity(measure: FairnessMeasure, { names, shares }: Rates, confidence: number): Disparity {
  const isRatio = measure === 'four-fifths'
  const compare = isRatio ? shareRatio : newcombe
  const pairs = shares.flatMap((list) =>
    list.flatMap((a, i) => list.flatMap((b, j) => (i === j ? [] : [{ a, b, name: `${names[i]} and ${names[j]}` }]))),
  )
  const together = 1 - (1 - confidence) / pairs.length
  const each = pairs.map(({ a, b, name }) => {
    const alone = compare(a, b, 2 * confidence - 1)
    return { name, value: alone.value, alone: alone.interval, joint: compare(a, b, 2 * together - 1).interval }
  })
  const level = 2 * confidence - 1
  const first = each.reduce((most, one) => ((isRatio ? one.value < most.value : one.value > most.value) ? one : most))
  const least = (pick: (one: (typeof each)[number]) => number) => each.reduce((low, one) => Math.min(low, pick(one)), 1)
  const most = (pick: (one: (typeof each)[number]) => number) =>
    each.reduce((high, one) => Math.max(high, pick(one)), 0)
  // Of a ratio the smallest pair counts, of a difference the largest.
  const interval = isRatio
    ? { low: least(({ alone }) => alone.low), high: least(({ joint }) => joint.high), level }
    : { low: most(({ joint }) => joint.low), high: most(({ alone }) => alone.high), level }
  return { observed: first.value, interval, between: first.name }
}

/** The measure alone, from the rows at `index` of the groups named `kept`; null where one of them has no row that counts. */
export function disparityOf(
  measure: FairnessMeasure,
  rows: GroupRows,
  { index, kept }: { readonly index: Int32Array; readonly kept: readonly string[] },
): number | null {
  const isIn = new Uint8Array(rows.labels.length)
  for (const row of index) isIn[row] = 1
  const groups = rows.groups
    .filter(({ name }) => kept.includes(name))
    .map((group) => ({ ...group, rows: group.rows.filter((row) => isIn[row] === 1) }))
  const rates = groupRates(measure, { ...rows, groups }, 1)
  if (rates === null || rates.names.length < kept.length) return null
  const worst = rates.shares.map((list) => {
    const values = list.map(({ successes, n }) => successes / n)
    const [low, high] = [Math.min(...values), Math.max(...values)]
    return measure === 'four-fifths' ? (high === 0 ? 1 : low / high) : high - low
  })
  return measure === 'four-fifths' ? Math.min(...worst) : Math.max(...worst)
}
