import type { CheckResult } from './check-result.ts'
import type { FeatureCheck, FeatureVerdict } from './feature-check.ts'
import type { MetricChange } from './performance-change.ts'

/** Most features that a sentence names. */
const NAMED = 3

/**
 * The answer to "does it hurt?", in one sentence or two.
 *
 * @param named the columns of label and prediction, as far as the user named them
 */
export function sentence(
  verdict: FeatureVerdict,
  { features, prediction, label: outcome, performance }: Omit<CheckResult, 'verdict' | 'because' | 'notes'>,
  [label, predicted]: readonly [string | undefined, string | undefined],
): string {
  const of = (wanted: FeatureVerdict) => features.filter((one) => one.verdict === wanted)
  const moved = [...of('hurts'), ...of('watch')]
  const worse = performance.filter((change) => change.verdict === 'worse')
  if (worse.length > 0) {
    const why =
      moved.length > 0
        ? `${listed(moved)} changed`
        : 'no feature moved beyond chance, so what the features mean has changed'
    return `Yes, it hurts: ${worse.map(shown).join(', ')}; ${why}.`
  }
  const held = performance.length > 0 ? `quality held (${performance.map(shown).join(', ')})` : null
  const drift = `${news('predictions', prediction)}${news('labels', outcome)}`
  switch (verdict) {
    case 'hurts':
      return `Most likely it hurts: ${listed(of('hurts'))} broke, and ${of('hurts').length > 1 ? 'they matter' : 'it matters'}.${drift}`
    case 'watch':
      if (moved.length === 0) return `To be watched: no feature moved beyond chance.${drift}`
      if (held !== null) return `Not so far: ${held}, but ${listed(moved)} changed.${drift}`
      return `Nobody can tell yet: ${listed(moved)} changed. ${wanted(label, predicted)}${drift}`
    case 'noise':
      return `No: ${listed(of('noise'))} moved, but ${smallness(label, predicted)}${held === null ? '' : `; ${held}`}.`
    case 'quiet':
      return `No: nothing moved beyond chance${held === null ? '' : `, and ${held}`}.`
    case 'insufficient':
      return 'Nothing can be said: there are too few values in either file.'
  }
}

function wanted(label: string | undefined, predicted: string | undefined): string {
  if (label !== undefined && predicted !== undefined) {
    return 'What that costs can be said once both files have labels and predictions.'
  }
  const missing = [...(label === undefined ? ['--label'] : []), ...(predicted === undefined ? ['--prediction'] : [])]
  return `With ${missing.join(' and ')} it can be said what that costs.`
}

/** Why what moved does not matter, as far as the user named what could tell. */
function smallness(label: string | undefined, predicted: string | undefined): string {
  if (predicted !== undefined) return 'by a trifle or where the model does not look'
  return label === undefined ? 'by a trifle' : 'by a trifle or where it says nothing of the label'
}

function news(what: string, column: FeatureCheck | null): string {
  const isNews = column !== null && (column.verdict === 'hurts' || column.verdict === 'watch')
  return isNews ? ` The ${what} changed: ${column.because}.` : ''
}

function listed(features: readonly FeatureCheck[]): string {
  const names = features.slice(0, NAMED).map(({ feature }) => `'${feature}'`)
  const more = features.length - names.length
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ')
}

function shown({ metric, reference, current, change, interval }: MetricChange): string {
  const signed = (x: number) => `${x >= 0 ? '+' : '−'}${Math.abs(x).toPrecision(2)}`
  const span = `${signed(change)} [${signed(interval.low)}, ${signed(interval.high)}]`
  return `${metric} ${reference.value.toPrecision(3)} → ${current.value.toPrecision(3)} (${span})`
}
