import type { FeatureImportance } from '../../data/importance.ts'
import type { ColumnSketch } from '../../data/sketch/table-sketch.ts'
import { categoryFindings } from './category-findings.ts'
import type { CheckFinding, CheckLimits } from './finding.ts'
import { missingFinding } from './missing-findings.ts'
import { numericFindings } from './numeric-findings.ts'

/** From what hurts to what could not be looked at; the order in which features are shown. */
export const FEATURE_VERDICTS = ['hurts', 'watch', 'noise', 'quiet', 'insufficient'] as const
export type FeatureVerdict = (typeof FEATURE_VERDICTS)[number]

export interface FeatureCheck {
  readonly feature: string
  readonly verdict: FeatureVerdict
  /** Share of the prediction's (or the label's) variance that it explains; null where neither column was named. */
  readonly importance: number | null
  /** The strongest first. */
  readonly findings: readonly CheckFinding[]
  readonly because: string
}

/** What is known besides the two columns. */
export interface FeatureContext {
  readonly limits: CheckLimits
  readonly importance: FeatureImportance | undefined
  /** What the importance is of: what the model said, or what came true. */
  readonly target: 'prediction' | 'label'
  readonly performance: 'worse' | 'better' | 'steady' | 'unknown'
}

/** What changed about a feature, and whether that matters. */
export function checkFeature(
  reference: ColumnSketch,
  current: ColumnSketch | undefined,
  context: FeatureContext,
): FeatureCheck {
  const findings = [...findingsOf(reference, current, context.limits)].sort(byWeight)
  const base = { feature: reference.name, importance: context.importance?.share ?? null, findings }
  const obstacle = obstacleTo(reference, current, context.limits)
  const material = findings.filter(({ kind }) => kind === 'broken' || kind === 'moved')
  if (material.length === 0) {
    if (obstacle !== null) return { ...base, verdict: 'insufficient', because: obstacle }
    const trifle = findings.find(({ kind }) => kind === 'trifle')
    if (trifle !== undefined)
      return { ...base, verdict: 'noise', because: `beyond chance, but a trifle: ${trifle.because}` }
    return { ...base, verdict: 'quiet', because: 'nothing beyond chance' }
  }
  const said = material
    .slice(0, 2)
    .map(({ because }) => because)
    .join('; ')
  return { ...base, ...judge(material, context), because: `${said}${reservation(material, context)}` }
}

/**
 * Broken data of a feature that the model heeds hurts; a feature that moved hurts where the model's quality fell, is to
 * be watched while nobody knows, and is noise where the model ignores it.
 */
function judge(
  material: readonly CheckFinding[],
  { importance, performance }: FeatureContext,
): { verdict: FeatureVerdict } {
  const isBroken = material.some(({ kind }) => kind === 'broken')
  if (importance === undefined) return { verdict: 'watch' }
  if (!importance.matters) return { verdict: isBroken ? 'watch' : 'noise' }
  if (performance === 'worse') return { verdict: 'hurts' }
  return { verdict: isBroken && performance === 'unknown' ? 'hurts' : 'watch' }
}

function reservation(material: readonly CheckFinding[], { importance, target, performance }: FeatureContext): string {
  if (importance === undefined) return ''
  const isOfModel = target === 'prediction'
  if (!importance.matters)
    return isOfModel ? '; the model does not heed it' : '; by itself it says nothing of the label'
  const heeded = isOfModel ? 'the model heeds it' : 'it says something of the label'
  if (performance === 'worse') return `; ${heeded}, and the quality fell`
  if (performance === 'unknown') {
    const isBroken = material.some(({ kind }) => kind === 'broken')
    return isBroken ? `; ${heeded}` : `; ${heeded}, what it costs is not known`
  }
  return `; ${heeded}, the quality held`
}

function byWeight(a: CheckFinding, b: CheckFinding): number {
  const rank = { broken: 0, moved: 1, trifle: 2, none: 3 }
  return rank[a.kind] - rank[b.kind] || b.strength - a.strength
}

function findingsOf(
  reference: ColumnSketch,
  current: ColumnSketch | undefined,
  limits: CheckLimits,
): readonly CheckFinding[] {
  if (current === undefined || current.kind !== reference.kind) {
    const seen =
      current === undefined ? 'the current file lacks it' : `it was ${reference.kind}, now it is ${current.kind}`
    return [misfit(reference.rows, seen)]
  }
  const missing = missingFinding(reference, current, limits)
  return [...(missing === null ? [] : [missing]), ...valueFindings(reference, current, limits)]
}

function valueFindings(reference: ColumnSketch, current: ColumnSketch, limits: CheckLimits): readonly CheckFinding[] {
  if (reference.kind === 'time' || current.kind === 'time') return []
  if (reference.kind === 'numeric') return current.kind === 'numeric' ? numericFindings(reference, current, limits) : []
  return current.kind === 'numeric' ? [] : categoryFindings(reference, current, limits)
}

function misfit(rows: number, because: string): CheckFinding {
  const alarm = { value: 1, unit: 'share', threshold: 1, thresholdFrom: 'contract', strength: 1000 } as const
  return { detector: 'column-kinds', ...alarm, rows, kind: 'broken', because }
}

function obstacleTo(
  reference: ColumnSketch,
  current: ColumnSketch | undefined,
  { minRows }: CheckLimits,
): string | null {
  if (current === undefined) return null
  for (const [where, column] of [
    ['reference', reference],
    ['current', current],
  ] as const) {
    const values = column.rows - column.missing
    if (values < minRows) return `the ${where} file has ${values} values; it takes ${minRows}`
    if (column.kind === 'categorical' && column.unlisted > 0) {
      return 'more than 10,000 different texts: an identifier, not a list of categories'
    }
  }
  return null
}
