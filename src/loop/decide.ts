import { unreachable } from '../base/assert.ts'
import type { Comparison } from '../base/comparison.ts'
import type { Reason } from '../base/decision.ts'
import type { Evidence } from '../base/evidence.ts'
import type { TrainingPlan } from '../base/training.ts'
import { watchForStorm } from './breaker.ts'
import { consult } from './consult.ts'
import { keptTrainings, obstacleTo } from './limits.ts'
import { afterServe, serveEffect } from './serving.ts'
import { actOrAsk, record, type Turn } from './turn.ts'

/** Decides on a window's evidence; asks for retired versions to be scored first where a trigger wants to know. */
export function decide(
  turn: Turn,
  window: number,
  evidence: readonly Evidence[],
  comparisons: readonly Comparison[] | null,
): void {
  const counsel = consult(turn.state, turn.config, evidence, comparisons)
  switch (counsel.kind) {
    case 'ask-retired': {
      const versions = turn.state.retired.slice(0, turn.config.reusePool)
      if (versions.length === 0) return decide(turn, window, evidence, [])
      const live = turn.state.live.version
      turn.state = { ...turn.state, pending: { purpose: 'reuse', window, live, evidence } }
      turn.effects.push({ kind: 'compare', purpose: 'reuse', window, versions })
      return
    }
    case 'reinstate': {
      const entry = record(turn, 'reinstate', counsel.because, { version: counsel.version, evidence })
      const serve = serveEffect(turn.state, counsel.version, 'reinstated')
      if (actOrAsk(turn, entry, [serve], true)) turn.state = afterServe(turn.state, serve, turn.config)
      return
    }
    case 'retrain':
      return startTraining(turn, counsel.because, evidence, counsel)
    case 'postpone': {
      record(turn, 'postpone', counsel.because, { evidence })
      const { live } = turn.state
      turn.state = { ...turn.state, live: { ...live, waits: live.waits + 1 } }
      return
    }
    case 'keep':
    case 'undecided':
      record(turn, counsel.kind, counsel.because, { evidence })
      return
    default:
      unreachable(counsel)
  }
}

function startTraining(
  turn: Turn,
  because: readonly Reason[],
  evidence: readonly Evidence[],
  how: { readonly isHard: boolean; readonly holdsOut: boolean },
): void {
  // Only a training that nothing else would have stopped can be one too many.
  if (obstacleTo(turn, how) === null) watchForStorm(turn)
  const obstacle = obstacleTo(turn, how)
  if (obstacle !== null) {
    record(turn, 'blocked', [obstacle, ...because], { evidence })
    return
  }
  const plan = planOf(turn, evidence, how.holdsOut)
  const entry = record(turn, 'retrain', because, { evidence })
  const run = turn.state.nextRun
  turn.state = { ...turn.state, nextRun: run + 1 }
  if (actOrAsk(turn, entry, [{ kind: 'start-run', run, plan }], false)) beginRun(turn, run, plan)
}

/** Marks a run as active. */
export function beginRun(turn: Turn, run: number, plan: TrainingPlan): void {
  const { state } = turn
  const { trainer } = turn.config
  turn.state = {
    ...state,
    run: { run, plan, trainer },
    trainings: keptTrainings(state, turn.config),
    lastTraining: { window: state.window, now: state.now, labelledRows: state.labelledRows, trainer },
  }
}

/** The plan of a training that starts now. */
export function planOf(turn: Turn, evidence: readonly Evidence[], holdsOut: boolean): TrainingPlan {
  const change = evidence.find((e) => e.detector === 'change-point' && e.kind === 'estimate')
  return {
    data: turn.config.data,
    toWindow: turn.state.window,
    holdOutWindows: turn.config.deploy === 'gated' && holdsOut ? turn.config.holdOutWindows : 0,
    changeWindow: change?.kind === 'estimate' ? change.value : null,
    exclude: turn.state.quarantined,
  }
}
