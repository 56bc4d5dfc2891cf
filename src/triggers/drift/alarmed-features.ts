import type { Decision, Reason } from '../../base/decision.ts'
import type { Evidence } from '../../base/evidence.ts'
import type { TriggerContext } from '../trigger.ts'

/** How a drift trigger reads its detector. */
export interface DriftRule {
  readonly by: string
  readonly detector: string
  readonly minFeatures: number
  /**
   * What was measured against which limit; null where it was measured with other options than this trigger's own, for
   * another trigger may ask the same detector.
   */
  readonly read: (seen: Evidence) => { readonly value: number; readonly limit: number; readonly alarm: boolean } | null
  readonly unit: string
}

/** Most features that a reason names; the rest are counted. */
const NAMED = 3

/** Retrain when at least `minFeatures` features alarm; undecided while none could be measured. */
export function decideByAlarms(context: TriggerContext, rule: DriftRule): Decision {
  const { by, minFeatures } = rule
  const measured = new Map<string, { reason: Reason; alarm: boolean }>()
  let rows = 0
  for (const seen of context.evidence) {
    if (seen.detector !== rule.detector) continue
    rows = Math.max(rows, seen.rows)
    const found = rule.read(seen)
    if (found === null) continue
    const { value, limit, alarm } = found
    const text = `the distribution of '${seen.subject}' moved (${rule.unit} ${value.toPrecision(3)})`
    measured.set(seen.subject, { alarm, reason: { by, text, value, limit, rows: seen.rows } })
  }
  if (measured.size === 0) {
    const text = 'no feature has enough rows to be compared with the training data'
    return { kind: 'undecided', missing: ['rows'], because: [{ by, text, rows }] }
  }
  const alarmed = [...measured.values()].filter((one) => one.alarm).map((one) => one.reason)
  const text = `${alarmed.length} of ${measured.size} features drifted`
  const summary: Reason = { by, text, value: alarmed.length, limit: minFeatures, rows }
  if (alarmed.length < minFeatures) return { kind: 'wait', because: [summary] }
  const named = alarmed.slice(0, NAMED)
  return { kind: 'retrain', because: alarmed.length > NAMED ? [...named, summary] : named }
}
