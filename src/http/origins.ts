import { isIP } from 'node:net'
import { Fault } from '../base/fault.ts'

/** Names that always mean this machine. */
const LOCAL = ['localhost', '127.0.0.1', '::1']

/**
 * The names under which the server may be asked. A page that makes its own name point here (DNS rebinding) is refused;
 * a plain address cannot be rebound and is let through.
 * @param hosts names beside localhost, without port
 */
export function hostCheck(hosts: readonly string[]): (header: string | undefined) => void {
  const allowed = new Set([...LOCAL, ...hosts.map((host) => host.toLowerCase())])
  return (header) => {
    const host = hostIn(header ?? '')
    if (allowed.has(host) || isIP(host) !== 0) return
    throw new Fault(
      'FORBIDDEN',
      `the server is not called '${host.slice(0, 100)}'; start it with --hosts to allow that`,
    )
  }
}

/** The name without port and brackets, lower case. */
function hostIn(header: string): string {
  const inBrackets = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(header)?.[1]
  return (inBrackets ?? header.replace(/:\d{1,5}$/, '')).toLowerCase().replace(/\.$/, '')
}

/** Refuses what a browser sends from another site's page. What is no browser sends neither header. */
export function checkOrigin(headers: Headers): void {
  const site = headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin' && site !== 'none')
    throw new Fault(
      'FORBIDDEN',
      `requests that change something are not taken from another site; got '${site.slice(0, 30)}'`,
    )
  const origin = headers.get('origin')
  if (origin === null) return
  const from = URL.canParse(origin) ? new URL(origin).host : origin
  if (from !== (headers.get('host') ?? '').toLowerCase())
    throw new Fault('FORBIDDEN', `requests that change something are not taken from the page '${origin.slice(0, 100)}'`)
}
