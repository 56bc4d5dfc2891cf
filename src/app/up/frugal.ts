import type { Clock } from '../../base/clock.ts'

/** What is answered sooner is always asked anew. Milliseconds. */
const QUICK_MS = 1000
/** Of the time that passes at most such a share goes into asking the same again. */
const SHARE = 0.05
const MOST_KEPT = 500

/**
 * Asks; what took a second or longer is answered as before until twenty times as long has passed. A question that fails
 * is not remembered.
 */
export function frugal<Answer>(clock: Clock): (key: string, ask: () => Promise<Answer>) => Promise<Answer> {
  const known = new Map<string, { readonly answer: Answer; readonly from: number; readonly until: number }>()
  return async (key, ask) => {
    const begunAt = clock.now()
    const found = known.get(key)
    // A clock that stepped back must not keep an answer alive.
    if (found !== undefined && begunAt >= found.from && begunAt < found.until) return found.answer
    known.delete(key)
    const answer = await ask()
    const from = clock.now()
    const tookMs = from - begunAt
    if (tookMs < QUICK_MS) return answer
    if (known.size >= MOST_KEPT) known.clear()
    known.set(key, { answer, from, until: from + tookMs / SHARE })
    return answer
  }
}
