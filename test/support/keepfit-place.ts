import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FleetStatus, ModelStatus } from '../../src/http/shapes/status.ts'
import { type CommandResult, keepfit } from './command.ts'
import { ask } from './embedded-postgres.ts'
import { freshDatabase } from './postgres.ts'
import { startKeepfit, type TestServer } from './server.ts'

/** A folder in which somebody works with Keepfit: its servers, and the commands that are typed there. */
export interface KeepfitPlace {
  readonly folder: string
  /** The process that answers requests. */
  readonly api: TestServer
  /** Starts what this place consists of. */
  up(): Promise<void>
  /** One command. */
  run(...words: string[]): Promise<CommandResult>
  /** What a command with --json says; fails unless it says it with exit code 0. */
  json(...words: string[]): Promise<unknown>
  /** Waits until the model is as it should be. */
  until(isSo: (model: ModelStatus) => boolean, name?: string): Promise<ModelStatus>
  /** Ends all of it; gives the exit codes of the processes. */
  stop(): Promise<readonly (number | null)[]>
}

interface Layout {
  /** Words behind `up`, of each process; the first one answers requests. */
  readonly processes: readonly (readonly string[])[]
  readonly environment: Readonly<Record<string, string>>
  release(): Promise<void>
}

/** One process with a database of its own. */
export async function embeddedPlace(): Promise<KeepfitPlace> {
  return place({ processes: [[]], environment: {}, release: async () => undefined })
}

/** One process that answers and two that work, started at once, over an empty database of a Postgres elsewhere. */
export async function separatePlace(): Promise<KeepfitPlace> {
  const server = await freshDatabase()
  const name = `empty_${randomUUID().replaceAll('-', '')}`
  await ask(server.url, `create database ${name}`)
  const url = server.url.replace(/test_[0-9a-f]{32}/, name)
  const worker = ['--role', 'worker']
  return place({
    processes: [['--role', 'api'], worker, worker],
    environment: { DATABASE_URL: url },
    async release() {
      await ask(server.url, `drop database ${name} with (force)`)
      await server.drop()
    },
  })
}

const COMMAND_MS = 60_000
const STEP_MS = 100

async function place({ processes, environment, release }: Layout): Promise<KeepfitPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'keepfit-place-'))
  let servers: TestServer[] = []
  const api = (): TestServer => {
    const [first] = servers
    if (first === undefined) throw new Error('nothing was started here')
    return first
  }
  const run = (...words: string[]) => keepfit(words, folder, COMMAND_MS, environment)

  async function until(isSo: (model: ModelStatus) => boolean, name = 'churn'): Promise<ModelStatus> {
    for (let waited = 0; ; waited += STEP_MS) {
      const { models } = (await api().json('/v1/status')) as FleetStatus
      const model = models.find((one) => one.name === name)
      if (model !== undefined && isSo(model)) return model
      if (waited > COMMAND_MS) throw new Error(`it never became so: ${JSON.stringify(model)}`)
      await sleep(STEP_MS)
    }
  }

  return {
    folder,
    get api() {
      return api()
    },
    async up() {
      const begun = await Promise.allSettled(processes.map((words) => startKeepfit(folder, words, environment)))
      // Of those that did start none may be forgotten because another did not.
      servers = begun.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      for (const one of begun) if (one.status === 'rejected') throw one.reason
    },
    run,
    async json(...words) {
      const { code, stdout, stderr } = await run(...words, '--json')
      if (code !== 0) throw new Error(`keepfit ${words.join(' ')} ended with ${code}: ${stdout}${stderr}`)
      return JSON.parse(stdout)
    },
    until,
    async stop() {
      const codes = await Promise.all(servers.map((server) => server.stop()))
      await release()
      await rm(folder, { recursive: true, force: true })
      return codes
    },
  }
}
