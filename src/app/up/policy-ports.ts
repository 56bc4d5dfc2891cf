import type { PoliciesPorts } from '../../http/routes/policies.ts'
import type { PolicyInfo } from '../../http/shapes/policies.ts'
import { knowsModel, newestPolicy, policiesOf } from '../../store/policies/policies.ts'
import type { Row } from '../../store/postgres/tables.ts'
import { applyConfiguration } from './apply.ts'
import type { System } from './system.ts'

/** Of the column that numbers them. */
const LARGEST = 2_147_483_647

/** By which rules each model is kept. */
export function policyPorts(system: System): PoliciesPorts {
  const { kysely } = system.database
  return {
    async current(model) {
      if (!(await knowsModel(kysely, model))) return undefined
      const row = await newestPolicy(kysely, model)
      return row === undefined ? null : infoOf(row)
    },
    async list(model, { after, limit }) {
      if (!(await knowsModel(kysely, model))) return undefined
      return (await policiesOf(kysely, model, { after: Math.min(after, LARGEST), limit })).map(infoOf)
    },
    apply: (asked) => applyConfiguration(system, asked),
  }
}

function infoOf(row: Row<'policy'>): PolicyInfo {
  const { model, number, hash, applied_at: appliedAt, actor } = row
  return { model, number, hash, settings: row.settings as Record<string, unknown>, appliedAt, actor }
}
