import type { Comparison } from '../../base/comparison.ts'
import type { Evidence } from '../../base/evidence.ts'
import type { Verdict } from '../../base/verdict.ts'
import type { LoopConfig } from '../config.ts'
import type { Observation } from '../observation.ts'
import type { DecisionRecord } from '../record.ts'

/** A decision with the records around it. */
export interface Circumstances {
  readonly record: DecisionRecord
  /** Number of what the loop was told, and what it was. */
  readonly observation: { readonly seq: number; readonly body: Observation }
  /** The policy that ruled then. */
  readonly policy: number
  readonly config: LoopConfig
  /** All decisions of the same observation, in order, this one among them. */
  readonly together: readonly DecisionRecord[]
  /** The decision that it follows from: that started the run, or that a person answers; null where there is none. */
  readonly follows: DecisionRecord | null
  /** What a person answered to it; null where nobody did, or where nothing was asked. */
  readonly answeredBy: DecisionRecord | null
}

/** Whether what was decided was done at once, waits for a person, or was only said. */
export type Standing = 'done' | 'proposed' | 'only-said'

/** What the mode made of a decision. What a person asks for is done; so is whatever touches nothing. */
export function standingOf({ record, observation, config }: Circumstances): Standing {
  if (observation.body.kind === 'command') return 'done'
  const isServing = record.kind === 'promote' || record.kind === 'reinstate'
  if (record.kind === 'return') return config.mode === 'observe' ? 'only-said' : 'done'
  if (!isServing && record.kind !== 'retrain') return 'done'
  if (config.mode === 'auto' || (config.mode === 'approve' && !isServing)) return 'done'
  return config.mode === 'observe' ? 'only-said' : 'proposed'
}

/** Versions that were held against the live one for this decision. */
export function comparisonsOf({ observation }: Circumstances): readonly Comparison[] {
  return observation.body.kind === 'compared' ? observation.body.comparisons : []
}

/** The run that a decision judges. */
export function runOf({ observation }: Circumstances): number | null {
  return observation.body.kind === 'run-ended' ? observation.body.run : null
}

/** What was seen: written down with the decision, else with the one that it follows from, else as the loop heard it. */
export function evidenceBehind({ record, follows, together, observation }: Circumstances): {
  readonly evidence: readonly Evidence[]
  /** The other decision that it was written down with. */
  readonly decision: number | null
} {
  for (const one of [record, ...together, ...(follows === null ? [] : [follows])])
    if (one.evidence.length > 0) return { evidence: one.evidence, decision: one.seq === record.seq ? null : one.seq }
  return { evidence: 'evidence' in observation.body ? observation.body.evidence : [], decision: null }
}

/** What gates said: of this decision, or of the one that it follows from. */
export function verdictsBehind({ record, follows, together }: Circumstances): readonly Verdict[] {
  const found = [record, ...together, ...(follows === null ? [] : [follows])].find(
    ({ verdicts }) => verdicts.length > 0,
  )
  return found?.verdicts ?? []
}
