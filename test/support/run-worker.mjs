// A worker of runs as a process of its own, for tests that kill it. Run from `dist`, which the test run has built.
// argv: a JSON object { url, dataFolder, processId, terms, beatMs, staleMs, concurrency, dist? }. The model's name says
// where the first attempt of its run dies or waits: `kill.<point>.<step>` or `hold.<point>.<step>`.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

const asked = JSON.parse(process.argv[2])
const { url, dataFolder, processId, terms, beatMs, staleMs, concurrency } = asked
const from = (path) => import(pathToFileURL(join(asked.dist, path)).href)
const { openDatabase } = await from('store/postgres/database.js')
const { startRunWorker } = await from('store/runs/run-worker.js')
const { workOnRun } = await from('pipeline/work-on-run.js')
const { PIPELINE_VERSION } = await from('pipeline/durable-run.js')
const { putArtifact } = await from('store/artifacts/artifact-files.js')
const snapshots = await from('store/runs/snapshot-files.js')

const tell = (event) => process.stdout.write(`${JSON.stringify(event)}\n`)
const HOUR = 3_600_000
const ROWS = 60

const database = await openDatabase(url, { maxConnections: 4 })
const worker = await startRunWorker({
  database,
  url,
  dataFolder,
  processId,
  concurrency,
  beatMs,
  staleMs,
  version: PIPELINE_VERSION,
  clock: { now: () => Date.now() },
  work,
  onTrouble: (message) => tell({ event: 'trouble', message }),
})
tell({ event: 'ready', pid: process.pid })
process.on('SIGTERM', async () => {
  await worker.stop(5000)
  await database.close()
  tell({ event: 'stopped' })
  process.exit(0)
})

async function work(attempt) {
  const [kind, point, step] = attempt.run.model.split('.')
  const isMeant = kind === 'loop' || attempt.epoch === 1
  const at = async (here, name) => {
    if (!isMeant || here !== point || name !== step) return
    tell({ event: 'at', model: attempt.run.model, point: here, step: name, epoch: attempt.epoch })
    if (kind === 'kill' || kind === 'loop') {
      process.kill(process.pid, 'SIGKILL')
      await sleep(10_000)
    }
    // Files, not timers: a process that was stopped goes on exactly where it was.
    if (kind === 'hold') while (!existsSync(join(dataFolder, `go.${attempt.run.model}`))) await sleep(5)
  }
  const once = async (name, step) => {
    await at('before', name)
    const value = await attempt.checkpoints.once(name, async () => {
      await at('begun', name)
      const done = await step()
      await at('done', name)
      return done
    })
    await at('after', name)
    return value
  }
  try {
    await workOnRun({ ...attempt, checkpoints: { once } }, ports(), { tries: 3, firstMs: 50 })
    tell({ event: 'worked', model: attempt.run.model, epoch: attempt.epoch })
  } catch (error) {
    tell({ event: 'thrown', model: attempt.run.model, epoch: attempt.epoch, code: error.code, message: error.message })
    throw error
  }
}

function ports() {
  return {
    terms: async () => terms,
    champion: async () => ({
      version: 1,
      artifactDigest: 'c',
      artifactBytes: 1,
      windows: [],
      rows: 1,
      snapshotPath: null,
    }),
    readWindows: async (_run, windows) => windows.map(collected),
    writeSnapshot: (run, its, draft) => snapshots.writeSnapshot(dataFolder, run.model, its, draft),
    verifySnapshot: (snapshot) => snapshots.verifySnapshot(dataFolder, snapshot),
    readSnapshot: (snapshot, part, its) => snapshots.readSnapshot(dataFolder, snapshot, part, its),
    learnedIds: async () => new Map(),
    inspect: async () => null,
    async train({ run }, world) {
      world.log(`trained by ${processId}`, 'out')
      const bytes = new TextEncoder().encode(
        `${run.model} ${processId} ${createHash('md5').update(world.folder).digest('hex')}`,
      )
      const artifactDigest = await putArtifact(dataFolder, bytes)
      const usage = { trainMs: 1, peakRssBytes: 1, cpuMs: 1 }
      return {
        artifactDigest,
        artifactBytes: bytes.length,
        metrics: {},
        hyperparameters: {},
        trainedRows: 100,
        ...usage,
      }
    },
    score: async (_digest, frame) =>
      Float32Array.from({ length: frame.rows }, (_, row) => (frame.columns[0].values[row] > 0 ? 0.9 : 0.1)),
    latencies: async () => null,
    mustPass: async () => null,
  }
}

function collected(window) {
  const startAt = window * HOUR
  const x = Float64Array.from({ length: ROWS }, (_, row) => Math.sin(row * 7 + window))
  const features = { rows: ROWS, columns: [{ name: 'x', kind: 'numeric', values: x, missing: new Uint8Array(ROWS) }] }
  const rows = {
    ids: Array.from(x, (_, row) => `w${window}-${row}`),
    times: Float64Array.from(x, (_, row) => startAt + row),
    features,
    labels: Float64Array.from(x, (value) => Number(value > 0)),
    recorded: null,
    versions: new Int32Array(ROWS),
    newestSeq: 1,
    strange: 0,
  }
  return { window, startAt, endAt: startAt + HOUR, rows }
}
