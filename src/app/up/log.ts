import { type Logger, pino } from 'pino'
import { Fault } from '../../base/fault.ts'

/** What the process says of itself, one JSON object a line. */
export interface SystemLog {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
  error(message: string, error: unknown, fields?: Readonly<Record<string, unknown>>): void
  /** For whoever wants pino itself. */
  readonly pino: Logger
}

/** @param path file that is appended to; `-` for the standard error */
export function openLog(path: string): SystemLog {
  const destination = path === '-' ? pino.destination(2) : pino.destination({ dest: path, mkdir: true, sync: true })
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination)
  return {
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error(message, error, fields = {}) {
      // What is expected has said all in its message; of our own mistakes we want to know where.
      const about = error instanceof Fault ? { code: error.code, why: error.message } : { err: error }
      logger.error({ ...fields, ...about }, message)
    },
    pino: logger,
  }
}
