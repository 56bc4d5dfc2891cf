import type { ClientConfig } from 'pg'
import { Fault } from '../../base/fault.ts'

/**
 * A database's address for people: user, host, port and database name; never the password, whichever way the URL holds
 * it.
 * @param url a connection URL, e.g. `postgresql://me:secret@db.example:5432/keepfit?sslmode=require`
 * @returns e.g. `me@db.example:5432/keepfit`
 * @throws Fault CONFIG_INVALID when it is no `postgresql://` URL
 */
export function addressOf(url: string): string {
  const parsed = parseUrl(url)
  const host = parsed.searchParams.get('host') ?? parsed.hostname
  const user = decodeURIComponent(parsed.username) || parsed.searchParams.get('user') || ''
  const port = parsed.searchParams.get('port') ?? parsed.port
  const name = decodeURIComponent(parsed.pathname.slice(1))
  const place = host.startsWith('/') ? `socket ${host}` : `${host || 'localhost'}:${port || '5432'}`
  return `${user === '' ? '' : `${user}@`}${place}/${name}`
}

/**
 * How a connection is made that is held for as long as the process lives: one that cannot be made, or whose other side is
 * gone without a word, is noticed, and not waited for for ever.
 */
export function lastingConnection(url: string, applicationName: string): ClientConfig {
  return {
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  }
}

function parseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed !== undefined && /^postgres(?:ql)?:$/.test(parsed.protocol)) return parsed
  // The value is not repeated: it may hold a password.
  const scheme = /^([a-z][a-z0-9+.-]{0,20}):\/\//i.exec(url)?.[1]
  const got = scheme === undefined ? 'something else' : `a URL that begins with ${scheme}://`
  throw new Fault(
    'CONFIG_INVALID',
    `the address of the database must look like postgresql://user:password@host:5432/name; got ${got}`,
  )
}
