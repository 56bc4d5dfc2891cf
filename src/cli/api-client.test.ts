import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { apiClient } from './api-client.ts'

const running: Server[] = []
afterEach(async () => {
  for (const server of running.splice(0)) {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  }
})

async function answering(listener: RequestListener) {
  const server = createServer(listener)
  running.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return apiClient({ url, token: 'kf_x', tokenFrom: 'the test' })
}

test('a server that dies in the middle of an answer is away, and may be asked again', async () => {
  const client = await answering((_request, answer) => {
    answer.writeHead(200, { 'content-length': '100' })
    answer.write('{"accepted":')
    setTimeout(() => answer.destroy(), 20)
  })
  await expect(client.post('/v1/events', {})).rejects.toMatchObject({ code: 'SERVER_UNAVAILABLE' })
})

test('a stream that breaks off says that the server is away', async () => {
  const client = await answering((_request, answer) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream' })
    answer.write('id: 1\ndata: {"line":"a"}\n\n')
    setTimeout(() => answer.destroy(), 20)
  })
  const heard: unknown[] = []
  const all = (async () => {
    for await (const { data } of client.stream('/v1/log')) heard.push(data)
  })()
  await expect(all).rejects.toMatchObject({ code: 'SERVER_UNAVAILABLE' })
  expect(heard).toEqual([{ line: 'a' }])
})

test('an answer that is no JSON is not taken for one of Keepfit', async () => {
  const client = await answering((_request, answer) => answer.end('<html>a page of the hotel</html>'))
  await expect(client.get('/v1/status')).rejects.toThrow('not as Keepfit would')
})

test('a stream that holds nonsense is not taken for a server that is away', async () => {
  const client = await answering((_request, answer) => answer.end('id: 1\ndata: {half\n\n'))
  const reading = (async () => {
    for await (const event of client.stream('/v1/log')) expect(event).toBeUndefined()
  })()
  await expect(reading).rejects.toBeInstanceOf(SyntaxError)
})
