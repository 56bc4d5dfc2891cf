import { readFileSync } from 'node:fs'
import { type Command, CommanderError } from 'commander'
import { systemClock } from '../base/clock.ts'
import { FAULTS, Fault } from '../base/fault.ts'
import type { CommandPorts } from '../cli/ports.ts'
import { buildProgram } from '../cli/program.ts'
import { terminalProgress } from '../cli/progress.ts'
import { builtInTrainers } from '../trainers/catalog.ts'
import { checkPlace, writeNewText, writeText } from './output-files.ts'

const USAGE_EXIT = FAULTS.USAGE.exit
const BROKEN_EXIT = 3
/** The command did what it was asked, and the answer is no. */
const NO_EXIT = 1

/**
 * Runs one command.
 * @param argv the words after `keepfit`
 * @returns the exit code: 0 fine, 1 the check says no, 2 wrong input or usage, 3 something broke
 */
export async function main(argv: readonly string[]): Promise<number> {
  const progress = terminalProgress(process.stderr, systemClock)
  let exit = 0
  const ports: CommandPorts = {
    // Each command loads what it needs when it is called: a check of two files is over before the rest is read.
    backtest: async (...given) => (await import('./backtest.ts')).backtest(...given),
    check: async (...given) => (await import('./check.ts')).check(...given),
    demo: async (...given) => (await import('./flights/demo.ts')).demo(...given),
    localise: async (...given) => (await import('./localise.ts')).localiseFile(...given),
    learnContract: async (...given) => (await import('./contract.ts')).learnContractOf(...given),
    up: async (asked, listener) =>
      (await import('./up/run-up.ts')).runUp(asked, listener, { progress, version: packageVersion() }),
    checkContract: async (...given) => (await import('./contract.ts')).checkContractOf(systemClock)(...given),
    checkPlace,
    writeText,
    writeNewText,
    progress,
    print(text) {
      progress.clear()
      process.stdout.write(text)
    },
    eventChunks: async function* (...given) {
      yield* (await import('./event-chunks.ts')).eventChunks(...given)
    },
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    writeStream: async (...given) => (await import('./write-stream.ts')).writeStream(...given),
    sayNo() {
      exit = NO_EXIT
    },
    adoption: async (asked) => (await import('./adoption-file.ts')).adoptionFile(asked),
    init: async (asked) => (await import('./init.ts')).init(asked),
    doctor: async (asked) => (await import('./doctor.ts')).doctor(asked, packageVersion(), systemClock),
    verifyAudit: async (...given) => (await import('./verify-audit.ts')).verifyAuditOf(...given),
    askUser: async (questions) => (await import('./ask-user.ts')).askUser(questions),
    clock: systemClock,
    api: async () => (await import('./connect.ts')).connect(program.opts()),
    catalogs: async () => (await import('./catalogs.ts')).allCatalogs(),
    trainers: builtInTrainers.ids,
  }
  const program: Command = buildProgram(packageVersion(), ports)
  throwInsteadOfExiting(program)
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exit
  } catch (error) {
    progress.clear()
    return exitCodeOf(error)
  }
}

/** Says what went wrong on stderr, in a sentence, and gives the code. A stack trace is for us: only on request. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT
  if (error instanceof Fault) {
    process.stderr.write(`keepfit: ${error.message}\n`)
    return FAULTS[error.code].exit
  }
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(`keepfit: something broke that should not have: ${message}\n`)
  return BROKEN_EXIT
}

function throwInsteadOfExiting(program: Command): void {
  program.exitOverride()
  for (const command of program.commands) throwInsteadOfExiting(command)
}

function packageVersion(): string {
  const described: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return typeof described === 'object' && described !== null && 'version' in described ? String(described.version) : '0'
}
