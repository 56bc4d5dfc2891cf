import { Fault } from '../base/fault.ts'
import { momentOfText } from '../data/event-values.ts'

/** As people write numbers: `Number` alone would also take 0x20 and the empty text. */
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/** @throws Fault USAGE unless `text` is a number in [low, high] */
export function readNumber(name: string, text: string, low: number, high: number): number {
  const value = DECIMAL.test(text.trim()) ? Number(text) : Number.NaN
  if (!(value >= low && value <= high))
    throw new Fault('USAGE', `${name} must be a number from ${low} to ${high}; got '${text}'`)
  return value
}

/** @throws Fault USAGE unless `text` is a whole number in [low, high] */
export function readWhole(name: string, text: string, low: number, high: number): number {
  const value = readNumber(name, text, low, high)
  if (!Number.isInteger(value))
    throw new Fault('USAGE', `${name} must be a whole number from ${low} to ${high}; got '${text}'`)
  return value
}

/**
 * A day or an instant; without a zone it is UTC, wherever the terminal stands.
 * @returns milliseconds since 1970 UTC
 * @throws Fault USAGE for what is none, such as the 30th of February
 */
export function readMoment(name: string, text: string): number {
  const at = momentOfText(text.trim())
  if (!Number.isFinite(at))
    throw new Fault('USAGE', `${name} must be a day or an instant such as 2026-01-31T12:00:00Z; got '${text}'`)
  return at
}

/** The parts of a comma-separated list, without empty ones. */
export function readList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** @throws Fault USAGE unless `text` is one of `allowed` */
export function readChoice<const T extends string>(name: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((choice) => choice === text)
  if (found === undefined) throw new Fault('USAGE', `${name} must be one of ${allowed.join(', ')}; got '${text}'`)
  return found
}
