import { writeFile } from 'node:fs/promises'
import type { Clock } from '../../../base/clock.ts'
import type { ApiClient } from '../../../cli/api-client.ts'
import type { DemoDecision } from '../../../cli/demo-report.ts'
import type { VersionInfo } from '../../../http/shapes/versions.ts'
import type { Incident } from '../incidents.ts'
import { windowsOf } from '../inject.ts'
import type { Damage } from '../outcomes.ts'
import type { Played } from '../played.ts'
import { answeringService } from './answering.ts'
import type { Answered } from './day-events.ts'
import { type FlightsConfig, flightsYaml } from './flights-config.ts'
import { type LiveSystem, liveSystem } from './live-system.ts'
import { produce } from './produce.ts'

export interface LiveAsked {
  readonly api: ApiClient
  readonly clock: Clock
  /** The configuration that the running Keepfit reads. */
  readonly configFile: string
  readonly config: FlightsConfig
  readonly incidents: readonly Incident[]
  readonly onDecision: (decision: DemoDecision) => void
  readonly onDay: (window: number) => void
}

const WORKERS = 1
/** What is decided when a training has ended. */
const TRAINED = new Set<string>(['promote', 'reject', 'run-failed'])

/** Lets a running Keepfit look after the flights as they leave: all that is told of it comes from its API. */
export async function playLive(asked: LiveAsked): Promise<Played> {
  const { config } = asked
  const { flights, policy, warmupDays } = config
  const system = liveSystem(asked.api, asked.clock)
  const answering = answeringService(flights, system, WORKERS)
  const decisions: DemoDecision[] = []
  try {
    const answers = await produce({
      flights,
      system,
      answering,
      warmupDays,
      onEvening: trainingJob(asked, system),
      onDecision(decision) {
        decisions.push(decision)
        asked.onDecision(decision)
      },
      onDay: asked.onDay,
    })
    const versions = await system.versions()
    return {
      policy,
      decisions,
      // The first version's own is not one of Keepfit's decisions.
      trainings: decisions.filter(({ record }) => TRAINED.has(record.kind)).length,
      said: (window) => answers[window]?.scores ?? null,
      damageOf: (incident) => damageOf(asked, { incident, answers, versions }),
    }
  } finally {
    await answering.close()
  }
}

/** Somebody deploys a training job with a mistake, and mends it later: by the configuration, as anybody would. */
function trainingJob({ configFile, config, incidents }: LiveAsked, system: LiveSystem): (day: string) => Promise<void> {
  const spans = incidents.filter(({ kind }) => kind === 'wrong-join')
  let isBroken = false
  return async (day) => {
    const shallBe = spans.some(({ from, to }) => day >= from && day <= to)
    if (shallBe === isBroken) return
    isBroken = shallBe
    await writeFile(configFile, flightsYaml(config, isBroken))
    await system.apply()
  }
}

interface Lived {
  readonly incident: Incident
  readonly answers: readonly (Answered | null)[]
  readonly versions: readonly VersionInfo[]
}

/** Versions that answered though they learned from an incident's days, or were made with the wrong join. */
function damageOf({ config }: LiveAsked, { incident, answers, versions }: Lived): Damage {
  const touched = new Set(windowsOf(incident, config.flights.stream.windows).map((window) => window.index))
  const isHurt = ({ trainer, windows }: VersionInfo) =>
    incident.kind === 'wrong-join' ? trainer['id'] === 'command' : windows.some((window) => touched.has(window))
  const hurt = new Set(versions.filter(isHurt).map(({ number }) => number))
  const answered = answers.filter((one) => one !== null && hurt.has(one.version))
  return { versions: new Set(answered.map((one) => one?.version)).size, days: answered.length }
}
