import type { Comparison } from '../base/comparison.ts'
import type { Decision, Reason } from '../base/decision.ts'
import type { Evidence } from '../base/evidence.ts'
import { triggers } from '../triggers/catalog.ts'
import type { AnyTrigger, TriggerContext } from '../triggers/trigger.ts'
import type { LoopConfig } from './config.ts'
import { horizonWindows } from './horizon.ts'
import { originOf } from './origins.ts'
import type { LoopState } from './state.ts'

/** What all triggers together say. */
export type Counsel =
  | { readonly kind: 'ask-retired' }
  | { readonly kind: 'reinstate'; readonly version: number; readonly because: readonly Reason[] }
  | {
      readonly kind: 'retrain'
      readonly because: readonly Reason[]
      readonly isHard: boolean
      readonly holdsOut: boolean
    }
  | { readonly kind: 'postpone'; readonly because: readonly Reason[] }
  | { readonly kind: 'keep' | 'undecided'; readonly because: readonly Reason[] }

/**
 * Asks every trigger and takes the first of: score retired versions first · reinstate one · retrain (any of them) ·
 * postpone · keep. All triggers undecided is `undecided`, never `keep`.
 */
export function consult(
  state: LoopState,
  config: LoopConfig,
  evidence: readonly Evidence[],
  comparisons: readonly Comparison[] | null,
): Counsel {
  const context = contextOf(state, config, evidence, comparisons)
  const answers = config.triggers.map((entry) => {
    const trigger: AnyTrigger = triggers.get(entry.trigger)
    return { trigger, decision: trigger.decide(context, entry) }
  })
  const of = <K extends Decision['kind']>(kind: K) =>
    answers.flatMap(({ trigger, decision }) =>
      decision.kind === kind ? [{ trigger, decision: decision as Extract<Decision, { kind: K }> }] : [],
    )

  const undecided = of('undecided')
  if (comparisons === null && undecided.some((a) => a.decision.missing.includes('retired-versions'))) {
    return { kind: 'ask-retired' }
  }
  const reinstate = of('reinstate')[0]
  if (reinstate !== undefined)
    return { kind: 'reinstate', version: reinstate.decision.version, because: reinstate.decision.because }

  const retrain = of('retrain')
  if (retrain.length > 0) {
    return {
      kind: 'retrain',
      because: retrain.flatMap((a) => a.decision.because),
      isHard: retrain.some((a) => a.decision.isHard === true),
      // Where the champion's own loss asks as well, just after a change, the newest rows are worth more learned from.
      holdsOut: retrain.every((a) => a.trigger.holdsOut === 'newest'),
    }
  }
  const because = answers.flatMap((a) => a.decision.because)
  if (of('wait').some((a) => a.decision.isPostponed === true)) return { kind: 'postpone', because }
  const nobodyKnows = answers.length > 0 && undecided.length === answers.length
  return { kind: nobodyKnows ? 'undecided' : 'keep', because }
}

/** What the loop lets a trigger know. */
export function contextOf(
  state: LoopState,
  config: LoopConfig,
  evidence: readonly Evidence[],
  comparisons: readonly Comparison[] | null,
): TriggerContext {
  const origin = originOf(state, state.live.version)
  return {
    evidence,
    cost: config.cost,
    horizonWindows: horizonWindows(state.lives, config.labelDelayWindows),
    windowsSinceTraining: state.window - state.lastTraining.window,
    now: state.now,
    lastTrainedAt: state.lastTraining.now,
    waits: state.live.waits,
    comparisons,
    labelledRowsSinceTraining: state.labelledRows - state.lastTraining.labelledRows,
    live: { ...origin, windowsSinceCutOff: Math.max(0, state.window - origin.toWindow) },
    trainer: { now: config.trainer, atLastTraining: state.lastTraining.trainer },
    request: null,
  }
}
