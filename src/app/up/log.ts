import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
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

/** For its owner alone: the log names models, files and people. */
const FILE_MODE = 0o600
const FOLDER_MODE = 0o700

/** @param path file that is appended to, only its owner can read it; `-` for the standard error */
export function openLog(path: string): SystemLog {
  return logTo(path === '-' ? 2 : ownFile(path))
}

/** Lines that wait for room are dropped beyond this. Bytes. */
const MOST_WAITING = 2 ** 20

/** @param dest what lines are written to at once: the standard error's number, or a file that is there */
export function logTo(dest: string | 2): SystemLog {
  const destination = pino.destination({ dest, sync: true, maxLength: MOST_WAITING })
  // A full disk must not end a process that takes nothing while it lasts: what was to be said is written when there is room.
  destination.on('error', () => {})
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

/** The file, for its owner alone; folders that are made for it likewise, one that is there stays as it is. */
function ownFile(path: string): string {
  mkdirSync(dirname(path), { recursive: true, mode: FOLDER_MODE })
  closeSync(openSync(path, 'a', FILE_MODE))
  chmodSync(path, FILE_MODE)
  return path
}
