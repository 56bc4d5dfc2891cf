import type { Observed } from '../../backtest/observed.ts'
import type { BacktestPorts, ModelRef } from '../../backtest/ports.ts'
import { type ReplayResult, replay } from '../../backtest/replay.ts'
import { assert } from '../../base/assert.ts'
import type { DemoDecision } from '../../cli/demo-report.ts'
import { recordedInspector } from '../recorded-inspector.ts'
import { NO_CONTRACT, replayWorld } from '../replay-world.ts'
import type { Incident } from './incidents.ts'
import { dayOf, isWithin } from './inject.ts'
import type { FlightModels } from './models.ts'
import type { FlightPolicy } from './policies.ts'
import type { FlightStream } from './stream.ts'

/** The world that all policies share. */
export interface FlightWorld {
  readonly flights: FlightStream
  readonly observed: Observed
  readonly models: FlightModels
  readonly incidents: readonly Incident[]
  readonly initial: ModelRef
  readonly seed: number
}

/** Plays one policy over the flights through the same loop that runs live. */
export async function playPolicy(
  world: FlightWorld,
  policy: FlightPolicy,
  onDecision: (decision: DemoDecision) => void,
): Promise<ReplayResult> {
  const { stream } = world.flights
  // Records name the day whose labels were used; the story is told by the day that has just closed.
  let today = dayOf(startOf(world, stream.warmupWindows))
  const ports = portsOf(world, policy)
  const dated: BacktestPorts = {
    ...ports,
    inspectRows(window, champion, quarantined) {
      today = dayOf(startOf(world, window))
      return ports.inspectRows(window, champion, quarantined)
    },
  }
  const { loop, detectors } = policy
  return replay(world.observed, dated, {
    loop,
    detectors,
    initial: world.initial,
    onDecision: (record) => onDecision({ day: today, record }),
  })
}

function portsOf(world: FlightWorld, policy: FlightPolicy): BacktestPorts {
  const { flights, models, incidents, seed } = world
  const { stream, rowIds } = flights
  const inspector = policy.contract.length === 0 ? NO_CONTRACT : recordedInspector(stream, policy.contract, { seed })
  const terms = { gates: policy.gates, inspector }
  const right = replayWorld(stream, models.asRecorded, rowIds, terms)
  const wrong = replayWorld(stream, models.misjoined, rowIds, terms)
  const broken = incidents.filter((one) => one.kind === 'wrong-join')
  return {
    ...right,
    train(plan, champion) {
      const startedOn = startOf(world, plan.toWindow + policy.loop.labelDelayWindows)
      const isBroken = broken.some((span) => isWithin(span, startedOn))
      return (isBroken ? wrong : right).train(plan, champion)
    },
  }
}

function startOf({ flights }: FlightWorld, window: number): number {
  const start = flights.stream.windows[window]?.start
  assert(start !== undefined && start !== null, `window ${window} has no date`)
  return start
}
