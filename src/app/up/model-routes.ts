import type { ApiRoutes } from '../../http/api-routes.ts'
import { decisionsRoutes } from '../../http/routes/decisions.ts'
import { windowsRoutes } from '../../http/routes/windows.ts'
import type { ScorerPool } from '../scorer-pool.ts'
import { decisionPorts, windowPorts } from './decision-ports.ts'
import type { PolicyReader } from './policies.ts'
import type { System } from './system.ts'

/** What is asked of one model: its versions, runs, windows, decisions. */
export function modelRoutes(
  { database, clock }: System,
  { policies }: { readonly policies: PolicyReader; readonly scorers: ScorerPool },
): readonly ApiRoutes[] {
  // A person's words: commandPorts(words) has requestRun and requestServe for the routes of runs and models.
  const words = { database, clock, policies }
  return [decisionsRoutes(decisionPorts(words)), windowsRoutes(windowPorts({ database }))]
}
