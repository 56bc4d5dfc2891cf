import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A `keepfit up` of a test: a process of its own, as a user starts it. */
export interface TestServer {
  readonly url: string
  readonly token: string
  readonly child: ChildProcess
  /** What it printed so far. */
  output(): { readonly stdout: string; readonly stderr: string }
  ask(path: string, init?: RequestInit): Promise<Response>
  json(path: string): Promise<unknown>
  /** Sends events as lines. */
  send(events: readonly object[]): Promise<Response>
  /** Ends it as a user does. @returns its exit code */
  stop(): Promise<number | null>
  /** Ends it as a power cut does. */
  kill(): Promise<void>
}

const BIN = new URL('../../bin/keepfit', import.meta.url).pathname
const READY_MS = 90_000

/**
 * Starts `keepfit up` in `folder` on a port that is free, and waits until it says that it is ready.
 * @param more words behind `up`
 * @param bin the command: of this tree, or of a copy that was changed
 */
export async function startKeepfit(
  folder: string,
  more: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
  bin = BIN,
): Promise<TestServer> {
  const child = spawn(process.execPath, [bin, 'up', '--port', '0', '--json', ...more], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  let stdout = ''
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const url = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`keepfit up was not ready within ${READY_MS / 1000} s: ${stdout}${stderr}`))
    }, READY_MS)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      const ready = stdout.split('\n').find((line) => line.includes('"event":"ready"'))
      if (ready === undefined) return
      clearTimeout(late)
      resolve((JSON.parse(ready) as { url: string | null }).url ?? '')
    })
    child.on('exit', (code) => {
      clearTimeout(late)
      reject(new Error(`keepfit up ended with ${code}: ${stdout}${stderr}`))
    })
  })
  const token = url === '' ? '' : (await readFile(join(folder, '.keepfit', 'token'), 'utf8')).trim()
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } })
  return {
    url,
    token,
    child,
    output: () => ({ stdout, stderr }),
    ask,
    json: async (path) => (await ask(path)).json(),
    send: (events) =>
      ask('/v1/events', {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: events.map((event) => JSON.stringify(event)).join('\n'),
      }),
    stop() {
      child.kill('SIGTERM')
      return ended
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
