import type { Clock } from '../base/clock.ts'
import { Fault } from '../base/fault.ts'
import { type Column, frame } from '../data/frame.ts'
import type { ModelSchema } from '../data/model-schema.ts'
import type { ColumnKind, Schema, Task } from '../data/schema.ts'
import type { AdoptionAsked } from '../http/routes/versions.ts'
import type { Adopted } from '../http/shapes/versions.ts'
import { type ArtifactHeader, artifactDigest, decodeArtifact } from '../models/artifact.ts'
import { readOnnxFile } from '../models/onnx-file.ts'
import type { VersionDraft } from '../models/version.ts'
import { httpScorerIn } from '../runtimes/http-scorer.ts'
import { putArtifact, removeArtifact } from '../store/artifacts/artifact-files.ts'
import { appendAudit } from '../store/audit/append.ts'
import { isArtifactKept } from '../store/models/artifact-holders.ts'
import { modelCalled } from '../store/models/fleet.ts'
import { championOf, serve } from '../store/models/serving.ts'
import { ensureModel, listVersions, registerVersion } from '../store/models/versions.ts'
import { enqueueMessage } from '../store/outbox/messages.ts'
import type { Database } from '../store/postgres/database.ts'
import type { ScorerPool } from './scorer-pool.ts'

export interface AdoptionWorld {
  readonly database: Database
  readonly dataFolder: string
  readonly clock: Clock
  readonly scorers: ScorerPool
  readonly codeVersion: string
  /** Hosts of services that may score, with their port where it is not the usual one: from the server's own settings. */
  readonly scorerHosts: readonly string[]
  /** Who is told that a version was adopted. */
  readonly targetsOf: (model: string) => Promise<readonly string[]>
  /** A version answers where none did: the loop may begin. */
  readonly onAdopted?: (model: string) => void
}

/**
 * Makes a version of a model that was trained elsewhere; nothing is trained. It is tried on a made-up row first. Where no
 * version answers, it answers from now on; a champion stays. The same artifact adopted again is the same version.
 * @throws Fault DATA_INVALID when the bytes are no artifact, or do not fit the model · FORBIDDEN when it would start a
 * command, or names a service that may not be asked · what the runtime throws when it cannot score
 */
export async function adoptVersion(world: AdoptionWorld, model: string, asked: AdoptionAsked): Promise<Adopted> {
  const { database, dataFolder, clock } = world
  const { kysely } = database
  const { header, payload } = readSent(asked.bytes)
  refuseStranger(header, payload, { ...world, isAdmin: asked.isAdmin })
  const known = await modelCalled(kysely, model).catch(() => null)
  if (known?.schema != null) refuseMisfit(model, header, known.schema)
  const digest = artifactDigest(asked.bytes)
  const earlier = (await listVersions(kysely, model)).find(
    ({ origin, artifactDigest: held, collectedAt }) => origin === 'adopted' && held === digest && collectedAt === null,
  )
  if (earlier !== undefined) {
    const live = await championOf(kysely, model)
    return { model, version: earlier.number, isNew: false, isLive: live?.version === earlier.number }
  }
  await putArtifact(dataFolder, asked.bytes)
  try {
    await world.scorers.score({ digest, features: madeUpRow(header.features) })
  } catch (error) {
    if (!(await isArtifactKept(kysely, digest))) await removeArtifact(dataFolder, digest)
    throw error instanceof Fault && error.code === 'ARTIFACT_CORRUPT' ? unusable(error) : error
  }
  const targets = await world.targetsOf(model)
  const now = clock.now()
  const adopted = await kysely.transaction().execute(async (trx): Promise<Adopted> => {
    await ensureModel(trx, model, now)
    const version = await registerVersion(trx, { model, draft: draftOf(header, digest, asked, world), now })
    const isLive = (await championOf(trx, model)) === undefined
    const because = asked.note ?? 'adopted as it is'
    if (isLive) {
      const order = { model, version, at: now, reason: 'adopted', decision: null, actor: asked.actor, because } as const
      await serve(trx, { ...order, fromWindow: null })
    }
    await enqueueMessage(trx, { model, event: 'adopted', targets, body: { version, isLive, because }, now })
    await appendAudit(trx, {
      at: now,
      actor: asked.actor,
      action: 'version-adopted',
      model,
      detail: { version, isLive },
    })
    return { model, version, isNew: true, isLive }
  })
  if (adopted.isLive) world.onAdopted?.(model)
  return adopted
}

