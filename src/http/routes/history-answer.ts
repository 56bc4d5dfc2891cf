import type { Instant } from '../../base/clock.ts'
import { Fault } from '../../base/fault.ts'
import { momentOfText } from '../../data/event-values.ts'
import type { ServedAt, Serving } from '../../models/version.ts'

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/
const DAY = /^\d{4}-\d{2}-\d{2}$/
const LAST = 8_640_000_000_000_000

/**
 * Reads an instant from an address; a day alone is its beginning in UTC.
 * @throws Fault USAGE for what is none, has no zone, or lies in the future: what will be live nobody knows
 */
export function instantIn(text: string, now: Instant): Instant {
  // In an address a plus that was not encoded has become a space.
  const mended = text.trim().replace(/ (?=\d{2}:\d{2}$)/, '+')
  const isMoment = ISO.test(mended) || DAY.test(mended)
  const at = /^\d{1,16}$/.test(mended) ? Number(mended) : isMoment ? momentOfText(mended) : Number.NaN
  if (!(at >= 0 && at <= LAST)) {
    throw new Fault(
      'USAGE',
      `at must be an instant such as 2026-01-31T12:00:00Z, a day, or milliseconds since 1970 UTC; got '${text}'`,
    )
  }
  if (at > now) throw new Fault('USAGE', `at must not lie in the future; got ${new Date(at).toISOString()}`)
  return at
}

/** The answer in plain words. */
export function historySentence(
  model: string,
  {
    at,
    found,
    all,
  }: { readonly at: Instant | null; readonly found: ServedAt | null; readonly all: readonly Serving[] },
): string {
  if (at === null || found === null) {
    const open = all.find(({ toAt }) => toAt === null)
    if (open === undefined) return `No version of '${model}' has answered so far.`
    return `Version ${open.version} of '${model}' answers since ${time(open.fromAt)} (${open.reason}): ${open.because}`
  }
  if (found.kind === 'never') return `At ${time(at)} nothing answered: no version of '${model}' has answered so far.`
  if (found.kind === 'before-first') {
    const { version, fromAt } = found.first
    return `At ${time(at)} nothing answered: the first version of '${model}', ${version}, came at ${time(fromAt)}.`
  }
  const { version, fromAt, toAt, reason, actor, decision, because } = found.serving
  const until = toAt === null ? 'and still does' : `until ${time(toAt)}`
  const record = decision === null ? '' : ` (decision ${decision})`
  return `At ${time(at)} version ${version} of '${model}' answered: ${reason} by ${actor}${record} at ${time(fromAt)}, ${until}. ${because}`
}

function time(instant: Instant): string {
  return new Date(instant).toISOString()
}
