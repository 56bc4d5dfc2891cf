import { assert } from '../base/assert.ts'
import { type BinnedColumn, binColumn } from './bin-codes.ts'
import type { Column, Frame } from './frame.ts'
import {
  addMagnitude,
  compact,
  type MagnitudeScratch,
  type Magnitudes,
  magnitudeScratch,
  mergeMagnitudes,
} from './magnitudes.ts'
import { type ColumnLayout, coarseGroup, columnFor, type ProfileLayout } from './profile-layout.ts'

interface ColumnProfileBase {
  readonly name: string
  readonly rows: number
  readonly missing: number
  /** Rows per bin of the layout, without the missing ones. */
  readonly counts: Float64Array
}

/** Count, mean, sum of squared deviations and range of the finite values. No values: 0, 0, 0, +∞, −∞. */
export interface Moments {
  readonly count: number
  readonly mean: number
  readonly m2: number
  readonly min: number
  readonly max: number
}

export interface NumericProfile extends ColumnProfileBase {
  readonly kind: 'numeric'
  readonly moments: Moments
  readonly magnitudes: Magnitudes
}

export interface DiscreteProfile extends ColumnProfileBase {
  readonly kind: 'categorical' | 'boolean'
}

export type ColumnProfile = NumericProfile | DiscreteProfile

/** What is kept of a window's rows: enough to compare it, and to add it to others without reading rows again. */
export interface Profile {
  readonly rows: number
  /** In the order of the layout. */
  readonly columns: readonly ColumnProfile[]
}

const NO_MOMENTS: Moments = {
  count: 0,
  mean: 0,
  m2: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
}

/**
 * Summarises rows from ≤ i < to, reading each value once. A number that is NaN counts as missing; infinities are
 * counted in the outer bins but take no part in the moments.
 *
 * @throws Fault COLUMN_UNKNOWN when a column of the layout is not in the frame; DATA_INVALID when its kind differs
 */
export function profileRows(source: Frame, layout: ProfileLayout, from = 0, to = source.rows): Profile {
  const scratch = magnitudeScratch()
  const columns = layout.columns.map((bins) => profileColumn(columnFor(source, bins), bins, { from, to, scratch }))
  return { rows: to - from, columns }
}

/**
 * The profile of all rows together: counts add, moments combine by Chan, Golub & LeVeque (1979):
 * δ = mean_b − mean_a, mean = mean_a + δ · n_b / n, M2 = M2_a + M2_b + δ² · n_a · n_b / n.
 *
 * @param profiles at least one, all on the same layout
 */
export function mergeProfiles(profiles: readonly Profile[]): Profile {
  const [first] = profiles
  assert(first !== undefined, 'no profile to merge')
  let rows = 0
  for (const profile of profiles) rows += profile.rows
  const columns = first.columns.map((_, at) => mergeColumn(profiles.map((profile) => profile.columns[at])))
  return { rows, columns }
}

/** Combines two sets of moments (Chan, Golub & LeVeque 1979). */
function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.count === 0) return b
  if (b.count === 0) return a
  const count = a.count + b.count
  const delta = b.mean - a.mean
  return {
    count,
    mean: a.mean + (delta * b.count) / count,
    m2: a.m2 + b.m2 + (delta * delta * a.count * b.count) / count,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  }
}

/**
 * Rows per coarse bin for tests that need few of them: numeric bins are joined to at most 10 groups of neighbours (30 fine
 * bins by threes), categories stay; the last entry is the missing rows.
 */
export function coarseCounts(column: ColumnProfile): Float64Array {
  const group = column.kind === 'numeric' ? coarseGroup(column.counts.length) : 1
  const coarse = new Float64Array(Math.ceil(column.counts.length / group) + 1)
  for (let bin = 0; bin < column.counts.length; bin++) coarse[Math.floor(bin / group)]! += column.counts[bin]!
  coarse[coarse.length - 1] = column.missing
  return coarse
}

/** The profile of the column called `name`; undefined when the layout has none of that name. */
export function findColumnProfile(profile: Profile, name: string): ColumnProfile | undefined {
  return profile.columns.find((column) => column.name === name)
}

interface Span {
  readonly from: number
  readonly to: number
  readonly scratch: MagnitudeScratch
}

function profileColumn(column: Column, layout: ColumnLayout, { from, to, scratch }: Span): ColumnProfile {
  const binned = binColumn(column, layout, from, to)
  const { counts, missing } = countBins(binned)
  const base = { name: layout.name, rows: to - from, missing, counts }
  if (column.kind !== 'numeric') return { ...base, kind: layout.kind === 'boolean' ? 'boolean' : 'categorical' }
  const moments = momentsOf(column, { from, to, scratch })
  return { ...base, kind: 'numeric', moments, magnitudes: compact(scratch) }
}

/** Values that are summed before their mean is taken off. */
const BLOCK = 1024

/** Moments block by block, each in two passes; the blocks are put together like profiles. */
function momentsOf(column: Column, { from, to, scratch }: Span): Moments {
  const { values, missing } = column
  const block = new Float64Array(BLOCK)
  let moments = NO_MOMENTS
  for (let start = from; start < to; start += BLOCK) {
    const end = Math.min(to, start + BLOCK)
    let count = 0
    let sum = 0
    for (let row = start; row < end; row++) {
      // Plus zero: −0 becomes 0, so that the order of rows leaves no trace in the range.
      const value = values[row]! + 0
      if (missing[row] === 1 || !Number.isFinite(value)) continue
      block[count++] = value
      sum += value
    }
    if (count > 0) moments = mergeMoments(moments, blockMoments(block.subarray(0, count), sum))
    for (let i = 0; i < count; i++) addMagnitude(scratch, block[i]!)
  }
  return moments
}

function blockMoments(values: Float64Array, sum: number): Moments {
  // Of numbers near the largest the sum may overflow where the mean does not.
  const mean = Number.isFinite(sum) ? sum / values.length : values.reduce((all, x) => all + x / values.length, 0)
  let m2 = 0
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    const delta = value - mean
    m2 += delta * delta
    if (value < min) min = value
    if (value > max) max = value
  }
  return { count: values.length, mean, m2, min, max }
}

function countBins({ codes, bins }: BinnedColumn): { counts: Float64Array; missing: number } {
  const counts = new Float64Array(bins)
  for (const code of codes) counts[code]! += 1
  return { counts: counts.subarray(0, bins - 1), missing: counts[bins - 1]! }
}

function mergeColumn(parts: readonly (ColumnProfile | undefined)[]): ColumnProfile {
  const [first] = parts
  assert(first !== undefined, 'profiles have no columns in common')
  const counts = new Float64Array(first.counts.length)
  let rows = 0
  let missing = 0
  let moments = NO_MOMENTS
  const magnitudes: Magnitudes[] = []
  for (const part of parts) {
    assert(part !== undefined && part.name === first.name && part.counts.length === counts.length, 'layouts differ')
    rows += part.rows
    missing += part.missing
    for (let bin = 0; bin < counts.length; bin++) counts[bin]! += part.counts[bin]!
    if (part.kind !== 'numeric') continue
    moments = mergeMoments(moments, part.moments)
    magnitudes.push(part.magnitudes)
  }
  const base = { name: first.name, rows, missing, counts }
  if (first.kind !== 'numeric') return { ...base, kind: first.kind }
  return { ...base, kind: 'numeric', moments, magnitudes: mergeMagnitudes(magnitudes) }
}
