import { assert } from '../base/assert.ts'
import { byHandTrigger } from '../triggers/by-hand.ts'
import { contextOf } from './consult.ts'
import { beginRun, planOf } from './decide.ts'
import { obstacleTo } from './limits.ts'
import type { Observation } from './observation.ts'
import { afterServe, serveEffect } from './serving.ts'
import { record, type Turn } from './turn.ts'

type Command = Extract<Observation, { kind: 'command'; command: 'retrain' }>
type Serve = Extract<Observation, { kind: 'command'; command: 'promote' | 'roll-back' }>

/**
 * Starts the training that a person asks for: in every mode, for the person is the approval; whatever the cooldown says;
 * and not past one-run-at-a-time, the least rows, the budget or the breaker, but for the last two where the person names
 * them. A training that waits as a proposal is what was asked for now, so it is void.
 */
export function retrainByHand(turn: Turn, { actor, reason, despite = [] }: Command): void {
  const context = { ...contextOf(turn.state, turn.config, [], null), request: { actor, reason } }
  const { because } = byHandTrigger.decide(context, { trigger: 'by-hand' })
  const obstacle = obstacleTo(turn, { isHard: true, despite })
  if (obstacle !== null) {
    record(turn, 'blocked', [obstacle, ...because])
    return
  }
  const { proposal, nextRun } = turn.state
  const isTraining = proposal?.some(({ kind }) => kind === 'start-run') ?? false
  record(turn, 'retrain', because)
  const plan = planOf(turn, [], byHandTrigger.holdsOut === 'newest')
  turn.state = { ...turn.state, nextRun: nextRun + 1, proposal: isTraining ? null : proposal }
  turn.effects.push({ kind: 'start-run', run: nextRun, plan })
  beginRun(turn, nextRun, plan)
}

/**
 * Lets the version answer that a person names, in every mode, for the person is the approval. A promotion is followed by
 * probation like any other; what was rolled back to is not on probation, for nobody asked for it because it is better.
 */
export function serveByHand(turn: Turn, { command, actor, reason, version, origin }: Serve): void {
  const { live } = turn.state
  assert(version !== live.version, `version ${version} is live already`)
  record(turn, command, [{ by: actor, text: reason }], { version })
  const known = turn.state.origins.some((one) => one.version === version)
  if (!known) turn.state = { ...turn.state, origins: [{ version, ...origin }, ...turn.state.origins] }
  const serve = serveEffect(turn.state, version, command === 'promote' ? 'promoted' : 'rolled-back')
  turn.effects.push(serve)
  turn.state = afterServe(turn.state, serve, turn.config)
}
