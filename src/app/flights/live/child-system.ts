import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Fault } from '../../../base/fault.ts'

/** A `keepfit up` of our own. It ends when this process does, however that ends. */
export interface ChildSystem {
  readonly url: string
  /** Settled when it is gone. */
  readonly gone: Promise<void>
  stop(): Promise<void>
}

export interface ChildAsked {
  readonly dataFolder: string
  readonly configFile: string
}

/** Last words that are told when it ends before it answers. Characters. */
const LAST_WORDS = 2000

/**
 * Starts Keepfit as a user would, on a port that the system chooses, and waits until it answers.
 * @throws Fault SERVER_UNAVAILABLE with its own words when it ends before
 */
export async function startChildSystem({ dataFolder, configFile }: ChildAsked): Promise<ChildSystem> {
  const command = fileURLToPath(new URL('../../../../bin/keepfit', import.meta.url))
  const words = ['--data', dataFolder, 'up', '--port', '0', '--config', configFile, '--json', '--with-parent']
  // In a session of its own: an interrupt at the terminal reaches this process alone, which ends the other in order.
  const child = spawn(process.execPath, [command, ...words], { stdio: ['pipe', 'pipe', 'pipe'], detached: true })
  const gone = once(child, 'exit').then(() => undefined)
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-LAST_WORDS)
  })
  const url = await Promise.race([urlOf(child), gone.then(() => null)])
  if (url === null) {
    const why = said.trim().replace(/^keepfit: /, '')
    throw new Fault('SERVER_UNAVAILABLE', why === '' ? `'keepfit up' ended before it answered` : why)
  }
  return {
    url,
    gone,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await gone
    },
  }
}

/** Waits for the line that says that it is ready. */
async function urlOf(child: ChildProcess): Promise<string | null> {
  if (child.stdout === null) return null
  const lines = createInterface({ input: child.stdout })
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      const said: unknown = JSON.parse(line)
      if (typeof said === 'object' && said !== null && 'url' in said && typeof said.url === 'string') resolve(said.url)
    })
    lines.on('close', () => resolve(null))
  })
}
