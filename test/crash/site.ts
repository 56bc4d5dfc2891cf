import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, openDatabase } from '../../src/store/postgres/database.ts'
import { DATABASE_USER } from '../../src/store/postgres/embedded/data-folder.ts'
import { type SupervisedPostgres, superviseEmbeddedPostgres } from '../../src/store/postgres/embedded/supervise.ts'
import { clockOfMembers, type MembersClock } from './clock-of-members.ts'
import type { Scene } from './invariants/invariant.ts'
import { trainersOf } from './invariants/orphans.ts'
import { Ledger } from './ledger.ts'
import { freePort, mountedDisk, postmasterFile } from './machine.ts'
import { Member } from './member.ts'
import { descendantsOf, isAlive, processes, send } from './processes.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { type Behaviour, configText, SCORE, TRAIN } from './trainer-scripts.ts'

export type Layout = 'one' | 'split'

export interface SiteOptions {
  readonly layout: Layout
  /** The command to run: `bin/keepfit` of some copy. */
  readonly bin: string
  /** Where the data goes instead of a temporary folder. */
  readonly root?: string
  /** Size of a small disk of its own, where this user may make one. Megabytes. */
  readonly diskMb?: number
  /** Of each model, as in `keepfit.yaml`. */
  readonly budget?: string
}

/** Must be seen nowhere. */
const PLANTED = 'planted-8c1f-secret-of-the-server'
/** Is given to the trainer, and must not come out of it. */
const GIVEN = 'given-51d7-secret-of-the-trainer'
const HOOK_SECRET = `whsec_${Buffer.from('crash-proof-secret-of-the-hook!!').toString('base64')}`
const FIRST = Date.UTC(2024, 0, 1)
export const PATIENCE_MS = 90_000

/** An installation of Keepfit that may be killed. */
export class Site {
  readonly ledger = new Ledger()
  readonly deaths: string[] = []
  readonly answers: string[] = []
  readonly layout: Layout
  readonly folder: string
  readonly members: readonly Member[]
  readonly url: string
  readonly clock: MembersClock
  #database: Database | null = null
  readonly #receiver: Receiver
  readonly #postgres: SupervisedPostgres | null
  readonly #memory = new Map<string, string>()
  /** Whether its folder is a disk of its own, which may be filled. */
  readonly isOwnDisk: boolean
  readonly #isOwnFolder: boolean

  constructor(parts: {
    layout: Layout
    folder: string
    isOwnFolder: boolean
    isOwnDisk: boolean
    members: (deaths: string[]) => readonly Member[]
    url: string
    clock: MembersClock
    receiver: Receiver
    postgres: SupervisedPostgres | null
  }) {
    this.layout = parts.layout
    this.folder = parts.folder
    this.#isOwnFolder = parts.isOwnFolder
    this.isOwnDisk = parts.isOwnDisk
    this.members = parts.members(this.deaths)
    this.url = parts.url
    this.clock = parts.clock
    this.#receiver = parts.receiver
    this.#postgres = parts.postgres
  }

  /** Known once everything was ready for the first time. */
  get database(): Database {
    if (this.#database === null) throw new Error('nothing runs yet')
    return this.#database
  }

  get dataFolder(): string {
    return join(this.folder, '.keepfit')
  }

  token(): string {
    return readFileSync(join(this.dataFolder, 'token'), 'utf8').trim()
  }

  /** How the next trainings by command behave. */
  behave(behaviour: Behaviour): void {
    writeFileSync(join(this.folder, 'behaviour'), behaviour)
  }

  /** Starts what does not run, and waits until all of it answers. @returns what did not come */
  async ready(limitMs = PATIENCE_MS): Promise<readonly string[]> {
    const end = Date.now() + limitMs
    const late: string[] = []
    for (const member of this.members) if (member.hasEnded()) member.start()
    for (const member of this.members) {
      while (!(await member.isReady(Math.max(1, end - Date.now())))) {
        if (Date.now() >= end) {
          late.push(`${member.name} is not ready after ${limitMs / 1000} s: ${member.said.slice(-400)}`)
          break
        }
        if (member.hasEnded()) member.start()
      }
    }
    while (late.length === 0 && !((await this.#isHealthy()) && (await this.#isTaking()))) {
      if (Date.now() >= end) late.push(`the API says that not all is well after ${limitMs / 1000} s`)
      for (const member of this.members) if (member.hasEnded()) member.start()
      await sleep(50)
    }
    if (late.length === 0) this.#database ??= await openDatabase(this.databaseUrl(), { maxConnections: 3 })
    return late
  }

  databaseUrl(): string {
    if (this.#postgres !== null) return this.#postgres.url
    const socket = postmasterFile(join(this.dataFolder, 'postgres'))[4] ?? ''
    return `postgresql://${DATABASE_USER}@localhost/keepfit?host=${encodeURIComponent(socket)}&port=5432&sslmode=disable`
  }

  async #isHealthy(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/v1/health`, { signal: AbortSignal.timeout(10_000) })).status === 200
    } catch {
      return false
    }
  }

  /** Whether an event is taken. */
  async #isTaking(): Promise<boolean> {
    const probe = {
      id: `probe-${Date.now()}`,
      type: 'label',
      model: 'own',
      predictionId: 'nobody',
      time: FIRST,
      label: 1,
    } as const
    this.ledger.try([probe])
    try {
      const headers = { authorization: `Bearer ${this.token()}`, 'content-type': 'application/json' }
      const signal = AbortSignal.timeout(20_000)
      const response = await fetch(`${this.url}/v1/events`, {
        method: 'POST',
        headers,
        body: JSON.stringify(probe),
        signal,
      })
      if (response.status === 200) this.ledger.promise([probe])
      return response.status === 200
    } catch {
      return false
    }
  }

  /** The postmaster of now; 0 where there is none. */
  postmaster(): number {
    const folder = this.layout === 'one' ? join(this.dataFolder, 'postgres') : join(this.folder, 'database')
    const pid = Number(postmasterFile(folder)[0])
    return pid > 0 && isAlive(pid) ? pid : 0
  }

  /** Everything that belongs to it, the database as well. */
  everything(): number[] {
    const all = processes()
    const roots = [...this.members.map(({ pid }) => pid), this.postmaster()].filter((pid) => pid > 0)
    const family = roots.flatMap((root) => [root, ...descendantsOf(root, all).map(({ pid }) => pid)])
    return [...new Set([...family, ...trainersOf(this.dataFolder).map(({ pid }) => pid)])].filter(isAlive)
  }

  /** Asks the API what everybody may ask, so that the answers can be searched. */
  async ask(): Promise<void> {
    const paths = ['/v1/status', '/v1/health', '/v1/audit?limit=200', '/v1/models/own/policy', '/metrics']
    for (const path of paths) {
      try {
        const headers = { authorization: `Bearer ${this.token()}` }
        const response = await fetch(`${this.url}${path}`, { headers, signal: AbortSignal.timeout(10_000) })
        this.answers.push(await response.text())
      } catch {
        // It is being killed.
      }
    }
  }

  async sql<R>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    for (let tries = 1; ; tries++) {
      try {
        return (await this.database.pool.query(text, [...values])).rows as R[]
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : ''
        // A mistake in the query stays one.
        if (tries >= 30 || /^(?:42|22|23)/.test(code)) throw error
        await sleep(500)
      }
    }
  }

