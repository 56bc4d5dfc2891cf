import { randomUUID } from 'node:crypto'
import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { assert } from '../../base/assert.ts'
import { parseSpan } from '../../base/units.ts'
import { TRAINING_LAYOUT, WEIGHT_COLUMN } from '../../data/training-layout.ts'
import { defaultRollingWindows } from '../../data/windows.ts'
import type { GateConfig } from '../../gates/catalog.ts'
import { decodeArtifact } from '../../models/artifact.ts'
import type { LiveRunPorts, TrainOrder } from '../../pipeline/live-ports.ts'
import type { LiveRun, LiveTerms, LiveTrained } from '../../pipeline/live-run.ts'
import type { CollectedWindow } from '../../pipeline/snapshot-rows.ts'
import type { StepWorld } from '../../pipeline/step-runner.ts'
import { putArtifact, readArtifact } from '../../store/artifacts/artifact-files.ts'
import { readWindowRows } from '../../store/events/read-rows.ts'
import { readShape, readWindows } from '../../store/loop/lives.ts'
import { versionOf } from '../../store/models/versions.ts'
import type { Database } from '../../store/postgres/database.ts'
import { readSnapshot, snapshotIds, verifySnapshot, writeSnapshot } from '../../store/runs/snapshot-files.ts'
import { endAbandonedBelow } from '../../trainers/supervised/abandoned.ts'
import { fitInFolder } from '../fit-in-folder.ts'
import { frozenRowsOf } from '../frozen-rows.ts'
import type { ScorerPool } from '../scorer-pool.ts'
import { absentCode } from './absent-code.ts'
import type { PolicyReader } from './policies.ts'
import { sourceWindows } from './source-windows.ts'

/** What a training run's world is made of. */
export interface RunWorld {
  readonly database: Database
  readonly dataFolder: string
  /** Where relative paths of the configuration are seen from. */
  readonly baseFolder: string
  readonly policies: PolicyReader
  readonly scorers: ScorerPool
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Of Keepfit. */
  readonly version: string
}

/** Columns of a snapshot beside features and label: no feature may be called so. */
const ID_COLUMN = 'keepfit_id'
const TIME_COLUMN = 'keepfit_time'
/** Column of a file of frozen rows, unless the gate names another. */
const LABEL_OF_FROZEN_ROWS = 'label'
/** For every step but the training itself. */
const STEP_MS = 30 * 60_000
const MIN_ROWS = 2
const MB = 2 ** 20
const GRACE_MS = 10_000
const LOG_BYTES = 16 * MB
const LATENCY_ROWS = 200

/** The world of a live training run: events, snapshots, supervised trainers, and scorers in worker threads. */
export function runPorts(world: RunWorld): LiveRunPorts {
  const { database, dataFolder, scorers } = world
  return {
    terms: (run) => termsOf(world, run),
    async champion(model, number) {
      const version = await versionOf(database.kysely, model, number)
      const { artifactDigest, artifactBytes, windows, rows, snapshot } = version
      return { version: number, artifactDigest, artifactBytes, windows, rows, snapshotPath: snapshot?.path ?? null }
    },
    readWindows: (run, windows, signal) => collectedWindows(world, run, windows, signal),
    writeSnapshot: (run, terms, draft) => writeSnapshot(dataFolder, run.model, terms, draft),
    verifySnapshot: (snapshot) => verifySnapshot(dataFolder, snapshot),
    readSnapshot: (snapshot, part, terms) => readSnapshot(dataFolder, snapshot, part, terms),
    learnedIds: async ({ snapshotPath }) => (snapshotPath === null ? new Map() : snapshotIds(dataFolder, snapshotPath)),
    // Each window was held against the contract as it closed and as its labels matured; the plan leaves out what broke it.
    inspect: () => Promise.resolve(null),
    train: (order, step) => train(world, order, step),
    score: (digest, features, signal) => scorers.score({ digest, features, signal }),
    latencies: (digest, features, signal) => scorers.latencies({ digest, features, rows: LATENCY_ROWS, signal }),
    async mustPass(digest, gate, signal) {
      const { task, features } = decodeArtifact(await readArtifact(dataFolder, digest)).header
      const terms = { folder: world.baseFolder, label: LABEL_OF_FROZEN_ROWS, task, schema: features }
      const frozen = (await frozenRowsOf([gate], terms)).get(gate)
      if (frozen === undefined) return null
      const challenger = await scorers.score({ digest, features: frozen.features, signal })
      return { expected: frozen.expected, challenger }
    },
  }
}