/** What a client sent, and not what we wrote ourselves: wrong bytes are its mistake. */
function readSent(bytes: Uint8Array) {
  try {
    const sent = decodeArtifact(bytes)
    if (sent.header.learner === 'onnx') readOnnxFile(sent.payload)
    return sent
  } catch (error) {
    throw error instanceof Fault ? unusable(error) : error
  }
}

function unusable(error: Fault): Fault {
  return new Fault('DATA_INVALID', error.message, error.details, error)
}

function refuseStranger(
  { learner }: ArtifactHeader,
  payload: Uint8Array,
  { isAdmin, scorerHosts }: { readonly isAdmin: boolean; readonly scorerHosts: readonly string[] },
): void {
  if (learner === 'command') {
    throw new Fault(
      'FORBIDDEN',
      "a model that is scored by a command cannot be sent: commands come from the server's own files",
    )
  }
  if (learner !== 'http') return
  if (!isAdmin) throw new Fault('FORBIDDEN', 'a service that scores is named with a token of the scope admin')
  const { host } = new URL(httpScorerIn(payload).url)
  if (scorerHosts.includes(host)) return
  const allowed = scorerHosts.length === 0 ? 'none is' : scorerHosts.join(', ')
  throw new Fault('FORBIDDEN', `the host '${host}' is not among the services that may score; allowed: ${allowed}`, {
    host,
  })
}

/** A version reads some of the model's features as the kinds that they are, and knows its classes in their order. */
function refuseMisfit(model: string, { task, features }: ArtifactHeader, schema: ModelSchema): void {
  if (JSON.stringify(taskOf(task)) !== JSON.stringify(taskOf(schema.task))) {
    throw new Fault('DATA_INVALID', `'${model}' is for ${taskText(schema.task)}; the artifact is for ${taskText(task)}`)
  }
  for (const { name, kind } of features) {
    const known = schema.features.find((feature) => feature.name === name)
    if (known === undefined) {
      const names = schema.features.map((feature) => feature.name).join(', ')
      throw new Fault('DATA_INVALID', `the artifact needs the feature '${name}'; '${model}' has ${names}`)
    }
    if (known.kind !== kind) {
      throw new Fault('DATA_INVALID', `the artifact reads '${name}' as ${kind}; in '${model}' it is ${known.kind}`)
    }
  }
}

function taskOf(task: Task): readonly unknown[] {
  return task.kind === 'regression' ? [task.kind] : [task.kind, ...task.classes]
}

function taskText(task: Task): string {
  return task.kind === 'regression' ? 'regression' : `${task.kind} classification of ${task.classes.join(', ')}`
}

/** Zeros and one empty text: whether a model answers with numbers at all shows on any row. */
function madeUpRow(features: Schema) {
  return frame(features.map(({ name, kind }) => madeUpColumn(name, kind)))
}

function madeUpColumn(name: string, kind: ColumnKind): Column {
  const missing = new Uint8Array(1)
  switch (kind) {
    case 'categorical':
      return { kind, name, values: new Int32Array(1), categories: [''], missing }
    case 'boolean':
      return { kind, name, values: new Uint8Array(1), missing }
    case 'numeric':
    case 'time':
      return { kind, name, values: new Float64Array(1), missing }
  }
}

function draftOf(header: ArtifactHeader, digest: string, asked: AdoptionAsked, world: AdoptionWorld): VersionDraft {
  return {
    origin: 'adopted',
    run: null,
    artifactDigest: digest,
    artifactBytes: asked.bytes.length,
    cutOffAt: asked.cutOffAt,
    windows: [],
    rows: header.trainedRows,
    snapshot: null,
    trainer: { learner: header.learner },
    parameters: {},
    metrics: {},
    verdicts: [],
    notes: asked.note === null ? [] : [asked.note],
    trainMs: null,
    codeVersion: world.codeVersion,
    parent: null,
  }
}
