import type { ApiRoutes } from '../../http/api-routes.ts'
import type { ScorerPool } from '../scorer-pool.ts'
import type { PolicyReader } from './policies.ts'
import type { System } from './system.ts'

/** What is asked of one model: its versions, runs, windows, decisions. */
export function modelRoutes(
  _system: System,
  _parts: { readonly policies: PolicyReader; readonly scorers: ScorerPool },
): readonly ApiRoutes[] {
  return []
}
