import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface HeardRequest {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

export interface HttpService {
  readonly url: string
  /** Every request so far. */
  readonly heard: HeardRequest[]
  close(): Promise<void>
}

/** A real service on loopback that answers as told: JSON for a value, anything else by writing to the response. */
export async function httpService(
  answer: (request: HeardRequest, response: ServerResponse) => unknown,
): Promise<HttpService> {
  const heard: HeardRequest[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const text = Buffer.concat(parts).toString('utf8')
      const asked = { path: request.url ?? '', headers: request.headers, body: text === '' ? null : JSON.parse(text) }
      heard.push(asked)
      const said = answer(asked, response)
      if (said === undefined) return
      response.setHeader('content-type', 'application/json')
      response.end(typeof said === 'string' ? said : JSON.stringify(said))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
