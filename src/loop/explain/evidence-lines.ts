import { unreachable } from '../../base/assert.ts'
import type { Comparison } from '../../base/comparison.ts'
import type { Evidence } from '../../base/evidence.ts'
import type { Verdict } from '../../base/verdict.ts'
import { detectors } from '../../detectors/catalog.ts'
import { clearSum } from '../../stats/paired-rows.ts'
import type { EvidenceLine, GateLine } from './explanation.ts'
import { figure, onRows } from './wording.ts'

const ORDER: readonly EvidenceLine['verdict'][] = ['alarmed', 'measured', 'insufficient', 'quiet']
const TITLES: ReadonlyMap<string, string> = new Map(detectors.all.map(({ id, title }) => [id, title]))

/**
 * All that was seen, what alarms first.
 * @param decision the other decision that it was written down with; null: this one
 */
export function evidenceLines(evidence: readonly Evidence[], decision: number | null = null): EvidenceLine[] {
  const lines = evidence.map((seen) => ({ ...lineOf(seen), decision }))
  return ORDER.flatMap((verdict) => lines.filter((line) => line.verdict === verdict))
}

function lineOf(seen: Evidence): Omit<EvidenceLine, 'decision'> {
  const { detector, subject, rows } = seen
  const about = { detector, subject, rows, what: `${TITLES.get(detector) ?? detector}: ${subject}` }
  switch (seen.kind) {
    case 'distance':
      return {
        ...about,
        value: seen.value,
        unit: seen.unit,
        limit: seen.threshold,
        interval: null,
        verdict: seen.alarm ? 'alarmed' : 'quiet',
        because: notesOn(seen),
      }
    case 'p-value':
      return {
        ...about,
        value: seen.pValue,
        unit: 'p-value',
        limit: seen.alpha,
        interval: null,
        verdict: seen.alarm ? 'alarmed' : 'quiet',
        because: `its statistic is ${figure(seen.statistic)}; an alarm at or below the limit`,
      }
    case 'estimate':
      return {
        ...about,
        value: seen.value,
        unit: seen.unit,
        limit: seen.baseline ?? null,
        interval: seen.interval,
        verdict: 'measured',
        because: seen.baseline === undefined ? null : 'the limit is the baseline that it is held against',
      }
    case 'insufficient':
      return {
        ...about,
        value: null,
        unit: null,
        limit: null,
        interval: null,
        verdict: 'insufficient',
        because: seen.because ?? `it needs about ${figure(seen.needRows)} rows (${onRows(rows)})`,
      }
    default:
      return unreachable(seen)
  }
}

function notesOn(seen: Extract<Evidence, { kind: 'distance' }>): string | null {
  const notes = [
    seen.thresholdFrom === undefined ? null : `the limit comes from: ${seen.thresholdFrom}`,
    seen.customary === undefined ? null : `customary is ${figure(seen.customary)}`,
    seen.latest === undefined ? null : `${figure(seen.latest)} in this window alone`,
  ].filter((note) => note !== null)
  return notes.length === 0 ? null : notes.join('; ')
}

/** Versions that were scored beside the live one: the mean difference a row, with the interval that the rule reads. */
export function comparisonLines(live: number, comparisons: readonly Comparison[]): EvidenceLine[] {
  return comparisons.map(({ version, rows, sum, sumSquares }) => {
    const reach = clearSum({ sumSquares })
    const isMeasured = rows > 0
    return {
      detector: 'comparison',
      what: `Version ${version} beside version ${live}: loss saved`,
      subject: `version ${version}`,
      value: isMeasured ? sum / rows : null,
      unit: isMeasured ? 'loss per row' : null,
      limit: null,
      interval: isMeasured ? { low: (sum - reach) / rows, high: (sum + reach) / rows, level: 0.9 } : null,
      rows,
      verdict: isMeasured ? 'measured' : 'insufficient',
      because: isMeasured ? 'clearly better where all of the interval lies above 0' : 'no row has a label',
      decision: null,
    }
  })
}

/** What the gates said, as they said it. */
export function gateLines(verdicts: readonly Verdict[]): GateLine[] {
  return verdicts.map(({ gate, outcome, observed, limit, interval, rows, because, needs }) => ({
    gate,
    outcome,
    observed,
    limit,
    interval,
    rows,
    because,
    needs: needs ?? null,
  }))
}
