import type { Clock } from '../../base/clock.ts'
import type { InferenceModel } from '../../http/shapes/inference-event.ts'
import type { Database } from '../../store/postgres/database.ts'
import type { PolicyReader } from './policies.ts'

/** A policy that was applied rules what is logged so soon. Milliseconds. */
const FRESH_MS = 2_000

interface Known extends InferenceModel {
  /** As the configuration says: a name, or namespace and name; null: the model's own name. */
  readonly service: string | null
}

/** Which model an InferenceService of KServe serves: the one that names it, else the one that is called like it. */
export function inferenceModels(
  database: Database,
  policies: PolicyReader,
  clock: Clock,
): (service: string, namespace: string | null) => Promise<InferenceModel | null> {
  let readAt = Number.NEGATIVE_INFINITY
  let known: readonly Known[] = []

  async function read(): Promise<readonly Known[]> {
    const rows = await database.kysely.selectFrom('model').select(['name', 'policy']).orderBy('name').execute()
    const found: Known[] = []
    for (const { name, policy } of rows) {
      const settings = policy === null ? null : (await policies.at(name, policy)).settings
      found.push({ model: name, service: settings?.inferenceService ?? null, features: settings?.features ?? null })
    }
    return found
  }

  return async (service, namespace) => {
    const now = clock.now()
    if (now - readAt >= FRESH_MS || now < readAt) {
      known = await read()
      readAt = now
    }
    return modelOfService(known, service, namespace)
  }
}

/** The most exact counts: namespace and name, then the name, then the model's own name. */
export function modelOfService(
  known: readonly Known[],
  service: string,
  namespace: string | null,
): InferenceModel | null {
  const found =
    known.find((one) => namespace !== null && one.service === `${namespace}/${service}`) ??
    known.find((one) => one.service === service) ??
    known.find((one) => one.service === null && one.model === service)
  return found === undefined ? null : { model: found.model, features: found.features }
}
