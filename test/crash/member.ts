import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from './processes.ts'

export interface MemberOptions {
  readonly name: string
  /** The program's own words, after `keepfit`. */
  readonly args: readonly string[]
  readonly bin: string
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  /** Told when it ends though nobody has killed it. */
  readonly onDeath: (said: string) => void
}

/** One process of Keepfit, started again whenever it has ended. */
export class Member {
  readonly name: string
  readonly #options: MemberOptions
  #child: ChildProcess | null = null
  #gone: Promise<void> = Promise.resolve()
  #ready: Promise<void> = Promise.resolve()
  #isWanted = false
  #wasReady = false
  /** Its last words. */
  said = ''

  constructor(options: MemberOptions) {
    this.name = options.name
    this.#options = options
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  start(): void {
    const { bin, args, folder, environment, name, onDeath } = this.#options
    this.#isWanted = true
    this.#wasReady = false
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: folder,
      env: environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    this.said = ''
    const hear = (text: Buffer) => {
      this.said = (this.said + text.toString()).slice(-4000)
    }
    child.stderr?.on('data', hear)
    this.#ready = new Promise((resolve) => {
      child.stdout?.on('data', (text: Buffer) => {
        hear(text)
        if (!this.said.includes('"event":"ready"')) return
        this.#wasReady = true
        resolve()
      })
    })
    this.#gone = new Promise((resolve) => {
      child.on('exit', (code, signal) => {
        if (this.#child === child && this.#isWanted && signal !== 'SIGKILL') {
          // Without a database it says so and ends; whoever looks after it starts it again.
          if (this.#wasReady) onDeath(`${name} ended by itself (${code ?? signal}): ${this.said.slice(0, 1500)}`)
          this.#isWanted = false
        }
        resolve()
      })
    })
  }

  /** Whether it is there again within the time. */
  async isReady(limitMs: number): Promise<boolean> {
    const ready = this.#ready.then(() => true)
    return Promise.race([ready, this.#gone.then(() => false), sleep(limitMs, false, { ref: false })])
  }

  hasEnded(): boolean {
    // Dead before Node has heard of it: who asks in between must not take it for living.
    return this.pid === 0 || !isAlive(this.pid)
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.#isWanted = false
    if (!this.hasEnded()) this.#child?.kill(signal)
    await this.#gone
  }

  gone(): Promise<void> {
    return this.#gone
  }
}
