import type { Kysely } from 'kysely'
import { Fault } from '../../base/fault.ts'
import type { LiveSettings } from '../../live/settings.ts'
import { newestPolicy, policyAt } from '../../store/policies/policies.ts'
import type { Tables } from '../../store/postgres/tables.ts'
import { liveSettingsOf } from '../config/live.ts'
import { ModelSettings } from '../config/schema.ts'

/** A model's settings as a policy holds them, read again. */
export interface RulingPolicy {
  readonly number: number
  readonly settings: ModelSettings
  readonly live: LiveSettings
}

/** Reads policies and remembers them: one that was applied never changes. */
export interface PolicyReader {
  /** The newest. @throws Fault NOT_FOUND where the model was never configured */
  newest(model: string): Promise<RulingPolicy>
  at(model: string, number: number): Promise<RulingPolicy>
}

const MOST_KEPT = 500

export function policyReader(db: Kysely<Tables>): PolicyReader {
  const known = new Map<string, RulingPolicy>()

  function read(model: string, number: number, settings: unknown): RulingPolicy {
    const key = `${model}/${number}`
    const found = known.get(key)
    if (found !== undefined) return found
    const parsed = ModelSettings.safeParse(settings)
    if (!parsed.success) {
      throw new Fault(
        'CONFIG_INVALID',
        `policy ${number} of '${model}' cannot be read by this Keepfit; apply its configuration again`,
      )
    }
    const made = { number, settings: parsed.data, live: liveSettingsOf(model, parsed.data, number) }
    if (known.size >= MOST_KEPT) known.clear()
    known.set(key, made)
    return made
  }

  return {
    async newest(model) {
      const row = await newestPolicy(db, model)
      if (row === undefined) throw notConfigured(model)
      return read(model, row.number, row.settings)
    },
    async at(model, number) {
      const found = known.get(`${model}/${number}`)
      if (found !== undefined) return found
      const row = await policyAt(db, model, number)
      if (row === undefined) throw notConfigured(model)
      return read(model, row.number, row.settings)
    },
  }
}

function notConfigured(model: string): Fault {
  return new Fault('NOT_FOUND', `no configuration of a model '${model}' was ever applied`, { model })
}
