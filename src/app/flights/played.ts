import type { DemoDecision } from '../../cli/demo-report.ts'
import type { Incident } from './incidents.ts'
import type { Damage } from './outcomes.ts'
import type { FlightPolicy } from './policies.ts'
import type { SaidOfDay } from './quality.ts'

/** What came of one policy, whoever played it. */
export interface Played {
  readonly policy: FlightPolicy
  readonly decisions: readonly DemoDecision[]
  /** Trainings after the first version's. */
  readonly trainings: number
  readonly said: SaidOfDay
  /** Versions that answered though they carry an incident in them. */
  damageOf(incident: Incident): Damage
}
