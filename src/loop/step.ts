import { assert, unreachable } from '../base/assert.ts'
import type { Reason } from '../base/decision.ts'
import { closeBreaker, coolOff } from './breaker.ts'
import { retrainByHand, serveByHand } from './by-hand.ts'
import type { LoopConfig } from './config.ts'
import { beginRun, decide } from './decide.ts'
import type { Effect } from './effect.ts'
import { obstacleTo, stopOf } from './limits.ts'
import type { Observation } from './observation.ts'
import { judgeProbation } from './probation.ts'
import type { DecisionRecord } from './record.ts'
import { runEnded } from './run-ended.ts'
import { afterServe } from './serving.ts'
import type { LoopState } from './state.ts'
import { record, type Turn } from './turn.ts'

const MOST_QUARANTINED = 1000

export interface StepResult {
  readonly state: LoopState
  /** To be carried out in order. */
  readonly effects: readonly Effect[]
  readonly decisions: readonly DecisionRecord[]
}

/**
 * The life of one model, one observation at a time. Pure: no clock, no I/O, no randomness; the same state and
 * observation always give the same answer, live and in a backtest. Nothing else in Keepfit decides anything.
 */
export function step(state: LoopState, observation: Observation, config: LoopConfig): StepResult {
  const turn: Turn = { state, config, effects: [], decisions: [] }
  take(turn, observation)
  return { state: turn.state, effects: turn.effects, decisions: turn.decisions }
}

function take(turn: Turn, observation: Observation): void {
  switch (observation.kind) {
    case 'window-closed':
      // Rows that break the contract are not evidence, for no window: with late labels an older one reads it.
      turn.state = { ...turn.state, featureEvidence: observation.breaches.length > 0 ? [] : observation.evidence }
      held(turn, 'rows', observation)
      return quarantine(turn, observation.window, observation.breaches)
    case 'labels-matured':
      return labelsMatured(turn, observation)
    case 'compared':
      return compared(turn, observation)
    case 'run-ended':
      assert(turn.state.run?.run === observation.run, `run ${observation.run} ended, but it is not the active one`)
      return runEnded(turn, observation.result, observation.learned)
    case 'command':
      return byCommand(turn, observation)
    default:
      unreachable(observation)
  }
}

function labelsMatured(turn: Turn, seen: Extract<Observation, { kind: 'labels-matured' }>): void {
  assert(turn.state.pending === null, 'a window matured while the one before was still being decided')
  assert(seen.window > turn.state.window, `window ${seen.window} matured after window ${turn.state.window}`)
  turn.state = { ...turn.state, window: seen.window, now: seen.now }
  coolOff(turn)
  held(turn, 'labels', seen)
  quarantine(turn, seen.window, seen.breaches)
  const evidence = [...turn.state.featureEvidence, ...seen.evidence]
  // Rows that break the contract may say anything about anybody: nothing is decided on them.
  if (turn.state.quarantined.includes(seen.window)) {
    const text = `window ${seen.window} breaks the data contract`
    record(turn, 'blocked', [{ by: 'contract', text }], { evidence, aboutWindow: seen.window })
    return
  }
  turn.state = { ...turn.state, labelledRows: turn.state.labelledRows + seen.labelledRows }
  const stop = stopOf(turn.state)
  if (stop !== null) {
    record(turn, 'blocked', [stop], { evidence, aboutWindow: seen.window })
    return
  }
  const { probation } = turn.state
  if (probation === null) return decide(turn, seen.window, evidence, null)
  const live = turn.state.live.version
  turn.state = { ...turn.state, pending: { purpose: 'probation', window: seen.window, live, evidence } }
  turn.effects.push({ kind: 'compare', purpose: 'probation', window: seen.window, versions: [probation.predecessor] })
}

/** Remembers what stops everything while it lasts, and writes down what the contract lets pass. */
function held(
  turn: Turn,
  what: 'rows' | 'labels',
  { window, stops = null, noted = [] }: Extract<Observation, { kind: 'window-closed' | 'labels-matured' }>,
): void {
  turn.state = { ...turn.state, contractStop: { ...turn.state.contractStop, [what]: stops } }
  if (noted.length > 0) record(turn, 'noted', noted, { aboutWindow: window })
}

/** Keeps a window's rows out of every training and judgement from now on. */
function quarantine(turn: Turn, window: number, breaches: readonly Reason[]): void {
  if (breaches.length === 0) return
  const { quarantined } = turn.state
  if (!quarantined.includes(window)) {
    turn.state = { ...turn.state, quarantined: [...quarantined, window].slice(-MOST_QUARANTINED) }
  }
  record(turn, 'quarantine', breaches, { aboutWindow: window })
}

function compared(turn: Turn, seen: Extract<Observation, { kind: 'compared' }>): void {
  const { pending } = turn.state
  assert(
    pending !== null && pending.purpose === seen.purpose && pending.window === seen.window,
    'nobody asked for this comparison',
  )
  turn.state = { ...turn.state, pending: null }
  const live = turn.state.live.version
  // Live, a run may end or a person may answer while versions are being scored: all that was seen is about another one.
  if (live !== pending.live) {
    const text = `version ${live} went live while others were held against version ${pending.live}; the next window decides`
    record(turn, 'undecided', [{ by: 'loop', text }], { evidence: pending.evidence })
    return
  }
  if (seen.purpose === 'reuse') return decide(turn, seen.window, pending.evidence, seen.comparisons)
  const returned = judgeProbation(turn, seen.comparisons[0])
  if (!returned) decide(turn, seen.window, pending.evidence, null)
}

function byCommand(turn: Turn, given: Extract<Observation, { kind: 'command' }>): void {
  switch (given.command) {
    case 'retrain':
      return retrainByHand(turn, given)
    case 'promote':
    case 'roll-back':
      return serveByHand(turn, given)
    default:
      return command(turn, given)
  }
}

type Answer = Extract<Observation, { kind: 'command'; command: 'approve' | 'reject' | 'close-breaker' }>

function command(turn: Turn, given: Answer): void {
  const said = { by: given.actor, text: given.reason }
  const { proposal } = turn.state
  if (given.command === 'close-breaker') return closeBreaker(turn, `${given.actor}: ${given.reason}`)
  turn.state = { ...turn.state, proposal: null }
  if (proposal === null) return
  if (given.command === 'reject') {
    record(turn, 'declined', [said])
    return
  }
  for (const effect of proposal) {
    // What was free when it was proposed may be taken by now. A person's word counts more than the cooldown only.
    const obstacle = effect.kind === 'start-run' ? obstacleTo(turn, { isHard: true }) : null
    if (obstacle !== null) {
      record(turn, 'blocked', [obstacle, said])
      continue
    }
    record(turn, 'approved', [said], effect.kind === 'serve' ? { version: effect.version } : {})
    turn.effects.push(effect)
    if (effect.kind === 'serve') turn.state = afterServe(turn.state, effect, turn.config)
    if (effect.kind === 'start-run') beginRun(turn, effect.run, effect.plan)
  }
}
