import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { Fault } from '../../base/fault.ts'
import type { SupervisedListener, SupervisedOutcome, SupervisedSpec } from '../../base/supervised.ts'
import { noteSupervisor, takeFolder } from './abandoned.ts'
import { MESSAGES_FD, type SupervisorMessage } from './messages.ts'
import { readOutcome } from './outcome-file.ts'
import { endProcessesOf } from './process-tree.ts'
import { progressIn } from './progress-line.ts'

/**
 * Runs a command under a supervisor: a process of its own that ends the command, and everything that it started, when a
 * limit is passed, when `signal` is aborted, and when this process dies. How it ended is also in `outcome.json`.
 * @returns how it ended, once nothing of it is left
 * @throws Fault TRAINING_FAILED when the supervisor itself was killed; whatever the listener throws
 */
export async function supervise(
  spec: SupervisedSpec,
  listener: SupervisedListener,
  signal: AbortSignal,
): Promise<SupervisedOutcome> {
  signal.throwIfAborted()
  await takeFolder(spec.workFolder, spec.runKey)
  const supervisor = spawn(process.execPath, [supervisorFile()], {
    detached: true,
    env: {},
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
  })
  const { stdin } = supervisor
  // It may be gone before it reads; what follows then says so.
  stdin?.on('error', () => {})
  const cancel = () => void stdin?.write('cancel\n')
  signal.addEventListener('abort', cancel, { once: true })
  try {
    // First who watches over it, then what it starts; a supervisor that is told nothing ends with its input.
    if (supervisor.pid !== undefined) noteSupervisor(spec.workFolder, spec.runKey, supervisor.pid)
    stdin?.write(`${JSON.stringify(spec)}\n`)
    const heard = await hear(supervisor, listener, cancel)
    const outcome = heard.outcome ?? readOutcome(spec.workFolder)
    if (outcome === null) {
      await endProcessesOf(spec.runKey)
      throw new Fault('TRAINING_FAILED', `the supervisor of '${spec.argv[0]}' was killed; the command was ended too`, {
        cause: 'supervisor',
        retry: 'later',
      })
    }
    if (heard.listenerFailure !== null) throw heard.listenerFailure.error
    return outcome
  } finally {
    signal.removeEventListener('abort', cancel)
    stdin?.destroy()
  }
}

interface Heard {
  readonly outcome: SupervisedOutcome | null
  readonly listenerFailure: { readonly error: unknown } | null
}

/** Listens until the supervisor is gone. A listener that throws cancels the run. */
async function hear(supervisor: ChildProcess, listener: SupervisedListener, cancel: () => void): Promise<Heard> {
  let outcome: SupervisedOutcome | null = null
  let listenerFailure: Heard['listenerFailure'] = null
  const gone = new Promise<void>((done) => {
    supervisor.on('close', () => done())
    supervisor.on('error', () => done())
  })
  const messages = supervisor.stdio[MESSAGES_FD] as Readable | null | undefined
  if (messages !== null && messages !== undefined) {
    messages.on('error', () => {})
    readLines(messages, (text) => {
      const message = messageIn(text)
      if (message?.kind === 'end') outcome = message.outcome
      if (message?.kind !== 'line' || listenerFailure !== null) return
      try {
        listener.onLine?.(message.line)
        const progress = message.line.stream === 'out' ? progressIn(message.line.text) : null
        if (progress !== null) listener.onProgress?.(progress)
      } catch (error) {
        listenerFailure = { error }
        cancel()
      }
    })
  }
  await gone
  return { outcome, listenerFailure }
}

/** Not `node:readline`: it takes U+2028 for the end of a line, and JSON does not. */
function readLines(stream: Readable, onLine: (text: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  })
}

/** A supervisor that was killed leaves half a line. */
function messageIn(text: string): SupervisorMessage | null {
  try {
    return JSON.parse(text) as SupervisorMessage
  } catch {
    return null
  }
}

/** It runs compiled: Node 20 cannot start a process from TypeScript. */
function supervisorFile(): string {
  const isSource = import.meta.url.endsWith('.ts')
  const path = isSource ? '../../../dist/trainers/supervised/supervisor.js' : './supervisor.js'
  return fileURLToPath(new URL(path, import.meta.url))
}
