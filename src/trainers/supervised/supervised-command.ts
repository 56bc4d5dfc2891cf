import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Clock } from '../../base/clock.ts'
import type { EndedBecause, SupervisedLine, SupervisedOutcome, SupervisedSpec } from '../../base/supervised.ts'
import { OutputLines, type Redactor, redactor } from './output-lines.ts'
import { endedChildrenCpuMs, endTree, ProcessTree, RUN_KEY_VARIABLE } from './process-tree.ts'
import { RunLog, Tail } from './run-log.ts'

export const LOG_FILE = 'log.txt'
const TAIL_CHARACTERS = 8192
/** How often memory is looked at and new processes are noticed. */
const POLL_MS = 100
/** What a command left running gets so long to go by itself. */
const LEFTOVER_GRACE_MS = 300
/** An owner that died cannot be asked for patience. */
const MOST_ORPHAN_GRACE_MS = 1500
/** `setTimeout` takes no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** One command from its start to the moment when no process of it is left. */
export class SupervisedCommand {
  readonly #spec: SupervisedSpec
  readonly #clock: Clock
  readonly #onLine: (line: SupervisedLine) => void
  readonly #tree: ProcessTree
  readonly #log: RunLog
  readonly #tails = { out: new Tail(TAIL_CHARACTERS), err: new Tail(TAIL_CHARACTERS) }
  #why: EndedBecause = 'ended'
  #peakRssBytes = 0
  #cpuMs = 0
  #ending: Promise<void> | null = null

  constructor(spec: SupervisedSpec, clock: Clock, onLine: (line: SupervisedLine) => void) {
    this.#spec = spec
    this.#clock = clock
    this.#onLine = onLine
    this.#tree = new ProcessTree(spec.runKey)
    this.#log = new RunLog(join(spec.workFolder, LOG_FILE), spec.limits.logBytes)
  }

  /** Ends the command and everything that it started. The first reason counts. */
  stop(why: EndedBecause): void {
    if (this.#ending !== null) return
    this.#why = why
    this.#ending = endTree(this.#tree, this.#graceMs(why))
  }

  #graceMs(why: EndedBecause): number {
    const { graceMs } = this.#spec.limits
    // What eats the machine's memory would go on eating while it is asked.
    if (why === 'memory') return 0
    return why === 'owner-died' ? Math.min(graceMs, MOST_ORPHAN_GRACE_MS) : graceMs
  }

  async run(): Promise<SupervisedOutcome> {
    const startedAt = this.#clock.now()
    const { argv, env, cwd, workFolder, limits, runKey } = this.#spec
    const child = spawn(argv[0] ?? '', argv.slice(1), {
      cwd: cwd ?? workFolder,
      env: { ...env, [RUN_KEY_VARIABLE]: runKey },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const closed = this.#read(child)
    if (child.pid !== undefined) this.#tree.startedAs(child.pid)
    const poll = setInterval(() => this.#look(), POLL_MS)
    const wall = setTimeout(() => this.stop('timeout'), Math.min(limits.wallMs, LONGEST_TIMER_MS))
    const end = await ended(child)
    clearTimeout(wall)
    if (end.startError !== null) this.#why = 'not-started'
    else if (this.#ending === null && this.#tree.living().length > 0)
      this.#ending = endTree(this.#tree, LEFTOVER_GRACE_MS)
    await this.#ending
    clearInterval(poll)
    // All that could hold the pipes open is gone; what they still hold is read.
    await Promise.race([closed, pause(1000)])
    this.#log.close()
    return {
      ...end,
      why: this.#why,
      startedAt,
      endedAt: this.#clock.now(),
      peakRssBytes: this.#peakRssBytes,
      cpuMs: Math.max(this.#cpuMs, endedChildrenCpuMs()),
      stdoutTail: this.#tails.out.read(),
      stderrTail: this.#tails.err.read(),
    }
  }

  #look(): void {
    const { rssBytes, cpuMs } = this.#tree.use()
    this.#peakRssBytes = Math.max(this.#peakRssBytes, rssBytes)
    this.#cpuMs = Math.max(this.#cpuMs, cpuMs)
    const { memoryBytes } = this.#spec.limits
    if (memoryBytes !== null && rssBytes > memoryBytes) this.stop('memory')
  }

  /** @returns when both streams are read to their end */
  async #read(child: ChildProcess): Promise<void> {
    const secrets = redactor(this.#spec.secrets)
    const streams = [
      ['out', child.stdout],
      ['err', child.stderr],
    ] as const
    await Promise.all(
      streams.map(([name, stream]) => (stream === null ? null : this.#readStream(name, stream, secrets))),
    )
  }

  #readStream(name: SupervisedLine['stream'], stream: Readable, secrets: Redactor): Promise<void> {
    const lines = new OutputLines(secrets, (text) => this.#heard({ stream: name, text, at: this.#clock.now() }))
    stream.on('data', (bytes: Buffer) => lines.write(bytes))
    return new Promise((done) => {
      stream.on('error', () => done())
      stream.on('close', () => {
        lines.end()
        done()
      })
    })
  }

  #heard(line: SupervisedLine): void {
    if (line.text === '') return
    this.#log.write(line)
    this.#tails[line.stream].add(line.text)
    this.#onLine(line)
  }
}

type Ended = Pick<SupervisedOutcome, 'exitCode' | 'signal' | 'startError'>

function ended(child: ChildProcess): Promise<Ended> {
  return new Promise((done) => {
    child.on('exit', (exitCode, signal) => done({ exitCode, signal, startError: null }))
    child.on('error', (error) => done({ exitCode: null, signal: null, startError: error.message }))
  })
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms).unref())
}
