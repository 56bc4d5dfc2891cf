import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { Fault } from '../../src/base/fault.ts'
import { seededRng } from '../../src/base/rng.ts'
import type { Frame } from '../../src/data/frame.ts'
import type { WindowRows } from '../../src/data/window-rows.ts'
import type { LiveRunPorts } from '../../src/pipeline/live-ports.ts'
import type { LiveChampion, LiveTerms } from '../../src/pipeline/live-run.ts'
import type { CollectedWindow } from '../../src/pipeline/snapshot-rows.ts'
import { putArtifact } from '../../src/store/artifacts/artifact-files.ts'
import { readSnapshot, snapshotIds, verifySnapshot, writeSnapshot } from '../../src/store/runs/snapshot-files.ts'

export const HOUR = 3_600_000
export const ROWS = 60

/** A small world: y is yes where x > 0, and the trained model knows it. */
export const TERMS: LiveTerms = {
  schema: {
    task: { kind: 'binary', classes: ['no', 'yes'] },
    features: [
      { name: 'x', kind: 'numeric' },
      { name: 'colour', kind: 'categorical' },
    ],
  },
  columns: { id: 'keepfit_id', time: 'keepfit_time', label: 'y' },
  scale: 1,
  rollingWindows: 3,
  gates: [],
  trainer: { id: 'fake', options: {} },
  seed: 1,
  minRows: 20,
  limits: { trainMs: 20_000, stepMs: 20_000, memoryBytes: null },
  codeVersion: 'test',
}

export function collected(window: number): CollectedWindow {
  const rng = seededRng(window + 1)
  const startAt = window * HOUR
  const x = Float64Array.from({ length: ROWS }, () => rng() - 0.5)
  const missing = new Uint8Array(ROWS)
  const rows: WindowRows = {
    ids: Array.from(x, (_, row) => `w${window}-${row}`),
    times: Float64Array.from(x, (_, row) => startAt + row * 1000),
    features: {
      rows: ROWS,
      columns: [
        { name: 'x', kind: 'numeric', values: x, missing },
        {
          name: 'colour',
          kind: 'categorical',
          values: Int32Array.from(x, (_, row) => row % 3),
          missing,
          categories: ['red', '', 'grün'],
        },
      ],
    },
    // Every tenth label is not known.
    labels: Float64Array.from(x, (value, row) => (row % 10 === 9 ? Number.NaN : Number(value > 0))),
    recorded: null,
    versions: new Int32Array(ROWS),
    strange: 0,
    newestSeq: 100 + window,
  }
  return { window, startAt, endAt: startAt + HOUR, rows }
}

/** P(yes) of each row as a model would say it. `wrong`: says the contrary of what is so. */
export function scoresOf(frame: Frame, kind: 'good' | 'wrong' | 'constant'): Float32Array {
  const x = frame.columns[0]?.values ?? []
  return Float32Array.from({ length: frame.rows }, (_, row) => {
    if (kind === 'constant') return 0.5
    const isYes = (x[row] ?? 0) > 0 === (kind === 'good')
    return isYes ? 0.9 : 0.1
  })
}

export const CHAMPION: LiveChampion = {
  version: 1,
  artifactDigest: createHash('sha256').update('champion').digest('hex'),
  artifactBytes: 8,
  windows: [0, 1],
  rows: 100,
  snapshotPath: null,
}

/** Ports with a real snapshot on disk and a trainer that takes no time. */
export function livePorts(dataFolder: string, change: Partial<LiveRunPorts> = {}): LiveRunPorts {
  return {
    terms: async () => TERMS,
    champion: async () => CHAMPION,
    readWindows: async (_run, windows) => windows.map(collected),
    writeSnapshot: (run, terms, draft) => writeSnapshot(dataFolder, run.model, terms, draft),
    verifySnapshot: (snapshot) => verifySnapshot(dataFolder, snapshot),
    readSnapshot: (snapshot, part, terms) => readSnapshot(dataFolder, snapshot, part, terms),
    learnedIds: async ({ snapshotPath }) => (snapshotPath === null ? new Map() : snapshotIds(dataFolder, snapshotPath)),
    inspect: async () => null,
    async train({ run, snapshot }, world) {
      world.log('learning', 'out')
      world.progress(0.5)
      const bytes = new TextEncoder().encode(JSON.stringify({ model: run.model, run: run.number, md5: snapshot.md5 }))
      return {
        artifactDigest: await putArtifact(dataFolder, bytes),
        artifactBytes: bytes.length,
        metrics: { auc: 0.99 },
        hyperparameters: { depth: 3 },
        trainedRows: snapshot.train.reduce((sum, { rows }) => sum + rows, 0),
        trainMs: 12,
        peakRssBytes: 1000,
        cpuMs: 10,
      }
    },
    score: async (_digest, frame) => scoresOf(frame, 'good'),
    latencies: async () => null,
    mustPass: async () => null,
    ...change,
  }
}

export function workFolder(dataFolder: string, model: string, run: number): string {
  return join(dataFolder, 'runs', model, String(run))
}

export const diverges = async (): Promise<never> => {
  throw new Fault('TRAINING_FAILED', 'the loss is NaN')
}
