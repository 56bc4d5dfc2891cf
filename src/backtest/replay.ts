import { assert, unreachable } from '../base/assert.ts'
import type { Learned, TrainingOutcome } from '../base/training.ts'
import { type AnyDetector, type DetectorConfig, detectors } from '../detectors/catalog.ts'
import type { LoopConfig } from '../loop/config.ts'
import type { Effect } from '../loop/effect.ts'
import type { Observation } from '../loop/observation.ts'
import type { DecisionRecord } from '../loop/record.ts'
import { type LoopState, startLoop } from '../loop/state.ts'
import { step } from '../loop/step.ts'
import { startWatch, type WatchState, watchWindow } from '../watch/watch.ts'
import { CHARGES } from './charges.ts'
import { compareOn, type Observed } from './observed.ts'
import type { BacktestPorts, ModelRef } from './ports.ts'
import { type RecordedStream, windowLabels } from './stream.ts'

/** One policy to play over the stream. */
export interface ReplayRequest {
  readonly loop: LoopConfig
  readonly detectors: readonly DetectorConfig[]
  readonly initial: ModelRef
  /** Called with each decision as it is made. */
  readonly onDecision?: (record: DecisionRecord) => void
}

/** What a policy did, and what it cost. */
export interface ReplayResult {
  /** Newest window whose labels each training was given. */
  readonly trained: readonly number[]
  /** [label window after which it was decided, newest window that the model learned from]. */
  readonly deployed: readonly (readonly [number, number])[]
  /** Everything but trainings, in trainings. */
  readonly probe: number
  /** The model that answered each online window, first online window first. */
  readonly serving: readonly ModelRef[]
  readonly decisions: readonly DecisionRecord[]
}

/** Newest windows whose rows fill the memory of a version that comes back. */
const RECALLED_WINDOWS = 4

interface Replay extends ReplayRequest {
  readonly observed: Observed
  readonly ports: BacktestPorts
  state: LoopState
  watch: WatchState
  /** versions[n − 1] is version n. */
  readonly versions: ModelRef[]
  /** The model that answers each window of the stream, as far as it is decided. */
  readonly servedBy: ModelRef[]
  readonly trained: number[]
  readonly deployed: [number, number][]
  readonly decisions: DecisionRecord[]
  readonly watchesTables: boolean
  /** Versions and windows whose scores are paid for. */
  readonly scored: Set<string>
  readonly readsLabels: boolean
  probe: number
}

/**
 * Plays a recorded stream window by window through the same `watch` and `loop` that run live. Labels of window t are
 * known when window t + D has closed; what is decided then serves from window t + D + 1.
 */
export async function replay(observed: Observed, ports: BacktestPorts, request: ReplayRequest): Promise<ReplayResult> {
  const { windows, warmupWindows } = observed.stream
  const { initial, loop, detectors: configs } = request
  const run: Replay = {
    ...request,
    observed,
    ports,
    state: startLoop(1, warmupWindows - 1, windows[warmupWindows - 1]?.end ?? null, {
      learned: learnedBy(initial, observed.stream),
      trainer: loop.trainer,
      labelledRows: sum(Array.from({ length: warmupWindows }, (_, window) => labelledRows(observed.stream, window))),
    }),
    watch: startWatch(1, observed.watched(initial), configs),
    versions: [initial],
    servedBy: new Array<ModelRef>(windows.length).fill(initial),
    trained: [],
    deployed: [],
    decisions: [],
    watchesTables: configs.some((config) => config.detector === 'avoidable-loss'),
    readsLabels: configs.some(readsLabels),
    scored: new Set(),
    probe: 0,
  }
  // After the last window closes nothing is left to serve, so nothing is decided there.
  for (let closed = warmupWindows; closed < windows.length - 1; closed++) {
    await windowClosed(run, closed)
    const matured = closed - loop.labelDelayWindows
    if (matured >= warmupWindows) await labelsMatured(run, matured)
  }
  const { trained, deployed, probe, decisions } = run
  return { trained, deployed, probe, decisions, serving: run.servedBy.slice(warmupWindows) }
}

function readsLabels(config: DetectorConfig): boolean {
  const detector: AnyDetector = detectors.get(config.detector)
  return detector.reads === 'labels' || detector.mature !== undefined
}

function live(run: Replay): ModelRef {
  return modelOf(run, run.state.live.version)
}

function modelOf(run: Replay, version: number): ModelRef {
  const model = run.versions[version - 1]
  assert(model !== undefined, `there is no version ${version}`)
  return model
}

async function windowClosed(run: Replay, window: number): Promise<void> {
  const model = live(run)
  const { unchecked, ...held } = run.ports.inspectRows(window, model, run.state.quarantined)
  const view = run.observed.closedView(model, window, run.ports)
  const seen = watchWindow(run.watch, run.observed.watched(model), view, 'features')
  run.watch = seen.state
  const now = run.observed.stream.windows[window]?.end ?? null
  const evidence = [...unchecked, ...seen.evidence]
  await observeAndAct(run, { kind: 'window-closed', window, now, evidence, ...held })
}

