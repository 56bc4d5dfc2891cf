import pg from 'pg'
import { errorCode, errorText } from '../../base/error-text.ts'
import { Fault } from '../../base/fault.ts'

/** Classes and codes of SQLSTATE after which the same statement may succeed: the server, not the statement, was the cause. */
const STATES = [
  /^08/, // the connection broke
  /^57P0[1-4]$/, // shut down, crashed, starting, idle too long
  /^25P0[34]$/, // a transaction that stood still was ended
  /^40(?:001|P01|003)$/, // serialization, deadlock, outcome unknown
  /^53[34]00$/, // too many connections, limit of the configuration
  /^55P03$/, // a lock was not to be had
]

const SYSTEM = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
]

/** What `pg` says without a code when a connection ends under it, or none is to be had in time. */
const MESSAGES =
  /^Connection terminated|^timeout exceeded when trying to connect|^Client has encountered a connection error|^Client was closed/

/**
 * Whether a failed statement or transaction is worth trying again: the database was away, restarting or busy. A commit
 * whose answer was cut off may have happened, so only what is safe to do twice is to be tried again.
 */
export function isRetryable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isRetryable)
  if (error instanceof Fault) return error.code === 'DATABASE_UNAVAILABLE'
  if (!(error instanceof Error)) return false
  const code = errorCode(error) ?? ''
  if (error instanceof pg.DatabaseError) return STATES.some((state) => state.test(code))
  return (SYSTEM.includes(code) && 'syscall' in error) || MESSAGES.test(error.message)
}

/**
 * What a failed statement is to whoever asked: a Fault when the database was away, or its disk is full; any other error
 * as it is.
 */
export function databaseFault(error: unknown): unknown {
  if (error instanceof Fault) return error
  const reason = errorText(error)
  if (error instanceof pg.DatabaseError && error.code === '53100') {
    return new Fault('DISK_FULL', `the database did not write: its disk is full (${reason})`, {}, error)
  }
  return isRetryable(error)
    ? new Fault('DATABASE_UNAVAILABLE', `the database is away for the moment: ${reason}. Try again`, {}, error)
    : error
}
