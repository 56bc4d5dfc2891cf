import { type ChildProcess, spawn } from 'node:child_process'
import { errorCode } from '../base/error-text.ts'
import { type Delivery, type Message, messageText } from '../base/message.ts'
import type { CommandHook } from './hook-config.ts'

export interface CommandWorld {
  /** The environment of Keepfit, of which a hook gets the variables that it names, and PATH. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Where the program starts. */
  readonly folder: string
}

/** Of the output, the last so many characters are kept. */
const TAIL = 2000
/** After the polite signal, before the one that cannot be refused. Milliseconds. */
const GRACE = 2000
/** A shorter value cannot be told from other text. */
const SHORTEST_SECRET = 4

/**
 * Hands a message to a program: as JSON on its input, and as `KEEPFIT_*` variables. No shell is started, and the
 * environment is built from empty. Exit code 0 within the time limit is delivered; anything else failed. What the program
 * started itself ends with it.
 */
export async function runCommandHook(
  message: Message,
  hook: CommandHook,
  { environment, folder }: CommandWorld,
  signal: AbortSignal,
): Promise<Delivery> {
  const passed = Object.fromEntries(
    hook.environment.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  )
  const env = { PATH: environment['PATH'] ?? '/usr/bin:/bin', ...passed, ...variablesOf(message) }
  const [program = '', ...words] = hook.command
  // A group of its own, so that what it starts can be ended with it.
  const child = spawn(program, words, { cwd: folder, env, stdio: 'pipe', detached: true })
  let output = ''
  const hear = (part: Buffer) => {
    output = (output + part.toString('utf8')).slice(-TAIL * 2)
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  // A program need not read its input.
  child.stdin.on('error', () => {})
  child.stdin.end(messageText(message))

  const { end, stop } = limited(child, hook.timeout, signal)
  const ended = await end.finally(stop)
  const tail = redacted(output, Object.values(passed)).slice(-TAIL).trim()
  const said = tail === '' ? '' : `; it said: ${tail}`
  if (ended === 'exit code 0') return { kind: 'delivered', detail: `${ended}${said}` }
  return { kind: 'failed', why: `the command failed: ${ended}${said}` }
}

/** How it ended, in words; it is ended when the time is up or the signal comes. */
function limited(child: ChildProcess, seconds: number, signal: AbortSignal) {
  let why: string | undefined
  const timers: NodeJS.Timeout[] = []
  const kill = (name: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name)
    } catch {
      // The group is gone already.
    }
  }
  const giveUp = (because: string) => {
    why ??= because
    kill('SIGTERM')
    timers.push(setTimeout(() => kill('SIGKILL'), GRACE))
  }
  const onAbort = () => giveUp('it was stopped because Keepfit stops')
  timers.push(setTimeout(() => giveUp(`no end within ${seconds} s`), seconds * 1000))
  signal.addEventListener('abort', onAbort, { once: true })
  const end = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(`it could not be started: ${errorCode(error) ?? error.message}`))
    // `exit`, not `close`: a grandchild that holds the output open must not hold us.
    child.on('exit', (code, name) => {
      kill('SIGKILL')
      // What was written before the end may still be on its way.
      setImmediate(() => resolve(why ?? (code === null ? `ended by ${name}` : `exit code ${code}`)))
    })
  })
  const stop = () => {
    for (const timer of timers) clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    child.stdout?.destroy()
    child.stderr?.destroy()
  }
  if (signal.aborted) onAbort()
  return { end, stop }
}

/** The message's parts that are plain values: `previous` becomes KEEPFIT_PREVIOUS. */
function variablesOf({ id, event, model, attempt, body }: Message): Record<string, string> {
  const plain = Object.entries(body).flatMap(([key, value]) =>
    /^[a-zA-Z][a-zA-Z0-9]*$/.test(key) && ['string', 'number', 'boolean'].includes(typeof value)
      ? [[`KEEPFIT_${key.replace(/[A-Z]/g, '_$&').toUpperCase()}`, String(value).replaceAll('\0', '')]]
      : [],
  )
  const own = { KEEPFIT_EVENT: event, KEEPFIT_MODEL: model, KEEPFIT_MESSAGE_ID: id, KEEPFIT_ATTEMPT: String(attempt) }
  return { ...Object.fromEntries(plain), ...own }
}

function redacted(text: string, secrets: readonly (string | undefined)[]): string {
  const long = secrets.filter((secret) => secret !== undefined && secret.length >= SHORTEST_SECRET) as string[]
  return long.sort((a, b) => b.length - a.length).reduce((left, secret) => left.replaceAll(secret, '***'), text)
}
