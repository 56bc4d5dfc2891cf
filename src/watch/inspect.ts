import type { Reason } from '../base/decision.ts'
import type { RuleConfig } from '../data/contract/catalog.ts'
import { checkContract } from '../data/contract/check.ts'
import type { ContractInput } from '../data/contract/rule.ts'
import type { Profile } from '../data/profile.ts'
import type { Anchors } from '../learners/anchors.ts'
import { labelNoise } from '../learners/label-noise.ts'

/** A window against the windows that are trusted. All profiles on one layout. */
export interface WindowUnderInspection {
  readonly reference: Profile
  readonly referenceWindows: readonly Profile[]
  readonly current: Profile
}

const LABEL_RULE = 'label-noise'

/** What the contract has against a window's rows, labels aside: known as soon as the window closes. */
export function inspectRows(window: WindowUnderInspection, contract: readonly RuleConfig[]): readonly Reason[] {
  const rules = contract.filter((config) => config.rule !== LABEL_RULE)
  return breaches({ ...window, labelNoise: null }, rules)
}

/**
 * What the contract has against a window's labels: known once they have matured.
 *
 * @param trusted anchors of the newest windows whose labels passed, of about as many rows each
 */
export function inspectLabels(
  window: WindowUnderInspection,
  labels: { readonly trusted: readonly Anchors[]; readonly current: Anchors },
  contract: readonly RuleConfig[],
): readonly Reason[] {
  const rules = contract.filter((config) => config.rule === LABEL_RULE)
  if (rules.length === 0) return []
  const noise = labelNoise(labels.trusted, labels.current)
  if (noise.kind === 'insufficient') return []
  return breaches({ ...window, labelNoise: noise }, rules)
}

function breaches(input: ContractInput, rules: readonly RuleConfig[]): readonly Reason[] {
  if (rules.length === 0) return []
  return checkContract(input, rules).flatMap((finding) =>
    finding.breaches.map(({ rule, text, observed, limit, rows }) => ({ by: rule, text, value: observed, limit, rows })),
  )
}
