import { acknowledgedEvents } from './acknowledged.ts'
import { servingDecided } from './decided.ts'
import type { Invariant, Scene } from './invariant.ts'
import { learnedInTime } from './learned.ts'
import { budgetHeld, noStaleWrite, oneActiveRun, oneChampion } from './one-of-each.ts'
import { noOrphan } from './orphans.ts'
import { readyVersions } from './ready-versions.ts'
import { auditHolds, cursorsFit, noHalfFiles } from './remains.ts'
import { declaredPaths, runsEnd } from './state-paths.ts'
import { messagesDelivered, secretKept } from './told-and-hidden.ts'

/** Everything that may never be, whatever was killed. */
export const INVARIANTS: readonly Invariant[] = [
  oneChampion,
  oneActiveRun,
  acknowledgedEvents,
  noStaleWrite,
  declaredPaths,
  runsEnd,
  noOrphan,
  readyVersions,
  servingDecided,
  messagesDelivered,
  learnedInTime,
  budgetHeld,
  secretKept,
  auditHolds,
  cursorsFit,
  noHalfFiles,
]

/** What of it does not hold now, each with the id of its invariant. */
export async function violations(scene: Scene): Promise<readonly string[]> {
  const found: string[] = []
  for (const { id, look } of INVARIANTS) found.push(...(await look(scene)).map((said) => `${id}: ${said}`))
  return found
}
