import type { Breaker, LoopState } from './state.ts'
import { record, type Turn } from './turn.ts'

/** Closed, with a clean slate: what opened it must happen again to open it again. */
function closed(at: number): Breaker {
  return { rejectionsInARow: 0, openedAt: null, because: null, closedAt: at }
}

/** Opens the breaker: no training starts until it closes. Says so once. */
export function openBreaker(turn: Turn, because: string): void {
  const { config, state } = turn
  if (config.breaker === null || state.breaker.openedAt !== null) return
  turn.state = { ...state, breaker: { ...state.breaker, openedAt: state.window, because } }
  const text = `${because}; no training starts for ${config.breaker.coolOffWindows} windows, or until a person closes the breaker`
  record(turn, 'breaker-opened', [{ by: 'breaker', text }])
}

/** Closes the breaker and says why; one that is closed stays as it is, without a word. */
export function closeBreaker(turn: Turn, text: string): void {
  if (turn.state.breaker.openedAt === null) return
  turn.state = { ...turn.state, breaker: closed(turn.state.window) }
  record(turn, 'breaker-closed', [{ by: 'breaker', text }])
}

/** Closes a breaker that has been open for its time. */
export function coolOff(turn: Turn): void {
  const { breaker } = turn.config
  const { openedAt } = turn.state.breaker
  if (breaker === null || openedAt === null || turn.state.window - openedAt < breaker.coolOffWindows) return
  closeBreaker(turn, `${breaker.coolOffWindows} windows have passed since it opened`)
}

/** A challenger was rejected; too many in a row open the breaker. */
export function countRejection(turn: Turn): void {
  const rejectionsInARow = turn.state.breaker.rejectionsInARow + 1
  turn.state = { ...turn.state, breaker: { ...turn.state.breaker, rejectionsInARow } }
  const limit = turn.config.breaker?.maxRejections
  if (limit !== undefined && rejectionsInARow >= limit)
    openBreaker(turn, `${rejectionsInARow} challengers in a row were rejected`)
}

/** The state after a challenger was accepted: rejections in a row are counted anew. */
export function forgetRejections(state: LoopState): LoopState {
  return { ...state, breaker: { ...state.breaker, rejectionsInARow: 0 } }
}

/** Opens the breaker where one more training within its span would be too many. */
export function watchForStorm(turn: Turn): void {
  const { breaker } = turn.config
  if (breaker === null) return
  const closedAt = turn.state.breaker.closedAt ?? Number.NEGATIVE_INFINITY
  const started = turn.state.trainings.filter(
    ({ window }) => window > closedAt && turn.state.window - window < breaker.perWindows,
  )
  if (started.length < breaker.maxTrainings) return
  openBreaker(turn, `more than ${breaker.maxTrainings} trainings within ${breaker.perWindows} windows are too many`)
}
