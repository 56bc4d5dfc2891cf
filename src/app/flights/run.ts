import { availableParallelism } from 'node:os'
import { observe } from '../../backtest/observed.ts'
import type { ModelRef } from '../../backtest/ports.ts'
import type { ReplayResult } from '../../backtest/replay.ts'
import { assert } from '../../base/assert.ts'
import type { Progress } from '../../base/progress.ts'
import type { DemoAsked, DemoDecision, DemoListener, DemoPolicy, DemoReport, DemoStage } from '../../cli/demo-report.ts'
import type { Frame } from '../../data/frame.ts'
import { FLIGHTS_FILE, locateFlights, readFlights } from '../../store/files/flights.ts'
import { CONTROL, INCIDENTS, type Incident } from './incidents.ts'
import { dayOf, windowsOf } from './inject.ts'
import { flightModels, isMisjoined } from './models.ts'
import { countsOf, type Damage, outcomeOf } from './outcomes.ts'
import { type FlightWorld, playPolicy } from './play.ts'
import { type FlightPolicy, flightPolicies, LABEL_DELAY_DAYS } from './policies.ts'
import { answersOf, differenceOf, figureOf, phaseOf } from './quality.ts'
import { FEATURES, flightStream } from './stream.ts'

/** One flight in eight: about 375,000 of 3 million. */
const ONE_FLIGHT_IN = 8
/** January. */
const WARMUP_DAYS = 31
const ROLLING_DAYS = 28
/** More than 28 days hold; January is drawn down to it. */
const MAX_TRAINING_ROWS = 60_000
const MAX_WORKERS = 2
const LEARNER = 'ydf-gradient-boosting'

/** Replays six months of flights with incidents under three policies. */
export async function demo(asked: DemoAsked, listener: DemoListener, progress: Progress): Promise<DemoReport> {
  progress('reading flights', 0, 1)
  const flights = await readFlights(locateFlights(), ONE_FLIGHT_IN)
  progress('reading flights', 1, 1)
  return playFlights(
    flights,
    { seed: asked.seed, incidents: INCIDENTS, policies: flightPolicies() },
    listener,
    progress,
  )
}

export interface FlightsAsked {
  readonly seed: number
  readonly incidents: readonly Incident[]
  readonly policies: readonly FlightPolicy[]
}

interface Played {
  readonly policy: FlightPolicy
  readonly result: ReplayResult
  readonly decisions: readonly DemoDecision[]
}

/** The same on given flights: for a test, or another history of the same columns. */
export async function playFlights(
  flights: Frame,
  { seed, incidents, policies }: FlightsAsked,
  listener: DemoListener,
  progress: Progress,
): Promise<DemoReport> {
  const prepared = flightStream(flights, { incidents, warmupDays: WARMUP_DAYS, rollingDays: ROLLING_DAYS, seed })
  const { stream } = prepared
  const stage = stageOf(prepared.stream.windows, { rows: flights.rows, incidents, warmupDays: stream.warmupWindows })
  listener.onStage(stage)
  const trainer = { trainer: LEARNER, maxRows: MAX_TRAINING_ROWS }
  const models = flightModels(prepared, { trainer, workers: Math.min(MAX_WORKERS, availableParallelism()), seed })
  try {
    progress('training the first version', 0, 1)
    const initial = await models.asRecorded.fit(Array.from({ length: WARMUP_DAYS }, (_, day) => day))
    progress('training the first version', 1, 1)
    const world: FlightWorld = { flights: prepared, observed: observe(stream, seed), models, incidents, initial, seed }
    const played = await playAll(world, policies, listener, progress)
    return reportOf(world, played, stage)
  } finally {
    await models.close()
  }
}

/** All policies at once: while one waits for a training, another goes on. They share nothing but equal models. */
async function playAll(
  world: FlightWorld,
  policies: readonly FlightPolicy[],
  listener: DemoListener,
  progress: Progress,
): Promise<Played[]> {
  const { windows, warmupWindows } = world.flights.stream
  const total = policies.length * (windows.length - 1 - warmupWindows)
  const days = new Map<FlightPolicy, Set<string>>(policies.map((policy) => [policy, new Set()]))
  return Promise.all(
    policies.map(async (policy) => {
      const decisions: DemoDecision[] = []
      const result = await playPolicy(world, policy, (decision) => {
        decisions.push(decision)
        if (policy.id === 'keepfit') listener.onDecision(decision)
        days.get(policy)?.add(decision.day)
        let done = 0
        for (const seen of days.values()) done += seen.size
        progress('playing the days', Math.min(done, total), total)
      })
      return { policy, result, decisions }
    }),
  )
}

function reportOf(world: FlightWorld, played: readonly Played[], stage: DemoStage): DemoReport {
  const { flights, models } = world
  const answers = (one: Played) => answersOf(flights, models, one.result)
  const ours = played.find(({ policy }) => policy.id === 'keepfit')
  const differences = played.flatMap((one) => {
    const { id } = one.policy
    return ours === undefined || id === 'keepfit' ? [] : [differenceOf(flights, id, answers(ours), answers(one))]
  })
  return {
    version: 1,
    seed: world.seed,
    stage,
    policies: played.map((one) => policyOf(world, one, stage)),
    differences,
  }
}

function policyOf(world: FlightWorld, { policy, result, decisions }: Played, stage: DemoStage): DemoPolicy {
  const { flights, models, incidents } = world
  const all = answersOf(flights, models, result)
  const auc = figureOf(flights, 'auc', all)
  const logLoss = figureOf(flights, 'log-loss', all)
  assert(auc !== null && logLoss !== null, 'the online flights hold both outcomes')
  const spans = [{ id: 'control', ...stage.control }, ...incidents]
  const { labelDelayWindows } = policy.loop
  return {
    id: policy.id,
    title: policy.title,
    auc,
    logLoss,
    phases: spans.map((span) => phaseOf(flights, span.id, answersOf(flights, models, result, span))),
    trainings: result.trained.length,
    ...countsOf(decisions, incidents, labelDelayWindows),
    outcomes: incidents.map((one) => outcomeOf(one, decisions, labelDelayWindows, damageOf(world, result, one))),
    decisions,
  }
}

/** Versions that answered though they learned from an incident's days, or were made with the wrong join. */
function damageOf({ flights }: FlightWorld, { serving }: ReplayResult, incident: Incident): Damage {
  const touched = new Set(windowsOf(incident, flights.stream.windows).map((window) => window.index))
  const isHurt = (model: ModelRef) =>
    incident.kind === 'wrong-join' ? isMisjoined(model) : model.windows.some((window) => touched.has(window))
  const hurt = serving.filter(isHurt)
  return { versions: new Set(hurt.map((model) => model.key)).size, days: hurt.length }
}

function stageOf(
  windows: FlightWorld['flights']['stream']['windows'],
  about: { rows: number; incidents: readonly Incident[]; warmupDays: number },
): DemoStage {
  const day = (at: number) => dayOf(windows.at(at)?.start ?? 0)
  return {
    file: FLIGHTS_FILE,
    rows: about.rows,
    onlineRows: about.rows - (windows[about.warmupDays]?.from ?? 0),
    from: day(0),
    decidedFrom: day(about.warmupDays),
    to: day(-1),
    label: 'lands more than 15 minutes late',
    features: FEATURES,
    learner: LEARNER,
    maxTrainingRows: MAX_TRAINING_ROWS,
    labelDelayDays: LABEL_DELAY_DAYS,
    control: CONTROL,
    incidents: about.incidents.map(({ id, from, to, happens, asked }) => ({ id, from, to, happens, asked })),
  }
}