async function termsOf({ database, policies, version }: RunWorld, run: LiveRun): Promise<LiveTerms> {
  const { settings, live } = await policies.at(run.model, run.policy)
  const shape = await readShape(database.kysely, run.model)
  assert(shape !== null, `nobody knows how the rows of '${run.model}' are read, though it is trained`)
  const { trainer, ...options } = settings.trainer
  const { timeLimit, memoryLimitMb } = settings.training
  return {
    schema: shape.schema,
    columns: { id: ID_COLUMN, time: TIME_COLUMN, label: settings.label.column },
    scale: shape.scale,
    rollingWindows: defaultRollingWindows(run.plan.toWindow + 1),
    gates: settings.gates.map((gate) => labelled(gate, settings.label.column)),
    trainer: { id: trainer, options },
    seed: live.seed,
    minRows: MIN_ROWS,
    limits: {
      trainMs: parseSpan(timeLimit, 'training.timeLimit'),
      stepMs: STEP_MS,
      memoryBytes: memoryLimitMb === undefined ? null : memoryLimitMb * MB,
    },
    codeVersion: [`keepfit ${version}`, settings.trainerRevision].filter(Boolean).join(', '),
  }
}

/** A file of frozen rows has the model's own label, unless its gate names another. */
function labelled(gate: GateConfig, label: string): GateConfig {
  return gate.gate === 'must-pass' && gate.file !== undefined && gate.label === undefined ? { ...gate, label } : gate
}

async function collectedWindows(
  { database, dataFolder, policies, baseFolder, environment }: RunWorld,
  run: LiveRun,
  numbers: readonly number[],
  signal: AbortSignal,
): Promise<readonly CollectedWindow[]> {
  const policy = await policies.at(run.model, run.policy)
  const { live } = policy
  const shape = await readShape(database.kysely, run.model)
  assert(shape !== null, `nobody knows how the rows of '${run.model}' are read, though they are collected`)
  const closed = await readWindows(database.kysely, run.model, numbers)
  if (policy.settings.trainFrom !== undefined) {
    const { delayWindows } = live.labels
    const newest = closed.at(-1)
    const last = delayWindows === undefined || newest === undefined ? [] : [newest.number + delayWindows]
    const labelledTo = (await readWindows(database.kysely, run.model, last))[0]?.end ?? null
    const asked = { schema: shape.schema, windows: closed, labelledTo, signal }
    return sourceWindows({ baseFolder, environment }, policy, asked)
  }
  const labels = { absentAs: absentCode(shape.schema, live.labels.absentMeans) }
  const collected: CollectedWindow[] = []
  for (const { number, start, end } of closed) {
    signal.throwIfAborted()
    const asked = {
      model: run.model,
      start,
      end,
      schema: shape.schema,
      labels,
      upToSeq: run.plan.knownSeq,
      upToTime: null,
    }
    const rows = await readWindowRows({ database, dataFolder }, asked)
    collected.push({ window: number, startAt: start, endAt: end, rows })
  }
  return collected
}

async function train(
  world: RunWorld,
  { run, terms, snapshot, champion }: TrainOrder,
  step: StepWorld,
): Promise<LiveTrained> {
  const { dataFolder, baseFolder, environment } = world
  const { schema, columns, seed, limits } = terms
  // What an earlier attempt of the run left behind must not go on beside this one.
  await endAbandonedBelow(dirname(step.folder), 'all')
  // A copy: what a trainer does to its input must not reach the snapshot.
  await mkdir(join(step.folder, TRAINING_LAYOUT.input), { recursive: true })
  await copyFile(join(dataFolder, snapshot.path, 'train.parquet'), join(step.folder, TRAINING_LAYOUT.train.parquet))
  const rows = snapshot.train.reduce((sum, window) => sum + window.rows, 0)
  const { artifact, metrics, hyperparameters, use } = await fitInFolder(
    {
      trainer: { trainer: terms.trainer.id, ...terms.trainer.options },
      workFolder: step.folder,
      baseFolder,
      schema: {
        format: 1,
        task: schema.task,
        features: schema.features,
        label: columns.label,
        weight: run.plan.data.strategy === 'recency-weighted' ? WEIGHT_COLUMN : null,
        id: columns.id,
        time: columns.time,
        rows,
        seed,
      },
      limits: { wallMs: limits.trainMs, memoryBytes: limits.memoryBytes, graceMs: GRACE_MS, logBytes: LOG_BYTES },
      previous: champion === null ? null : await readArtifact(dataFolder, champion.artifactDigest),
      environment,
      runKey: randomUUID(),
    },
    {
      onLine: ({ stream, text, at }) => step.log(text, stream, at),
      onProgress: ({ share }) => {
        if (share !== null) step.progress(share)
      },
    },
    step.signal,
  )
  const artifactDigest = await putArtifact(dataFolder, artifact)
  return {
    artifactDigest,
    artifactBytes: artifact.length,
    metrics,
    hyperparameters,
    trainedRows: decodeArtifact(artifact).header.trainedRows ?? rows,
    trainMs: use?.wallMs ?? 0,
    peakRssBytes: use?.peakRssBytes ?? null,
    cpuMs: use?.cpuMs ?? null,
  }
}
