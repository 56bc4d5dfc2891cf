import type { Reason } from '../base/decision.ts'
import type { InsufficientEvidence } from '../base/evidence.ts'
import { type RuleConfig, rules } from '../data/contract/catalog.ts'
import { checkContract } from '../data/contract/check.ts'
import type { ContractInput, Finding } from '../data/contract/rule.ts'
import type { Profile } from '../data/profile.ts'
import type { Anchors } from '../learners/anchors.ts'
import { labelNoise } from '../learners/label-noise.ts'

/** A window against the windows that are trusted. All profiles on one layout. */
export interface WindowUnderInspection {
  readonly reference: Profile
  readonly referenceWindows: readonly Profile[]
  readonly current: Profile
}

/** What came of holding a window against the contract. */
export interface Inspection {
  /** Any of them keeps the window out of training, judging and deciding. */
  readonly breaches: readonly Reason[]
  /** Rules that could not look at anything: never read as "all is well". */
  readonly unchecked: readonly InsufficientEvidence[]
}

/** Nobody asked for anything: there is no contract. */
export const NO_INSPECTION: Inspection = { breaches: [], unchecked: [] }

/** What the contract has against a window's rows, labels aside: known as soon as the window closes. */
export function inspectRows(window: WindowUnderInspection, contract: readonly RuleConfig[]): Inspection {
  return inspected({ ...window, labelNoise: null }, rulesReading('rows', contract))
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
): Inspection {
  const asked = rulesReading('labels', contract)
  if (asked.length === 0) return NO_INSPECTION
  const noise = labelNoise(labels.trusted, labels.current)
  if (noise.kind === 'measured') return inspected({ ...window, labelNoise: noise }, asked)
  const { haveRows: rows, needRows, because } = noise
  const lack = {
    kind: 'insufficient',
    subject: 'labels',
    rows,
    needRows: Math.max(needRows, rows + 1),
    because,
  } as const
  return { breaches: [], unchecked: asked.map(({ rule }) => ({ ...lack, detector: rule })) }
}

function rulesReading(what: 'rows' | 'labels', contract: readonly RuleConfig[]): RuleConfig[] {
  return contract.filter((config) => rules.get(config.rule).reads === what)
}

function inspected(input: ContractInput, asked: readonly RuleConfig[]): Inspection {
  const findings = checkContract(input, asked)
  const breaches = findings.flatMap((finding) =>
    finding.breaches.map(({ rule, text, observed, limit, rows }) => ({ by: rule, text, value: observed, limit, rows })),
  )
  return { breaches, unchecked: findings.filter(({ kind }) => kind === 'insufficient').map(silence) }
}

/** A rule that could look at nothing, with the first thing that stood in its way. */
function silence({ rule, unchecked }: Finding): InsufficientEvidence {
  const [first] = unchecked
  const rows = first?.haveRows ?? 0
  const because = first === undefined ? 'there is no column that it could look at' : first.because
  return {
    kind: 'insufficient',
    detector: rule,
    subject: 'rows',
    rows,
    needRows: Math.max(first?.needRows ?? 1, rows + 1),
    because,
  }
}
