import type { FeatureCheck, FeatureVerdict } from './feature-check.ts'
import type { MetricChange } from './performance-change.ts'

/** What holding one file against another came to. */
export interface CheckResult {
  readonly verdict: FeatureVerdict
  readonly because: string
  /** What matters first. */
  readonly features: readonly FeatureCheck[]
  readonly prediction: FeatureCheck | null
  readonly label: FeatureCheck | null
  readonly performance: readonly MetricChange[]
  readonly notes: readonly string[]
}
