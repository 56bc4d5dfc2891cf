import type { Reason } from '../base/decision.ts'
import type { Evidence } from '../base/evidence.ts'
import type { Verdict } from '../base/verdict.ts'
import type { LoopConfig } from './config.ts'
import type { Effect } from './effect.ts'
import type { DecisionKind, DecisionRecord } from './record.ts'
import type { LoopState } from './state.ts'

/** One call of `step` in the making: state moves on, effects and records pile up. */
export interface Turn {
  state: LoopState
  readonly config: LoopConfig
  readonly effects: Effect[]
  readonly decisions: DecisionRecord[]
}

interface Details {
  readonly version?: number
  readonly aboutWindow?: number
  readonly evidence?: readonly Evidence[]
  readonly verdicts?: readonly Verdict[]
}

/** Writes a decision down, with the state as it is now. */
export function record(
  turn: Turn,
  kind: DecisionKind,
  because: readonly Reason[],
  details: Details = {},
): DecisionRecord {
  const { state } = turn
  const entry: DecisionRecord = {
    seq: state.nextSeq,
    kind,
    window: state.window,
    aboutWindow: details.aboutWindow ?? null,
    now: state.now,
    live: state.live.version,
    version: details.version ?? null,
    because,
    evidence: details.evidence ?? [],
    verdicts: details.verdicts ?? [],
  }
  turn.decisions.push(entry)
  turn.state = { ...state, nextSeq: state.nextSeq + 1 }
  return entry
}

/**
 * Does `effects` now, or asks first, as the mode says.
 * @param isServing whether they change which version answers
 * @returns true when they were done
 */
export function actOrAsk(turn: Turn, entry: DecisionRecord, effects: readonly Effect[], isServing: boolean): boolean {
  const { mode } = turn.config
  if (mode === 'auto' || (mode === 'approve' && !isServing)) {
    turn.effects.push(...effects)
    return true
  }
  if (mode !== 'observe') {
    turn.state = { ...turn.state, proposal: effects }
    turn.effects.push({ kind: 'propose', record: entry })
  }
  return false
}
