import type { LoopConfig } from './config.ts'
import type { Effect, ServeReason } from './effect.ts'
import { addLife } from './horizon.ts'
import type { LoopState } from './state.ts'

/** More than any reuse pool may ask for; older ones are known to the registry only. */
const MOST_RETIRED = 100

/** A version goes live. */
export type Serve = Extract<Effect, { kind: 'serve' }>

/**
 * The state after `serve` takes effect: now, which is later than `serve.window` where a person took time to agree. What
 * was proposed or seen of the version before is void.
 */
export function afterServe(state: LoopState, serve: Serve, config: LoopConfig): LoopState {
  const old = state.live
  const isTraining = serve.reason === 'promoted'
  const livesOn = isTraining && old.version !== state.initialVersion
  const probation =
    isTraining && config.probationWindows > 0
      ? { predecessor: old.version, windowsLeft: config.probationWindows, sum: 0, sumSquares: 0, rows: 0 }
      : null
  return {
    ...state,
    live: { version: serve.version, since: state.window, waits: 0 },
    retired: [old.version, ...state.retired.filter((v) => v !== serve.version && v !== old.version)].slice(
      0,
      MOST_RETIRED,
    ),
    lives: livesOn ? addLife(state.lives, state.window - old.since) : state.lives,
    probation,
    proposal: null,
    featureEvidence: [],
  }
}

/** Asks the world to let `version` answer, decided on the labels known now. */
export function serveEffect(state: LoopState, version: number, reason: ServeReason): Serve {
  return { kind: 'serve', version, window: state.window, reason }
}
