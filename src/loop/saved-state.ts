import { Fault } from '../base/fault.ts'
import { LOOP_STATE_VERSION, type LoopState, startLoop } from './state.ts'

const KEYS = Object.keys(startLoop(1, 0, null))

/**
 * A loop's state as it was saved.
 *
 * @param saved what `JSON.parse` gave
 * @throws Fault STATE_UNREADABLE where it is no state, or one of another version
 */
export function readLoopState(saved: unknown): LoopState {
  if (typeof saved !== 'object' || saved === null || Array.isArray(saved)) {
    throw unreadable(`it must be a mapping; got ${Array.isArray(saved) ? 'a list' : String(saved)}`)
  }
  const version: unknown = Reflect.get(saved, 'stateVersion')
  if (version !== LOOP_STATE_VERSION) {
    const given = version === undefined ? 'none' : String(version)
    throw unreadable(`its stateVersion is ${given}; this Keepfit reads ${LOOP_STATE_VERSION}`)
  }
  const missing = KEYS.filter((key) => !Object.hasOwn(saved, key))
  if (missing.length > 0) throw unreadable(`it lacks ${missing.join(', ')}`)
  return saved as LoopState
}

function unreadable(why: string): Fault {
  return new Fault('STATE_UNREADABLE', `the saved state of a loop cannot be read: ${why}`)
}
