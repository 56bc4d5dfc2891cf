import type { EstimateEvidence } from '../../base/evidence.ts'
import { TRAINING_FACTOR } from '../../triggers/avoidable-loss.ts'
import { isHigherBetter } from '../../triggers/performance/reading.ts'
import type { LoopConfig } from '../config.ts'
import type { DecisionRecord } from '../record.ts'
import type { Circumstances } from './circumstances.ts'
import type { Alternative, ExplainedReason } from './explanation.ts'
import { reasonsOf } from './reasons.ts'
import { avoidableLoss } from './ruled-out.ts'
import { figure, onRows, spanned } from './wording.ts'

/** A limit as its rule reads it. */
interface Bound {
  /** What is held against the limit: of a rule that wants to be sure, the end of the interval. */
  readonly value: number
  readonly limit: number
  /** The side on which the rule fires; null where only the numbers tell. */
  readonly fires: 'above' | 'below' | null
  /** Whether it fires at the limit itself. */
  readonly isReached: boolean
  /** What the value is where it is not the number measured, such as an end of an interval. */
  readonly of: string | null
  readonly seen: string
}

/** These fire at their limit; the others only beyond it. */
const REACHED = new Set([
  'psi-drift',
  'ks-drift',
  'drifting-share',
  'concept-drift',
  'new-labels',
  'model-age',
  'schedule',
])
const WANTS_METRIC = new Set(['performance-floor', 'performance-decay', 'estimated-performance'])
const COMBINED = /^(all-of|at-least)$/

interface Entry {
  readonly trigger: string
  readonly of?: readonly Entry[]
  readonly when?: readonly Entry[]
  readonly floor?: number
  readonly reuse?: boolean
  readonly sure?: boolean
  readonly metric?: string | undefined
}

/** Every trigger of a configuration, at any depth. */
function entriesOf(config: LoopConfig): Entry[] {
  const flat = (entry: Entry): Entry[] => [entry, ...[...(entry.of ?? []), ...(entry.when ?? [])].flatMap(flat)]
  const entries: readonly Entry[] = config.triggers
  return entries.flatMap(flat)
}

/** The gap's sure part against the least that is acted on. */
export function lossAlternatives({ record, config }: Circumstances): Alternative[] {
  const loss = avoidableLoss(record.evidence)
  const floor = entriesOf(config).find(({ trigger }) => trigger === 'avoidable-loss')?.floor
  if (loss === undefined || floor === undefined) return []
  const sure = loss.interval.low
  if (sure > floor) return []
  const measured = `it was ${figure(sure)}, of ${spanned(loss.value, loss.interval)} (${onRows(loss.rows)})`
  const sentence = `a training is considered only above a sure avoidable loss of ${figure(floor)} a row: ${measured}, ${distance(sure, floor)}`
  return [{ sentence, value: sure, limit: floor, rows: loss.rows }]
}

/** What would have had to be seen for a training to be asked for. */
export function askLimits(circumstances: Circumstances): Alternative[] {
  const { record, config } = circumstances
  const entries = entriesOf(config)
  const isCombined = entries.some(({ trigger }) => COMBINED.test(trigger))
  const asks = isCombined
    ? 'this one would have asked for a training, of several that must agree,'
    : 'a training is asked for'
  const tries = entries.some(({ trigger, reuse }) => trigger === 'avoidable-loss' && reuse === true)
  return reasonsOf(record).flatMap((reason) => {
    const price = TRAINING_FACTOR * config.cost
    const isHint = reason.by === 'avoidable-loss' && reason.limit !== null && reason.limit < price
    if (!isHint) return lineOf(circumstances, reason, asks, 'fires')
    const retired = tries ? lineOf(circumstances, reason, 'retired versions are tried', 'fires') : []
    return [...retired, ...lineOf(circumstances, { ...reason, limit: price }, asks, 'fires')]
  })
}

/** What would have had to be seen for the reasons to be gone. */
export function goneLimits(circumstances: Circumstances, otherwise: string): Alternative[] {
  const reasons = reasonsOf(circumstances.record).filter(({ value, limit }) => value !== null && limit !== null)
  const what = reasons.length > 1 ? `${otherwise} once all ${reasons.length} reasons are gone; this one is` : otherwise
  return reasons.flatMap((reason) => lineOf(circumstances, reason, what, 'is-silent'))
}

function lineOf(
  circumstances: Circumstances,
  reason: ExplainedReason,
  what: string,
  aim: 'fires' | 'is-silent',
): Alternative[] {
  const bound = boundOf(circumstances, reason)
  if (bound === null) return []
  const { value, limit, of, seen } = bound
  const { by, unit, rows } = reason
  const far = `${figure(limit)}${unit === null ? '' : ` ${unit}`}`
  const where = `${of === null ? '' : `with ${of} `}${sideOf(bound, far, aim)}`
  const n = rows === null ? '' : ` (${onRows(rows)})`
  const sentence = `${what} ${where} (${by}): it was ${seen}${n}, ${distance(value, limit)}`
  return [{ sentence, value, limit, rows }]
}

function boundOf({ record, config }: Circumstances, { by, value, limit, unit }: ExplainedReason): Bound | null {
  if (value === null || limit === null) return null
  const bound = { value, limit, isReached: REACHED.has(by), of: null, seen: figure(value) }
  if (WANTS_METRIC.has(by)) {
    const found = estimateOf(record, value)
    return found === null ? { ...bound, fires: null } : sureBound(config, by, bound, found)
  }
  if (by === 'ks-drift' && unit !== 'features') return { ...bound, fires: 'below' }
  return { ...bound, fires: REACHED.has(by) || by === 'avoidable-loss' || by === 'probation' ? 'above' : null }
}

function sureBound(config: LoopConfig, by: string, bound: Omit<Bound, 'fires'>, found: EstimateEvidence): Bound {
  const { interval, subject, value } = found
  const isHigher = isHigherBetter(subject)
  const fires = isHigher ? 'below' : 'above'
  const named = entriesOf(config).filter(({ trigger }) => trigger === by)
  const entry = named.find(({ metric }) => metric === subject) ?? named[0]
  if (entry?.sure !== true) return { ...bound, fires, of: subject }
  const end = isHigher ? interval.high : interval.low
  const of = `the ${isHigher ? 'upper' : 'lower'} end of ${subject}'s interval`
  return { ...bound, fires, of, value: end, seen: `${figure(end)}, of ${spanned(value, interval)}` }
}

/** The estimate that a reason speaks of: it repeats its value. */
function estimateOf({ evidence }: DecisionRecord, value: number): EstimateEvidence | null {
  return evidence.find((seen): seen is EstimateEvidence => seen.kind === 'estimate' && seen.value === value) ?? null
}

/** On which side of its limit the other decision lies. */
function sideOf({ value, limit, fires, isReached }: Bound, far: string, aim: 'fires' | 'is-silent'): string {
  if (fires === null) return value === limit ? `short of ${far}` : `${value < limit ? 'above' : 'below'} ${far}`
  const isUp = (fires === 'above') === (aim === 'fires')
  const isAtLimit = isReached === (aim === 'fires')
  if (!isAtLimit) return `${isUp ? 'above' : 'below'} ${far}`
  return `at ${far} or ${isUp ? 'above' : 'below'}`
}

/** How far a value lies from its limit. */
export function distance(value: number, limit: number): string {
  return value === limit ? 'just there' : `${figure(Math.abs(limit - value))} away`
}
