import { readFile } from 'node:fs/promises'
import { createServer as createPlain, type Server } from 'node:http'
import { createServer as createSecure } from 'node:https'
import { type AddressInfo, isIP } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { errorCode } from '../base/error-text.ts'
import { Fault } from '../base/fault.ts'
import type { Api } from './app.ts'

export interface ServerOptions {
  readonly host: string
  /** 0: the system chooses one that is free. */
  readonly port: number
  /** Files of certificate and key, PEM. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
  /** The explicit word for plain HTTP beyond this machine. */
  readonly allowsInsecureNetwork?: boolean
  readonly patience?: Patience
}

export interface Patience {
  readonly headersMs: number
  readonly requestMs: number
}

export interface RunningServer {
  /** E.g. `http://127.0.0.1:7437`. */
  readonly url: string
  /** Takes no new requests, ends streams, lets all else that runs end for so long. Milliseconds. */
  close(graceMs: number): Promise<void>
}

/** A slow sender may hold a connection no longer: with its headers, with the whole request. Milliseconds. */
const PATIENCE: Patience = { headersMs: 10_000, requestMs: 120_000 }
/**
 * Node does not time each connection but looks at all of them now and then, by default every 30 s: three times what the
 * headers are allowed. This many looks within that time keep the limits within a tenth. Count.
 */
const LOOKS = 10
const KEEP_ALIVE_TIMEOUT = 65_000
const HEADER_BYTES = 16 * 1024
const MOST_HEADERS = 100
const MOST_CONNECTIONS = 1024

/**
 * Listens.
 * @throws Fault USAGE beyond this machine without TLS or the explicit word, and when the port is taken or not allowed;
 *   FILE_MISSING and FILE_UNREADABLE for the files of TLS
 */
export async function startServer(api: Api, options: ServerOptions): Promise<RunningServer> {
  const { host, port, tls } = options
  if (!isLoopback(host) && tls === undefined && options.allowsInsecureNetwork !== true)
    throw new Fault(
      'USAGE',
      `'${host}' is reached from other machines: give --tls-cert and --tls-key, or say --insecure-network to send tokens in the clear`,
    )
  const stopping = new AbortController()
  const listener = getRequestListener(
    (request, env) => {
      if (stopping.signal.aborted && 'shouldKeepAlive' in env.outgoing) env.outgoing.shouldKeepAlive = false
      return api.fetch(request, Object.assign(env, { stopping: stopping.signal }))
    },
    { hostname: 'localhost' },
  )
  const { headersMs, requestMs } = options.patience ?? PATIENCE
  const limits = {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: headersMs / LOOKS,
    maxHeaderSize: HEADER_BYTES,
  }
  const server =
    tls === undefined
      ? createPlain(limits, listener)
      : // Before the handshake is done there is no request that the limits above could time.
        createSecure(
          { ...limits, ...(await tlsFiles(tls)), minVersion: 'TLSv1.2', handshakeTimeout: headersMs },
          listener,
        )
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT
  server.maxHeadersCount = MOST_HEADERS
  server.maxConnections = MOST_CONNECTIONS
  await listening(server, host, port)
  const address = server.address() as AddressInfo
  const shown = isIP(address.address) === 6 ? `[${address.address}]` : address.address
  let closing: Promise<void> | undefined
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${shown}:${address.port}`,
    close(graceMs) {
      stopping.abort()
      closing ??= drain(server, graceMs)
      return closing
    },
  }
}

/** Whether only this machine can reach it. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // For good: an error of a later moment, without a listener, would end the process.
    server.on('error', (error: NodeJS.ErrnoException) => reject(listenFault(error, host, port)))
    server.listen({ host, port }, resolve)
  })
}

function listenFault(error: NodeJS.ErrnoException, host: string, port: number): unknown {
  switch (error.code) {
    case 'EADDRINUSE':
      return new Fault('USAGE', `port ${port} of ${host} is taken by another program; give another with --port`)
    case 'EACCES':
      return new Fault('USAGE', `port ${port} of ${host} is not allowed to this user; give one above 1023 with --port`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Fault('USAGE', `'${host}' is no address of this machine`)
    default:
      return error
  }
}

async function drain(server: Server, graceMs: number): Promise<void> {
  const ended = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  // A connection that is kept alive becomes idle only after its answer.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const force = setTimeout(() => server.closeAllConnections(), graceMs)
  await ended
  clearInterval(sweep)
  clearTimeout(force)
}

async function tlsFiles({ cert, key }: { readonly cert: string; readonly key: string }) {
  return { cert: await pem(cert), key: await pem(key) }
}

async function pem(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw new Fault('FILE_MISSING', `there is no file '${path}'`)
    throw new Fault('FILE_UNREADABLE', `'${path}' cannot be read`, {}, error)
  }
}
