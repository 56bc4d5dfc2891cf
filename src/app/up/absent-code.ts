import { Fault } from '../../base/fault.ts'
import type { ModelSchema } from '../../data/model-schema.ts'

/**
 * The code, or the value, of the label that absence means; null where absence means nothing.
 * @throws Fault CONFIG_INVALID where the model knows no such label
 */
export function absentCode({ task }: ModelSchema, label: string | null): number | null {
  if (label === null) return null
  const code = task.kind === 'regression' ? Number(label) : (task.classes as readonly string[]).indexOf(label)
  if (task.kind === 'regression' ? Number.isFinite(code) : code >= 0) return code
  const allowed =
    task.kind === 'regression' ? 'a number' : `one of ${task.classes.map((name) => `'${name}'`).join(', ')}`
  throw new Fault('CONFIG_INVALID', `label.absentMeans must be ${allowed}; got '${label}'`)
}
