import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { LiveTerms } from '../../src/pipeline/live-run.ts'
import { TERMS } from './live-runs.ts'
import type { RunWorld } from './run-world.ts'

/** What a worker process says, one JSON object a line. */
export interface WorkerSaid {
  readonly event: string
  readonly [key: string]: unknown
}

export interface WorkerProcess {
  readonly child: ChildProcess
  readonly id: string
  readonly said: readonly WorkerSaid[]
  /** What it wrote to stderr. */
  errors(): string
  /** Waits until it has said something, 20 s at most. */
  heard(is: (said: WorkerSaid) => boolean): Promise<WorkerSaid>
  /** Waits until it is gone. */
  gone(): Promise<void>
}

/** The rows of `run-worker.mjs` have one feature. */
const ONE_FEATURE: LiveTerms = { ...TERMS, schema: { ...TERMS.schema, features: [{ name: 'x', kind: 'numeric' }] } }

let count = 0

/** Starts a worker as a process of its own. */
export async function workerProcess(
  world: RunWorld,
  options: { readonly concurrency?: number } = {},
): Promise<WorkerProcess> {
  const id = `process-${++count}`
  const { url, dataFolder } = world
  const asked = {
    url,
    dataFolder,
    processId: id,
    terms: ONE_FEATURE,
    beatMs: 100,
    staleMs: 800,
    concurrency: 2,
    dist: process.env['KEEPFIT_TEST_DIST'] ?? `${process.cwd()}/dist`,
    ...options,
  }
  const child = spawn(process.execPath, ['test/support/run-worker.mjs', JSON.stringify(asked)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: WorkerSaid[] = []
  let errors = ''
  child.stderr.on('data', (bytes) => {
    errors += String(bytes)
  })
  createInterface({ input: child.stdout }).on('line', (line) => said.push(JSON.parse(line) as WorkerSaid))
  const isGone = new Promise<void>((done) => child.once('exit', () => done()))
  const heard: WorkerProcess['heard'] = async (is) => {
    for (let tries = 0; tries < 800; tries++) {
      const found = said.find(is)
      if (found !== undefined) return found
      await new Promise((done) => setTimeout(done, 25))
    }
    throw new Error(`process ${id} said only ${JSON.stringify(said)} ${errors}`)
  }
  const started = { child, id, said, errors: () => errors, heard, gone: () => isGone }
  await heard(({ event }) => event === 'ready')
  return started
}

/** Ends it for good and waits until it is gone. */
export async function killed({ child, gone }: WorkerProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  await gone()
}