async function labelsMatured(run: Replay, window: number): Promise<void> {
  const model = live(run)
  const { unchecked, ...held } = run.ports.inspectLabels(window, model, run.state.quarantined)
  if (run.watchesTables) run.probe += CHARGES.tables
  // The labels belong to rows that another version answered: whoever reads them has to score the live one on them first.
  if (run.readsLabels) chargeScoring(run, model, window)
  const isQuarantined = held.breaches.length > 0 || run.state.quarantined.includes(window)
  let evidence: Extract<Observation, { kind: 'labels-matured' }>['evidence'] = unchecked
  if (!isQuarantined) {
    const view = run.observed.view(model, window, run.ports)
    const seen = watchWindow(run.watch, run.observed.watched(model), view, 'labels')
    run.watch = seen.state
    evidence = [...unchecked, ...seen.evidence]
  }
  const now = run.observed.stream.windows[window + run.loop.labelDelayWindows]?.end ?? null
  const known = labelledRows(run.observed.stream, window)
  await observeAndAct(run, { kind: 'labels-matured', window, now, evidence, labelledRows: known, ...held })
}

/** Tells the loop, carries out what it asks for, and tells it what came of that, until it asks for nothing more. */
async function observeAndAct(run: Replay, first: Observation): Promise<void> {
  const queue: Observation[] = [first]
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { state, effects, decisions } = step(run.state, next, run.loop)
    run.state = state
    for (const entry of decisions) {
      run.decisions.push(entry)
      run.onDecision?.(entry)
    }
    for (const effect of effects) queue.push(...(await carryOut(run, effect)))
  }
}

async function carryOut(run: Replay, effect: Effect): Promise<Observation[]> {
  switch (effect.kind) {
    case 'compare': {
      for (const version of effect.versions) chargeScoring(run, modelOf(run, version), effect.window)
      const comparisons = effect.versions.map((version) =>
        compareOn(run.observed, run.ports, live(run), { version, model: modelOf(run, version) }, effect.window),
      )
      return [{ kind: 'compared', purpose: effect.purpose, window: effect.window, comparisons }]
    }
    case 'start-run': {
      const result = await train(run, effect)
      const ended = { kind: 'run-ended', run: effect.run, result } as const
      if (result.kind !== 'trained') return [ended]
      return [{ ...ended, learned: learnedBy(modelOf(run, result.model), run.observed.stream) }]
    }
    case 'serve':
      goLive(run, effect)
      return []
    case 'propose':
      // A replay has nobody to ask; policies are played in mode `auto`.
      return []
    default:
      return unreachable(effect)
  }
}

async function train(run: Replay, effect: Extract<Effect, { kind: 'start-run' }>): Promise<TrainingOutcome<number>> {
  const outcome = await run.ports.train(effect.plan, live(run))
  // What was refused before the trainer started cost nothing; what did not converge cost a training.
  if (outcome.kind === 'blocked') return outcome
  run.trained.push(effect.plan.toWindow)
  if (outcome.kind !== 'trained') return outcome
  if (run.watchesTables) run.probe += CHARGES.octiles
  run.versions.push(outcome.model)
  return { ...outcome, model: run.versions.length }
}

/** What a model has learned from, as the loop wants to know it. */
function learnedBy({ windows, trainedTo }: ModelRef, stream: RecordedStream): Learned {
  const rows = sum(windows.map((window) => labelledRows(stream, window)))
  return { rows, toWindow: trainedTo, cutOffAt: stream.windows[trainedTo]?.end ?? null }
}

function labelledRows(stream: RecordedStream, window: number): number {
  let rows = 0
  for (const label of windowLabels(stream, window)) if (!Number.isNaN(label)) rows++
  return rows
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

function goLive(run: Replay, effect: Extract<Effect, { kind: 'serve' }>): void {
  const model = modelOf(run, effect.version)
  run.deployed.push([effect.window, model.trainedTo])
  run.servedBy.fill(model, effect.window + run.loop.labelDelayWindows + 1)
  const past = effect.reason === 'promoted' ? [] : recalledWindows(run, model, effect.window)
  if (run.watchesTables) for (const window of past) chargeScoring(run, model, window)
  const views = past.map((window) => run.observed.view(model, window, run.ports))
  run.watch = startWatch(effect.version, run.observed.watched(model), run.detectors, views)
}

/** A version's scores on a window are paid for once, and not at all where it answered those rows itself. */
function chargeScoring(run: Replay, model: ModelRef, window: number): void {
  const key = `${window}:${model.key}`
  if (run.servedBy[window] === model || run.scored.has(key)) return
  run.scored.add(key)
  run.probe += CHARGES.scoring
}

function recalledWindows(run: Replay, model: ModelRef, newest: number): number[] {
  const windows: number[] = []
  for (let window = newest; window > model.trainedTo && windows.length < RECALLED_WINDOWS; window--) {
    if (!run.state.quarantined.includes(window)) windows.unshift(window)
  }
  return windows
}
