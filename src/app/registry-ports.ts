import { Fault } from '../base/fault.ts'
import type { ModelsPorts } from '../http/routes/models.ts'
import type { VersionsPorts } from '../http/routes/versions.ts'
import type { ModelInfo } from '../http/shapes/models.ts'
import { decodeArtifact } from '../models/artifact.ts'
import type { CardFacts } from '../models/card.ts'
import { readArtifact } from '../store/artifacts/artifact-files.ts'
import { appendAudit } from '../store/audit/append.ts'
import { deleteAlias, listAliases, setAlias } from '../store/models/aliases.ts'
import { type KnownModel, listModels, modelCalled } from '../store/models/fleet.ts'
import { championOf, history, previousChampion, servedAt } from '../store/models/serving.ts'
import { listVersions, versionOf } from '../store/models/versions.ts'
import { type AdoptionWorld, adoptVersion } from './adopt-version.ts'

export interface RegistryWorld extends AdoptionWorld {
  readonly requestServe: ModelsPorts['requestServe']
  readonly compareOnRows: VersionsPorts['compareOnRows']
}

/** What the routes of models ask of the registry. */
export function modelsPorts({ database, clock, requestServe }: RegistryWorld): ModelsPorts {
  const { kysely } = database
  return {
    now: () => clock.now(),
    models: async () => (await listModels(kysely)).map(modelInfo),
    model: async (name) => modelInfo(await modelCalled(kysely, name)),
    history: (model) => history(kysely, model),
    servedAt: (model, at) => servedAt(kysely, model, at),
    previousChampion: (model) => previousChampion(kysely, model),
    async requestServe(model, order) {
      const { collectedAt } = await versionOf(kysely, model, order.version)
      if (collectedAt !== null) {
        throw new Fault(
          'CONFLICT',
          `version ${order.version} of '${model}' cannot answer: its artifact was removed as garbage`,
        )
      }
      const live = await championOf(kysely, model)
      if (live === undefined)
        throw new Fault('CONFLICT', `no version of '${model}' answers yet: the loop has not begun`)
      if (live.version === order.version)
        throw new Fault('CONFLICT', `version ${live.version} of '${model}' answers already`)
      return requestServe(model, order)
    },
    aliases: (model) => listAliases(kysely, model),
    setAlias: (model, { name, version, actor }) =>
      kysely.transaction().execute(async (trx) => {
        const now = clock.now()
        await setAlias(trx, { model, name, version, actor, now })
        await appendAudit(trx, { at: now, actor, action: 'alias-set', model, detail: { name, version } })
        return { name, version, setAt: now, actor }
      }),
    deleteAlias: (model, name, actor) =>
      kysely.transaction().execute(async (trx) => {
        const wasThere = await deleteAlias(trx, model, name)
        if (wasThere) {
          await appendAudit(trx, { at: clock.now(), actor, action: 'alias-deleted', model, detail: { name } })
        }
        return wasThere
      }),
  }
}

/** What the routes of versions ask of the registry. */
export function versionsPorts(world: RegistryWorld): VersionsPorts {
  const { kysely } = world.database
  async function artifact(model: string, number: number): Promise<Uint8Array> {
    const { artifactDigest, collectedAt } = await versionOf(kysely, model, number)
    if (collectedAt === null) return readArtifact(world.dataFolder, artifactDigest)
    throw new Fault('NOT_FOUND', `the artifact of version ${number} of '${model}' was removed as garbage`)
  }
  return {
    async versions(model) {
      await modelCalled(kysely, model)
      return listVersions(kysely, model)
    },
    version: (model, number) => versionOf(kysely, model, number),
    champion: (model) => championOf(kysely, model),
    aliases: (model) => listAliases(kysely, model),
    artifact,
    async cardFacts(model, number): Promise<CardFacts> {
      const version = await versionOf(kysely, model, number)
      const [serving, aliases] = [await history(kysely, model), await listAliases(kysely, model)]
      if (version.collectedAt !== null) return { version, artifact: null, serving, aliases }
      const { learner, task, features } = decodeArtifact(await artifact(model, number)).header
      return { version, artifact: { learner, task, features }, serving, aliases }
    },
    compareOnRows: world.compareOnRows,
    adopt: (model, asked) => adoptVersion(world, model, asked),
  }
}

function modelInfo({ schema, ...known }: KnownModel): ModelInfo {
  if (schema === null) return { ...known, schema: null }
  const { task, features } = schema
  const told = task.kind === 'regression' ? { kind: task.kind } : { kind: task.kind, classes: task.classes }
  return { ...known, schema: { task: told, features: features.map(({ name, kind }) => ({ name, kind })) } }
}
