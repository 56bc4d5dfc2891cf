import { Socket } from 'node:net'
import { systemClock } from '../../base/clock.ts'
import type { SupervisedSpec } from '../../base/supervised.ts'
import { MESSAGES_FD, type SupervisorMessage } from './messages.ts'
import { writeOutcome } from './outcome-file.ts'
import { SupervisedCommand } from './supervised-command.ts'

/**
 * The process between Keepfit and a command: it outlives Keepfit long enough to end the command with everything that the
 * command started. Its owner holds the other end of its standard input: a first line says what to run, a later one
 * cancels, and the end of it means that the owner is gone, however that came.
 */

/** So much may wait for an owner that does not read; lines above it are only in the log. */
const MOST_WAITING_BYTES = 1024 * 1024
const OWNER_POLL_MS = 200

// A group of its own keeps the terminal's signals away; whoever means this process gets a cancelled run.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => command?.stop('cancelled'))

const owner = process.ppid
const messages = new Socket({ fd: MESSAGES_FD })
messages.on('error', () => {
  // The owner is gone; the end of standard input says so too.
})
let command: SupervisedCommand | null = null
let heard = ''

process.stdin.setEncoding('utf8')
process.stdin.on('data', (text: string) => {
  heard += text
  for (let end = heard.indexOf('\n'); end >= 0; end = heard.indexOf('\n')) {
    const line = heard.slice(0, end)
    heard = heard.slice(end + 1)
    if (command !== null) command.stop('cancelled')
    else void run(JSON.parse(line) as SupervisedSpec)
  }
})
process.stdin.on('error', ownerDied)
process.stdin.on('close', ownerDied)
// A pipe can be held open by a process that inherited it: the parent's number does not lie.
setInterval(() => {
  if (process.ppid !== owner) ownerDied()
}, OWNER_POLL_MS).unref()

async function run(spec: SupervisedSpec): Promise<void> {
  command = new SupervisedCommand(spec, systemClock, (line) => tell({ kind: 'line', line }))
  const outcome = await command.run()
  try {
    writeOutcome(spec.workFolder, outcome)
  } catch {
    // The disk is full or the folder is gone; the owner, if there is one, still hears it.
  }
  messages.end(`${JSON.stringify({ kind: 'end', outcome } satisfies SupervisorMessage)}\n`, () => process.exit(0))
  messages.on('error', () => process.exit(0))
  if (messages.destroyed) process.exit(0)
  // An owner that is stopped never reads; nothing is left to watch for it.
  setTimeout(() => process.exit(0), 60_000).unref()
}

function tell(message: SupervisorMessage): void {
  if (messages.destroyed || messages.writableLength > MOST_WAITING_BYTES) return
  messages.write(`${JSON.stringify(message)}\n`)
}

function ownerDied(): void {
  if (command === null) process.exit(0)
  command.stop('owner-died')
}
