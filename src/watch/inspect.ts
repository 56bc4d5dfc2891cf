import type { Reason } from '../base/decision.ts'
import type { InsufficientEvidence } from '../base/evidence.ts'
import { type RuleConfig, rules } from '../data/contract/catalog.ts'
import { checkContract } from '../data/contract/check.ts'
import type { Action, Compared, ContractInput, Finding } from '../data/contract/rule.ts'
import type { LabelFacts } from '../data/label-facts.ts'
import type { Profile } from '../data/profile.ts'
import type { RowFacts } from '../data/row-facts.ts'
import type { Anchors } from '../learners/anchors.ts'
import { labelNoise } from '../learners/label-noise.ts'

/** A window against the windows that are trusted. All profiles on one layout. */
export interface WindowUnderInspection {
  readonly reference: Profile
  readonly referenceWindows: readonly Profile[]
  readonly current: Profile
  /** What profiles lack; left out: not measured. */
  readonly facts?: Compared<RowFacts> | null
  /** When the window closed, in ms since 1970 UTC; left out: nobody knows. */
  readonly now?: number | null
}

/** A window's labels against those that are trusted. */
export interface LabelsUnderInspection {
  /** Anchors of the newest windows whose labels passed, of about as many rows each. */
  readonly trusted: readonly Anchors[]
  readonly current: Anchors
  /** Classes and columns that give the label away; left out: not measured. */
  readonly facts?: Compared<LabelFacts> | null
}

/** What came of holding a window against the contract. */
export interface Inspection {
  /** Any of them keeps the window out of training, judging and deciding. */
  readonly breaches: readonly Reason[]
  /** The first of them that stops every training and decision while it lasts; left out: none does. */
  readonly stops?: Reason | null
  /** Breaches that the contract lets pass: to be written down. */
  readonly noted?: readonly Reason[]
  /** Rules that could not look at anything: never read as "all is well". */
  readonly unchecked: readonly InsufficientEvidence[]
}

/** Nobody asked for anything: there is no contract. */
export const NO_INSPECTION: Inspection = { breaches: [], unchecked: [] }

/** What the contract has against a window's rows, labels aside: known as soon as the window closes. */
export function inspectRows(window: WindowUnderInspection, contract: readonly RuleConfig[]): Inspection {
  return inspected({ ...window, labelNoise: null }, rulesReading('rows', contract))
}

/** What the contract has against a window's labels: known once they have matured. */
export function inspectLabels(
  window: WindowUnderInspection,
  { trusted, current, facts }: LabelsUnderInspection,
  contract: readonly RuleConfig[],
): Inspection {
  const asked = rulesReading('labels', contract)
  if (asked.length === 0) return NO_INSPECTION
  const noise = labelNoise(trusted, current)
  const labels = facts ?? null
  if (noise.kind === 'measured') return inspected({ ...window, labels, labelNoise: noise }, asked)
  const others = asked.filter(({ rule }) => rule !== 'label-noise')
  const rest = inspected({ ...window, labels, labelNoise: null }, others)
  if (others.length === asked.length) return rest
  const { haveRows: rows, needRows, because } = noise
  const lack: InsufficientEvidence = {
    kind: 'insufficient',
    detector: 'label-noise',
    subject: 'labels',
    rows,
    needRows: Math.max(needRows, rows + 1),
    because,
  }
  return { ...rest, unchecked: [lack, ...rest.unchecked] }
}

/** What a rule of the contract must be given, beside profiles. */
export function needsOf(contract: readonly RuleConfig[]): ReadonlySet<'row-facts' | 'label-facts'> {
  return new Set(contract.flatMap(({ rule }) => rules.get(rule).needs ?? []))
}

function rulesReading(what: 'rows' | 'labels', contract: readonly RuleConfig[]): RuleConfig[] {
  return contract.filter((config) => rules.get(config.rule).reads === what)
}

function inspected(input: ContractInput, asked: readonly RuleConfig[]): Inspection {
  const findings = checkContract(input, asked)
  const reasons = (...actions: readonly Action[]): Reason[] =>
    findings
      .filter(({ action }) => actions.includes(action))
      .flatMap(({ breaches }) =>
        breaches.map(({ rule, text, observed, limit, rows }) => ({ by: rule, text, value: observed, limit, rows })),
      )
  return {
    breaches: reasons('block', 'quarantine'),
    stops: reasons('block')[0] ?? null,
    noted: reasons('pass'),
    unchecked: findings.filter(({ kind }) => kind === 'insufficient').map(silence),
  }
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
