import { BrokenInvariant } from '../base/assert.ts'
import { errorCode } from '../base/error-text.ts'
import { Fault, type FaultCode } from '../base/fault.ts'

/**
 * Why a step broke, as far as it decides what follows: what the world may mend by itself is tried again; a training
 * that leads nowhere and our own mistakes fail the run; rows that cannot be used block it; what was ended from outside
 * ends; what another attempt took over is left alone.
 */
export type Cause = 'operating' | 'training' | 'data' | 'ours' | 'stopped' | 'taken-over'

const CAUSES: Partial<Record<FaultCode, Cause>> = {
  DATABASE_UNAVAILABLE: 'operating',
  SERVER_UNAVAILABLE: 'operating',
  SCORER_UNAVAILABLE: 'operating',
  DISK_FULL: 'operating',
  BUSY: 'operating',
  TRAINING_FAILED: 'training',
  SCORING_FAILED: 'training',
  ARTIFACT_CORRUPT: 'training',
  INTERNAL: 'ours',
  RUN_STOPPED: 'stopped',
  RUN_TAKEN_OVER: 'taken-over',
}

/** Connection lost or refused, out of space, too many connections, a server that starts or stops, a lost race or lock. */
const OPERATING =
  /^(?:08...|53...|57P0.|57014|40001|40003|40P01|25P0[34]|55P03|E(?:CONN(?:REFUSED|RESET|ABORTED)|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOSPC|DQUOT|MFILE|NFILE|NOMEM|AGAIN|IO|NOTFOUND))$/

/** What `pg` says, without a code, of a connection that went away under a query. */
const LOST =
  /Connection terminated|connection timeout|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed/

export function causeOf(error: unknown): Cause {
  if (error instanceof BrokenInvariant) return 'ours'
  if (error instanceof Fault) {
    // A trainer that the machine killed may be said so by whoever ran it.
    if (error.details['isOperating'] === true) return 'operating'
    return CAUSES[error.code] ?? 'data'
  }
  if (!(error instanceof Error)) return 'ours'
  const code = errorCode(error) ?? ''
  // A database that restarts has no socket for a moment.
  const isNoSocket = code === 'ENOENT' && 'syscall' in error && error.syscall === 'connect'
  return isNoSocket || OPERATING.test(code) || LOST.test(error.message) ? 'operating' : 'ours'
}

/** Milliseconds to wait before try number `next` (2, 3, …); null: it was the last. */
export function backoffMs(next: number, { tries, firstMs }: RetryTerms): number | null {
  return next > tries ? null : Math.min(60_000, firstMs * 4 ** (next - 2))
}

export interface RetryTerms {
  /** Most tries of one step within one attempt of a run. Count, ≥ 1. */
  readonly tries: number
  /** Before the second try; each further one waits four times as long, a minute at most. Milliseconds. */
  readonly firstMs: number
}

/** Waits; the reason of an abort is thrown at once. */
export function pause(ms: number, signal: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
}
