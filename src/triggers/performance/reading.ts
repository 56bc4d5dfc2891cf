import type { Decision } from '../../base/decision.ts'
import type { EstimateEvidence } from '../../base/evidence.ts'
import { metrics } from '../../stats/metrics/catalog.ts'
import type { TriggerContext } from '../trigger.ts'

interface Question {
  /** Id of the trigger that asks. */
  readonly by: string
  /** A metric's id, or `loss`. */
  readonly subject: string
  /** Whether the whole interval must lie beyond the limit. */
  readonly sure: boolean
}

/** The worst value allowed, and what it is called; or what is missing to say it. */
type Limit =
  | { readonly limit: number; readonly described: string }
  | { readonly missing: 'baseline'; readonly why: string }

/** Whether a higher value of the metric (or of the loss) is the better one. */
export function isHigherBetter(subject: string): boolean {
  return subject !== 'loss' && metrics.get(subject).better === 'higher'
}

/** Retrain when what the detector `performance` measured is worse than a limit; undecided while it measured nothing. */
export function byPerformance(
  context: TriggerContext,
  { by, subject, sure }: Question,
  limitFor: (seen: EstimateEvidence) => Limit,
): Decision {
  const seen = context.evidence.find((e) => e.detector === 'performance' && e.subject === subject)
  if (seen === undefined) {
    return { kind: 'undecided', missing: ['labels'], because: [{ by, text: `${subject} was not measured` }] }
  }
  if (seen.kind !== 'estimate') {
    const text = `${subject} is not known: ${seen.rows} labelled rows`
    return { kind: 'undecided', missing: ['rows'], because: [{ by, text, rows: seen.rows }] }
  }
  const against = limitFor(seen)
  if ('missing' in against) {
    return { kind: 'undecided', missing: [against.missing], because: [{ by, text: against.why, rows: seen.rows }] }
  }
  const { limit, described } = against
  const { value, interval, rows } = seen
  const higher = isHigherBetter(subject)
  const worse = (x: number) => (higher ? x < limit : x > limit)
  const isWorse = worse(value)
  const fires = isWorse && (!sure || worse(higher ? interval.high : interval.low))
  const where = higher ? (isWorse ? 'below' : 'not below') : isWorse ? 'above' : 'not above'
  const reach = `${value.toPrecision(4)} [${interval.low.toPrecision(4)}, ${interval.high.toPrecision(4)}]`
  const unsure = isWorse && !fires ? ', but its interval holds it' : ''
  const because = [{ by, text: `${subject} ${reach} is ${where} ${described}${unsure}`, value, limit, rows }]
  return fires ? { kind: 'retrain', because } : { kind: 'wait', because }
}
