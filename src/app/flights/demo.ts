import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../base/clock.ts'
import type { Progress } from '../../base/progress.ts'
import type { DemoAsked, DemoListener, DemoRun } from '../../cli/demo-report.ts'
import type { Frame } from '../../data/frame.ts'
import { locateFlights, readFlights } from '../../store/files/flights.ts'
import { CONTROL, INCIDENTS, type Incident } from './incidents.ts'
import { FLIGHTS_FOLDER } from './live/flights-folder.ts'
import { playLive } from './live/play-live.ts'
import { runFlights } from './live/run-flights.ts'
import { flightPolicies, LABEL_DELAY_DAYS, ROLLING_DAYS } from './policies.ts'
import { replayPolicies } from './replay-policies.ts'
import { reportOf, type Scene, stageOf } from './report.ts'
import { flightStream } from './stream.ts'

/** One flight in eight: about 375,000 of 3 million. */
const ONE_FLIGHT_IN = 8
/** January: what the first version learns from. */
const WARMUP_DAYS = 31
/** More than 28 days hold; January is drawn down to it. */
const MAX_TRAINING_ROWS = 60_000
const MAX_WORKERS = 2
const LEARNER = 'ydf-gradient-boosting'

/** Six months of flights with incidents: two policies are replayed, and a running Keepfit looks after the third. */
export async function demo(asked: DemoAsked, listener: DemoListener, progress: Progress): Promise<DemoRun> {
  return playFlights(
    {
      read: () => readFlights(locateFlights(), ONE_FLIGHT_IN),
      seed: asked.seed,
      incidents: INCIDENTS,
      control: CONTROL,
      warmupDays: WARMUP_DAYS,
      folder: FLIGHTS_FOLDER,
    },
    listener,
    progress,
  )
}

export interface FlightsAsked {
  readonly read: () => Promise<Frame>
  readonly seed: number
  readonly incidents: readonly Incident[]
  readonly control: { readonly from: string; readonly to: string }
  /** Days that the first version learns from. */
  readonly warmupDays: number
  /** Data folder of the Keepfit that is started. */
  readonly folder: string
}

/** The same on given flights: for a test, or another history of the same columns. */
export async function playFlights(
  { read, seed, incidents, control, warmupDays, folder }: FlightsAsked,
  listener: DemoListener,
  progress: Progress,
): Promise<DemoRun> {
  const trainer = { trainer: LEARNER, maxRows: MAX_TRAINING_ROWS }
  const policies = flightPolicies()
  const policy = policies.find(({ id }) => id === 'keepfit')
  if (policy === undefined) throw new TypeError('there is no policy with Keepfit')
  progress('reading flights', 0, 1)
  const flights = flightStream(await read(), { incidents, warmupDays, rollingDays: ROLLING_DAYS, seed })
  progress('reading flights', 1, 1)
  // The first version is checked on one day more than it learns from, whose labels are known a day later.
  const config = { policy, flights, warmupDays: warmupDays + 1, trainer }
  const scene: Scene = {
    flights,
    seed,
    incidents,
    control,
    answeredFrom: warmupDays + 1 + LABEL_DELAY_DAYS,
    learner: LEARNER,
    maxTrainingRows: MAX_TRAINING_ROWS,
  }
  const days = flights.stream.windows.length
  const configFile = join(folder, 'keepfit.yaml')
  return runFlights({ folder, configFile, config, progress }, async (api) => {
    listener.onStage(stageOf(scene))
    const workers = Math.min(MAX_WORKERS, availableParallelism())
    const others = policies.filter(({ id }) => id !== 'keepfit')
    const [replayed, live] = await Promise.all([
      replayPolicies({ flights, incidents, policies: others, learner: { trainer, workers, seed } }, () => {}),
      playLive({
        api,
        clock: systemClock,
        configFile,
        config,
        incidents,
        onDecision: listener.onDecision,
        onDay: (window) => progress('playing the days', window + 1, days),
      }),
    ])
    return reportOf(scene, [...replayed, live])
  })
}
