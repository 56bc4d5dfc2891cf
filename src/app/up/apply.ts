import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import type { Kysely } from 'kysely'
import { Fault } from '../../base/fault.ts'
import type { ApplyAnswer, ApplyChange } from '../../http/shapes/policies.ts'
import { beginGathering } from '../../store/loop/lives.ts'
import { applyPolicy, newestPolicy, policyHash } from '../../store/policies/policies.ts'
import type { Tables } from '../../store/postgres/tables.ts'
import { liveSettingsOf } from '../config/live.ts'
import { loadConfig } from '../config/load.ts'
import type { ModelSettings } from '../config/schema.ts'
import type { System } from './system.ts'

export interface ApplyAsked {
  readonly isDryRun: boolean
  readonly actor: string
}

/**
 * Reads the server's own configuration and makes it rule: all models of the file, or none where one is wrong.
 * @throws Fault FILE_MISSING; CONFIG_INVALID with every problem
 */
export async function applyConfiguration(
  { database, configFile, clock }: Pick<System, 'database' | 'configFile' | 'clock'>,
  { isDryRun, actor }: ApplyAsked,
): Promise<ApplyAnswer> {
  if (!existsSync(configFile))
    throw new Fault('FILE_MISSING', `there is no configuration '${configFile}'; 'keepfit init' writes one`)
  const { models } = await loadConfig(configFile)
  for (const [model, settings] of models) liveSettingsOf(model, settings, 1)
  const at = clock.now()
  const file = basename(configFile)
  return database.kysely.transaction().execute(async (trx) => {
    const changes: ApplyChange[] = []
    for (const [model, settings] of models) {
      const change = await changeOf(trx, model, settings)
      if (isDryRun || change.change === 'unchanged') {
        changes.push(change)
        continue
      }
      const applied = await applyPolicy(trx, { model, settings, hash: policyHash(settings), actor, at })
      await beginGathering(trx, model, at)
      changes.push({ ...change, number: applied.number })
    }
    return { file, isDryRun, changes: [...changes, ...(await absent(trx, models))] }
  })
}

async function changeOf(trx: Kysely<Tables>, model: string, settings: ModelSettings): Promise<ApplyChange> {
  const before = await newestPolicy(trx, model)
  if (before === undefined) return { model, change: 'new', number: null, keys: Object.keys(settings) }
  if (before.hash === policyHash(settings)) return { model, change: 'unchanged', number: before.number, keys: [] }
  const old = before.settings as Readonly<Record<string, unknown>>
  const now = JSON.parse(JSON.stringify(settings)) as Readonly<Record<string, unknown>>
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])]
  const differing = keys.filter((key) => policyHash(old[key] ?? null) !== policyHash(now[key] ?? null))
  return { model, change: 'changed', number: before.number, keys: differing }
}

/** Models that are looked after, though the file does not name them: they go on as they were. */
async function absent(trx: Kysely<Tables>, models: ReadonlyMap<string, unknown>): Promise<ApplyChange[]> {
  const known = await trx.selectFrom('model').select(['name', 'policy']).where('policy', 'is not', null).execute()
  return known
    .filter(({ name }) => !models.has(name))
    .map(({ name, policy }) => ({ model: name, change: 'absent', number: policy, keys: [] }))
}
