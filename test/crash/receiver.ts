import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Receiver {
  readonly url: string
  /** What was told under each id, every time that it was. */
  readonly told: ReadonlyMap<string, readonly string[]>
  close(): Promise<void>
}

/** Takes webhooks; refuses every fifth once, so that some are told again. */
export async function startReceiver(): Promise<Receiver> {
  const told = new Map<string, string[]>()
  const refused = new Set<string>()
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const id = String(request.headers['webhook-id'])
      if ((told.size + refused.size) % 5 === 4 && !refused.has(id)) {
        refused.add(id)
        response.writeHead(500).end()
        return
      }
      told.set(id, [...(told.get(id) ?? []), Buffer.concat(parts).toString()])
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/told`,
    told,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
