import type { Reason } from '../../base/decision.ts'
import type { Evidence } from '../../base/evidence.ts'
import type { DecisionRecord } from '../record.ts'
import type { Circumstances } from './circumstances.ts'
import type { ExplainedReason } from './explanation.ts'

/** What the numbers of whoever speaks are in. */
const UNITS: Readonly<Record<string, string>> = {
  'avoidable-loss': 'loss per row × windows',
  'psi-drift': 'nats',
  'ks-drift': 'p-value',
  'concept-drift': 'alarms',
  'drifting-share': 'share',
  'performance-floor': 'metric',
  'performance-decay': 'metric',
  'estimated-performance': 'metric',
  'new-labels': 'labelled rows',
  'model-age': 'windows',
  schedule: 'windows',
  cooldown: 'windows',
  budget: 'trainings',
  'min-labelled-rows': 'labelled rows',
  probation: 'loss per row',
}

/** Of these the trigger speaks of a difference in loss, not of what it adds up to. */
const PER_ROW = new Set<DecisionRecord['kind']>(['reinstate', 'postpone'])
const COUNTED_FEATURES = /^\d+ of \d+ features/

/** The detector whose rows a trigger's reason rests on, where it does not name them itself. */
const READS: Readonly<Record<string, string>> = {
  'avoidable-loss': 'avoidable-loss',
  'psi-drift': 'psi',
  'ks-drift': 'ks',
  'performance-floor': 'performance',
  'performance-decay': 'performance',
}

/** Why it was decided, each number with its unit and the rows that it rests on. */
export function explainedReasons({ record, follows }: Circumstances): ExplainedReason[] {
  return [...reasonsOf(record), ...(follows === null ? [] : [followed(follows)])]
}

/** The reasons of one decision. */
export function reasonsOf(record: DecisionRecord): ExplainedReason[] {
  return record.because.map((reason) => ({
    by: reason.by,
    text: reason.text,
    value: reason.value ?? null,
    limit: reason.limit ?? null,
    unit: unitOf(record, reason),
    rows: reason.rows ?? rowsBehind(record.evidence, reason.by),
  }))
}

/** The decision before, in its first words. */
function followed(before: DecisionRecord): ExplainedReason {
  const [first] = reasonsOf(before)
  const none = { value: null, limit: null, unit: null, rows: null }
  const text = `it follows from decision ${before.seq} (${before.kind})${first === undefined ? '' : `: ${first.text}`}`
  return { ...none, ...first, by: 'loop', text }
}

function unitOf({ kind, verdicts }: DecisionRecord, { by, text, value }: Reason): string | null {
  if (value === undefined || verdicts.some(({ gate }) => gate === by)) return null
  if (by !== 'drifting-share' && COUNTED_FEATURES.test(text)) return 'features'
  if (by === 'avoidable-loss' && PER_ROW.has(kind)) return 'loss per row'
  return UNITS[by] ?? null
}

function rowsBehind(evidence: readonly Evidence[], by: string): number | null {
  const rows = evidence.filter(({ detector }) => detector === (READS[by] ?? by)).map((seen) => seen.rows)
  return rows.length === 0 ? null : Math.max(...rows)
}
