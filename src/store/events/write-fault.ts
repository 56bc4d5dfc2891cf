import { Fault } from '../../base/fault.ts'

const DISK_FULL = '53100'
/** Serialisation failure, deadlock, lock not to be had: the same again may go. */
const LOCKS = ['40001', '40P01', '55P03']
/** Classes of SQLSTATE: connection, resources, operator, system. */
const UNAVAILABLE = ['08', '53', '57', '58', '40', '55']

/** Whether doing the same again is worth it at once. */
export function isConflictOfLocks(error: unknown): boolean {
  return LOCKS.includes(stateOf(error) ?? '')
}

/**
 * What a failed write means for the sender. A statement of ours that is wrong stays what it is.
 * @returns Fault DISK_FULL or DATABASE_UNAVAILABLE, or the error itself
 */
export function writeFault(error: unknown): unknown {
  if (error instanceof Fault || !(error instanceof Error)) return error
  const state = stateOf(error)
  if (state === DISK_FULL || state === 'ENOSPC') {
    return new Fault('DISK_FULL', 'the disk of the database is full; nothing was taken, send it again later', {}, error)
  }
  if (state === undefined ? /connection|terminat|timeout/i.test(error.message) : isOutage(state)) {
    const message = 'the database does not answer; nothing can be taken as written, send it again later'
    return new Fault('DATABASE_UNAVAILABLE', message, { retryAfterSeconds: 1 }, error)
  }
  return error
}

function isOutage(state: string): boolean {
  return UNAVAILABLE.includes(state.slice(0, 2)) || /^E[A-Z]+$/.test(state)
}

function stateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
