import { AT_ONCE } from '../../backtest/policies.ts'
import { DEFAULT_CONTRACT, type RuleConfig } from '../../data/contract/catalog.ts'
import { DetectorConfig } from '../../detectors/catalog.ts'
import { GateConfig } from '../../gates/catalog.ts'
import { BreakerConfig, type LoopConfig } from '../../loop/config.ts'
import { TriggerConfig } from '../../triggers/catalog.ts'
import { detectorsFor } from '../../watch/needs.ts'

/** One way of looking after the model, played over the same flights as the others. */
export interface FlightPolicy {
  readonly id: 'alone' | 'weekly' | 'keepfit'
  readonly title: string
  readonly loop: LoopConfig
  readonly detectors: readonly DetectorConfig[]
  /** Empty = whatever arrives is believed. */
  readonly contract: readonly RuleConfig[]
  readonly gates: readonly GateConfig[]
}

/** A flight that leaves before midnight may land after it: what became of a day is known when the next day has closed. */
export const LABEL_DELAY_DAYS = 1
/** Cost of one training in units of one day's mean loss. */
const COST = 0.2
const WEEK_DAYS = 7
/** Newest days that a training learns from. */
export const ROLLING_DAYS = 28
/** At the turn and in the middle of each month, in UTC. */
const TWICE_A_MONTH = '0 0 1,15 * *'

/** What everybody who retrains by a schedule does: the newest weeks, live at once, nothing checked, nothing judged. */
const UNGUARDED: Omit<LoopConfig, 'triggers'> = { ...AT_ONCE, cost: COST, labelDelayWindows: LABEL_DELAY_DAYS }

export function flightPolicies(): readonly FlightPolicy[] {
  const weekly = [TriggerConfig.parse({ trigger: 'schedule', everyWindows: WEEK_DAYS })]
  return [unguarded('alone', 'left alone', []), unguarded('weekly', 'retrained weekly', weekly), keepfit()]
}

function unguarded(id: FlightPolicy['id'], title: string, triggers: readonly TriggerConfig[]): FlightPolicy {
  return {
    id,
    title,
    loop: { ...UNGUARDED, triggers },
    detectors: detectorsFor([], { triggers, data: UNGUARDED.data }),
    contract: [],
    gates: [],
  }
}

function keepfit(): FlightPolicy {
  const triggers = [
    TriggerConfig.parse({ trigger: 'avoidable-loss', reuse: true }),
    TriggerConfig.parse({ trigger: 'schedule', cron: TWICE_A_MONTH }),
  ]
  const wanted = [DetectorConfig.parse({ detector: 'change-point' })]
  const gates = [
    { gate: 'overlap-audit' },
    { gate: 'convergence' },
    { gate: 'paired-blocks', accept: 'not-worse' },
    { gate: 'metric-ratio', metric: 'auc', ratio: 0.99 },
  ]
  return {
    id: 'keepfit',
    title: 'with Keepfit',
    loop: {
      ...UNGUARDED,
      triggers,
      data: { strategy: 'since-change', minWindows: 2, windows: ROLLING_DAYS },
      deploy: 'gated',
      holdOutWindows: 2,
      probationWindows: 2,
      reusePool: 4,
      cooldownWindows: 2,
      breaker: BreakerConfig.parse({}),
    },
    detectors: detectorsFor(wanted, { triggers, data: { strategy: 'rolling' } }),
    contract: DEFAULT_CONTRACT,
    gates: gates.map((options) => GateConfig.parse(options)),
  }
}
