import { observe } from '../../backtest/observed.ts'
import type { ModelRef } from '../../backtest/ports.ts'
import type { ReplayResult } from '../../backtest/replay.ts'
import type { Progress } from '../../base/progress.ts'
import type { DemoDecision } from '../../cli/demo-report.ts'
import type { Incident } from './incidents.ts'
import { windowsOf } from './inject.ts'
import { type FlightModels, flightModels, isMisjoined, type LearnerOptions } from './models.ts'
import type { Damage } from './outcomes.ts'
import { type FlightWorld, playPolicy } from './play.ts'
import type { Played } from './played.ts'
import type { FlightPolicy } from './policies.ts'
import type { FlightStream } from './stream.ts'

export interface ReplayAsked {
  readonly flights: FlightStream
  readonly incidents: readonly Incident[]
  readonly policies: readonly FlightPolicy[]
  readonly learner: LearnerOptions
  readonly onDecision?: (policy: FlightPolicy, decision: DemoDecision) => void
}

/**
 * Replays policies over the flights within this process, all at once: while one waits for a training, another goes on.
 * They share nothing but equal models.
 */
export async function replayPolicies(asked: ReplayAsked, progress: Progress): Promise<Played[]> {
  const { flights, incidents, policies, learner } = asked
  const { stream } = flights
  const models = flightModels(flights, learner)
  try {
    progress('training the first version', 0, 1)
    const initial = await models.asRecorded.fit(Array.from({ length: stream.warmupWindows }, (_, day) => day))
    progress('training the first version', 1, 1)
    const { seed } = learner
    const world: FlightWorld = { flights, observed: observe(stream, seed), models, incidents, initial, seed }
    const days = new Map<FlightPolicy, Set<string>>(policies.map((policy) => [policy, new Set()]))
    const total = policies.length * (stream.windows.length - 1 - stream.warmupWindows)
    return await Promise.all(
      policies.map(async (policy) => {
        const decisions: DemoDecision[] = []
        const result = await playPolicy(world, policy, (decision) => {
          decisions.push(decision)
          asked.onDecision?.(policy, decision)
          days.get(policy)?.add(decision.day)
          let done = 0
          for (const seen of days.values()) done += seen.size
          progress('playing the days', Math.min(done, total), total)
        })
        return playedOf(flights, models, { policy, decisions, result })
      }),
    )
  } finally {
    await models.close()
  }
}

interface Replayed {
  readonly policy: FlightPolicy
  readonly decisions: readonly DemoDecision[]
  readonly result: ReplayResult
}

function playedOf(flights: FlightStream, models: FlightModels, { policy, decisions, result }: Replayed): Played {
  const { warmupWindows } = flights.stream
  return {
    policy,
    decisions,
    trainings: result.trained.length,
    said(window) {
      const model = result.serving[window - warmupWindows]
      return model === undefined ? null : models.asRecorded.scores(model, window)
    },
    damageOf: (incident) => damageOf(flights, result, incident),
  }
}

/** Versions that answered though they learned from an incident's days, or were made with the wrong join. */
function damageOf(flights: FlightStream, { serving }: ReplayResult, incident: Incident): Damage {
  const touched = new Set(windowsOf(incident, flights.stream.windows).map((window) => window.index))
  const isHurt = (model: ModelRef) =>
    incident.kind === 'wrong-join' ? isMisjoined(model) : model.windows.some((window) => touched.has(window))
  const hurt = serving.filter(isHurt)
  return { versions: new Set(hurt.map((model) => model.key)).size, days: hurt.length }
}
