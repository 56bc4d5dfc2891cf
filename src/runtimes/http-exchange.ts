import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../base/fault.ts'
import { shown } from './http-answer.ts'
import type { HttpScorer } from './http-scorer.ts'

export interface Exchange {
  readonly url: string
  readonly body: string
  readonly scorer: HttpScorer
  readonly token: string | undefined
  /** An answer may have no more. */
  readonly mostBytes: number
  readonly fetch: typeof globalThis.fetch
  readonly signal: AbortSignal | undefined
}

/** A server that is restarting or overloaded. Anything else would be the same the next time. */
const PASSING = new Set([502, 503, 504])

/**
 * Asks once, and again for a 502, 503 or 504. Redirects are not followed: nobody named where they lead.
 * @returns the text of a 200
 * @throws Fault SCORING_FAILED for any other answer or one that is too long · SCORER_UNAVAILABLE when nothing answers in
 * time · `signal.reason` when aborted
 */
export async function exchange(asking: Exchange): Promise<string> {
  const { url, scorer, signal } = asking
  const said = (text: string) => shown(withoutToken(text, asking))
  for (let attempt = 0; ; attempt++) {
    const { status, text } = await askedOnce(asking)
    if (status === 200) return text
    if (status >= 300 && status < 400) {
      throw new Fault('SCORING_FAILED', `${url} answered ${status}, a redirect; redirects are not followed`)
    }
    if (!PASSING.has(status)) throw new Fault('SCORING_FAILED', `${url} answered ${status}: ${said(text)}`)
    if (attempt >= scorer.retries) {
      const times = attempt === 0 ? '' : ` (asked ${attempt + 1} times)`
      throw new Fault('SCORER_UNAVAILABLE', `${url} answered ${status}: ${said(text)}${times}`)
    }
    await sleep(scorer.retryWaitMs * 2 ** attempt, undefined, signal === undefined ? {} : { signal }).catch(() =>
      signal?.throwIfAborted(),
    )
  }
}

async function askedOnce(asking: Exchange) {
  const { url, body, scorer, token, mostBytes, fetch, signal } = asking
  const limit = AbortSignal.timeout(scorer.timeoutMs)
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body,
      redirect: 'manual',
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    })
    return { status: response.status, text: await boundedText(response, mostBytes, url) }
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof Fault) throw error
    const unreachable = () => `cannot be reached: ${shown(withoutToken(reason(error), asking))}`
    const why = limit.aborted ? `gave no answer within ${scorer.timeoutMs} ms` : unreachable()
    // Without its cause: that may quote the token.
    throw new Fault('SCORER_UNAVAILABLE', `${url} ${why}`)
  }
}

async function boundedText(response: Response, mostBytes: number, url: string): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.length
    // Leaving the loop ends the transfer.
    if (bytes > mostBytes) {
      throw new Fault(
        'SCORING_FAILED',
        `${url} answered more than ${mostBytes} bytes, which no scores of these rows need`,
      )
    }
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** A service may quote what it was sent. */
function withoutToken(text: string, { token }: Exchange): string {
  return token === undefined ? text : text.replaceAll(token, '(token)')
}

/** `fetch` says 'fetch failed' and keeps the reason to itself. */
function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return cause instanceof Error ? cause.message || code || cause.name : String(cause)
}
