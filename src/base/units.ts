import { Fault } from './fault.ts'

export const MS_PER_DAY = 86_400_000
const MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: MS_PER_DAY, w: 7 * MS_PER_DAY }

/**
 * Reads a span of time such as `90m`, `1d` or `2w`.
 * @returns milliseconds, > 0
 * @throws Fault USAGE when the text is anything else
 */
export function parseSpan(text: string, name: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([smhdw])$/.exec(text.trim())
  const ms = match ? Number(match[1]) * (MS[match[2] as string] as number) : 0
  if (!(ms > 0) || !Number.isFinite(ms)) {
    throw new Fault('USAGE', `${name} must be a span of time such as 90m, 12h, 1d or 2w; got '${text}'`)
  }
  return ms
}
