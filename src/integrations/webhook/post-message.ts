import { lookup as systemLookup } from 'node:dns'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { Webhook } from 'standardwebhooks'
import type { Clock } from '../../base/clock.ts'
import { errorCode } from '../../base/error-text.ts'
import { Fault } from '../../base/fault.ts'
import { type Delivery, type Message, messageText } from '../../base/message.ts'
import type { WebhookHook } from '../hook-config.ts'
import { mayConnect } from './address-rules.ts'

export interface WebhookWorld {
  readonly clock: Clock
  /** Where secrets are looked up. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Hosts that may be told, whatever a model's settings say; left out: any. */
  readonly allowedHosts?: readonly string[]
  /** How names become addresses; the system's way unless told. */
  readonly lookup?: LookupFunction
}

/** Of an answer nothing is kept, and no more than this is read. Bytes. */
const ANSWER_BYTES = 65_536
/** A target may ask to be left alone for a day, not for ever. */
const LONGEST_RETRY_AFTER = 86_400

/**
 * Posts a message, signed as Standard Webhooks 1.0 has it: `webhook-id`, `webhook-timestamp`, `webhook-signature`. The
 * address that the connection is made to is checked, not only the name: private, link-local and metadata addresses are
 * refused unless the hook allows them by word. No redirect is followed; of the answer only the status is read.
 */
export async function postMessage(
  message: Message,
  { webhook, timeout }: WebhookHook,
  world: WebhookWorld,
  signal: AbortSignal,
): Promise<Delivery> {
  const url = new URL(webhook.url)
  const text = messageText(message)
  try {
    refuseHost(url, webhook.allow, world.allowedHosts)
    const headers = signed(message.id, text, secretOf(webhook.secretEnv, world.environment), world.clock)
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeout * 1000)])
    const answer = await post({ url, text, headers, signal: limit, allow: webhook.allow, lookup: world.lookup })
    return judged(answer.statusCode ?? 0, answer.headers['retry-after'])
  } catch (error) {
    return { kind: 'failed', why: reason(error, timeout) }
  }
}

function signed(id: string, text: string, secret: string, clock: Clock): Record<string, string> {
  const now = clock.now()
  return {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    'user-agent': 'keepfit',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, new Date(now), text),
  }
}

/** @throws Fault CONFIG_INVALID when the variable holds no secret that can sign; its value is not repeated */
function secretOf(name: string, environment: WebhookWorld['environment']): string {
  const secret = environment[name]
  if (secret === undefined || secret === '') {
    throw new Fault('CONFIG_INVALID', `the variable ${name}, which must hold the webhook's secret, is not set`)
  }
  const bytes = Buffer.from(secret.replace(/^whsec_/, ''), 'base64').length
  if (bytes >= 24 && bytes <= 64) return secret
  throw new Fault(
    'CONFIG_INVALID',
    `the variable ${name} must hold whsec_ and 24 to 64 bytes in base64; it holds other text`,
  )
}

function refuseHost(url: URL, allow: WebhookHook['webhook']['allow'], hosts: readonly string[] | undefined): void {
  if (hosts !== undefined && !hosts.includes(url.hostname)) {
    throw new Fault('FORBIDDEN', `the host ${url.hostname} is not among those that may be told: ${hosts.join(', ')}`)
  }
  // Node looks up names only: an address that is written out never passes the lookup.
  const address = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(address) !== 0 && !mayConnect(address, allow)) throw refusedAddress(address)
}

interface Post {
  readonly url: URL
  readonly text: string
  readonly headers: Record<string, string>
  readonly signal: AbortSignal
  readonly allow: WebhookHook['webhook']['allow']
  readonly lookup: LookupFunction | undefined
}

function post({ url, text, headers, signal, allow, lookup = systemLookup }: Post): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    // No agent: a connection that was kept would have been checked for another hook.
    const options = { method: 'POST', headers, signal, agent: false, lookup: checkedLookup(lookup, allow) } as const
    const request: ClientRequest = send(url, options, (answer) => {
      let bytes = 0
      answer.on('data', (part: Buffer) => {
        bytes += part.length
        if (bytes > ANSWER_BYTES) request.destroy()
      })
      answer.on('error', () => {})
      // The status is the answer; what follows is read only so that the other side is not cut off.
      resolve(answer)
    })
    request.on('socket', (socket) => {
      socket.on('connect', () => {
        const address = socket.remoteAddress
        if (address === undefined || !mayConnect(address, allow)) request.destroy(refusedAddress(address ?? 'unknown'))
      })
    })
    request.on('error', reject)
    request.end(text)
  })
}

/** Gives the socket only addresses that may be told: it connects to one of those and to no other. */
function checkedLookup(lookup: LookupFunction, allow: WebhookHook['webhook']['allow']): LookupFunction {
  return (host, options, done) =>
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, [])
      const all = typeof found === 'string' ? [] : found
      const refused = all.find(({ address }) => !mayConnect(address, allow))
      // One bad address among good ones is a trick or a mistake; which of them would be taken is chance.
      if (refused !== undefined) return done(refusedAddress(refused.address), [])
      const first = all[0]
      if (options.all === true || first === undefined) return done(null, all)
      done(null, first.address, first.family)
    })
}

function judged(status: number, retryAfter: string | undefined): Delivery {
  if (status >= 200 && status < 300) return { kind: 'delivered', detail: `answered ${status}` }
  if (status >= 300 && status < 400) return { kind: 'failed', why: `answered ${status}: redirects are not followed` }
  if (status === 410) return { kind: 'failed', why: 'answered 410: it wants no more messages', isFinal: true }
  const seconds = Number(retryAfter)
  const isPatient = retryAfter !== undefined && seconds > 0
  const wait = isPatient ? { retryAfterMs: Math.min(seconds, LONGEST_RETRY_AFTER) * 1000 } : {}
  return { kind: 'failed', why: `answered ${status}`, ...wait }
}

function refusedAddress(address: string): Fault {
  const what = 'this machine, the local network and metadata services are not told unless the hook allows it'
  return new Fault('FORBIDDEN', `the address ${address} is refused: ${what}`, { address })
}

function reason(error: unknown, timeout: number): string {
  if (error instanceof Fault) return error.message
  if (!(error instanceof Error)) return 'it could not be reached'
  const cause = error.name === 'AbortError' ? error.cause : undefined
  if (cause instanceof Error && cause.name === 'TimeoutError') return `no answer within ${timeout} s`
  return `it could not be reached: ${errorCode(error) ?? error.message}`
}