  scene(isThorough: boolean): Scene {
    const texts = this.answers.splice(0)
    return {
      database: this.database,
      sql: (text, values) => this.sql(text, values),
      dataFolder: this.dataFolder,
      now: this.clock.now(),
      ledger: this.ledger,
      told: this.#receiver.told,
      secret: { values: [PLANTED, HOOK_SECRET, GIVEN], given: [GIVEN], texts },
      memory: this.#memory,
      patienceMs: PATIENCE_MS,
      isThorough,
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map((member) => member.end('SIGTERM')))
    for (const pid of this.everything()) if (pid !== this.#postgres?.pid()) send(pid, 'SIGKILL')
    await this.#database?.close()
    await this.#postgres?.stop()
    await this.#receiver.close()
    if (this.isOwnDisk) execFileSync('umount', ['-l', this.folder])
    if (this.#isOwnFolder) rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Writes an installation into a folder; nothing of Keepfit runs yet, but in the split layout the database does. */
export async function makeSite({ layout, bin, root, diskMb, budget }: SiteOptions): Promise<Site> {
  const folder = root ?? mkdtempSync(join(tmpdir(), 'keepfit-crash-'))
  mkdirSync(folder, { recursive: true })
  const isOwnDisk = diskMb !== undefined && mountedDisk(folder, diskMb)
  // Root's Postgres runs as somebody else, who must come through.
  chmodSync(folder, 0o711)
  const receiver = await startReceiver()
  writeFileSync(join(folder, 'train.mjs'), TRAIN)
  writeFileSync(join(folder, 'score.mjs'), SCORE)
  writeFileSync(
    join(folder, 'keepfit.yaml'),
    configText({ node: process.execPath, hook: receiver.url, ...(budget === undefined ? {} : { budget }) }),
  )
  const port = await freePort()
  const clock = clockOfMembers(folder)
  const environment = {
    NODE_OPTIONS: clock.nodeOptions,
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? folder,
    TMPDIR: tmpdir(),
    PLANTED_SECRET: PLANTED,
    TRAINER_SECRET: GIVEN,
    HOOK_SECRET,
  }
  const postgres =
    layout === 'one'
      ? null
      : await superviseEmbeddedPostgres({ folder: join(folder, 'database'), environment: process.env })
  const member = (deaths: string[], name: string, args: readonly string[]) =>
    new Member({ name, args, bin, folder, environment, onDeath: (said) => deaths.push(said) })
  const api = ['--port', String(port), '--json']
  const shared = ['--database', postgres?.url ?? '', '--json']
  return new Site({
    layout,
    folder,
    isOwnFolder: root === undefined,
    isOwnDisk,
    members: (deaths) =>
      layout === 'one'
        ? [member(deaths, 'up', ['up', ...api])]
        : [
            member(deaths, 'api', ['up', '--role', 'api', '--port', String(port), ...shared]),
            member(deaths, 'worker-1', ['up', '--role', 'worker', ...shared]),
            member(deaths, 'worker-2', ['up', '--role', 'worker', ...shared]),
          ],
    url: `http://127.0.0.1:${port}`,
    clock,
    receiver,
    postgres,
  })
}
