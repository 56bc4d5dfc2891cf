import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { observe } from '../backtest/observed.ts'
import { defaultPolicies, type Policy, selectPolicies } from '../backtest/policies.ts'
import type { ModelRef } from '../backtest/ports.ts'
import { recommend } from '../backtest/recommend.ts'
import { type BacktestReport, policyReport, windowReports } from '../backtest/report.ts'
import { type PlayedPolicy, playAll } from '../backtest/run.ts'
import { Fault } from '../base/fault.ts'
import type { Progress } from '../base/progress.ts'
import type { BacktestAnswer, BacktestAsked } from '../cli/ports.ts'
import { schemaOf } from '../data/frame.ts'
import { type AnyGate, gates } from '../gates/catalog.ts'
import { type BacktestRequest, backtestRequest } from './backtest-request.ts'
import type { ModelSettings } from './config/schema.ts'
import { environment } from './env.ts'
import { frozenRowsOf } from './frozen-rows.ts'
import { type History, loadHistory } from './history.ts'
import { openModelPool } from './model-pool.ts'
import { checkNamedColumns } from './named-columns.ts'
import { recommendedConfig, recommendedSettings } from './recommended-config.ts'
import { recordedInspector } from './recorded-inspector.ts'
import { NO_CONTRACT, replayWorld, type WorldTerms } from './replay-world.ts'
import { trainRolling } from './rolling-models.ts'
import { type TrainedModels, trainedModels } from './trained-models.ts'

/** Reads a labelled history, plays retraining policies over it, and says which one pays. */
export async function backtest(asked: BacktestAsked, progress: Progress): Promise<BacktestAnswer> {
  const request = await backtestRequest(asked)
  progress('reading', 0, 1)
  const history = await loadHistory(request)
  const { configured } = request
  if (configured !== null) checkNamedColumns(configured.name, configured.settings, history)
  progress('reading', 1, 1)
  const policies = chosenPolicies(request)
  const { stream } = history
  const frozen = await frozenRows(request, history)
  checkDelay(request.labelDelayWindows, stream.windows.length - stream.warmupWindows)
  const pool = openModelPool({
    task: stream.task,
    features: stream.features,
    labels: stream.labels,
    workers: Math.min(2, availableParallelism()),
    home: {
      baseFolder: resolve(configured?.folder ?? '.'),
      environment: { ...environment() },
      labelName: request.label,
    },
  })
  try {
    const models = trainedModels(pool, stream, request.trainer, request.seed, { keepsArtifacts: scoresAnew(request) })
    const failures: Fault[] = []
    const rolling = await trainRolling(stream, models, progress, (fault) => failures.push(fault))
    const outcome = await play(request, history, { policies, models, rolling, failures, frozen }, progress)
    const settings: SettingsOf = (policy, cost) => recommendedSettings(request, policies, { policy, cost })
    const report = reportOf(request, history, outcome, settings)
    return { report, configText: recommendedConfig(request, report, settings) }
  } finally {
    await pool.close()
  }
}

/** The first online window's labels must be known when at least one window is left to serve. */
function checkDelay(labelDelayWindows: number, online: number): void {
  if (labelDelayWindows <= online - 2) return
  throw new Fault(
    'USAGE',
    `with a label delay of ${labelDelayWindows} windows nothing can be decided within the ${online} windows after the warm-up; it may be at most ${online - 2}`,
  )
}

/** The default policies and the configured one, as far as they were asked for. */
function chosenPolicies({ policies, configured }: BacktestRequest): readonly Policy[] {
  const all = configured === null ? defaultPolicies() : [...defaultPolicies(), configured.played.policy]
  return policies.length === 0 ? all : selectPolicies(all, policies)
}

interface Material {
  readonly policies: readonly Policy[]
  readonly models: TrainedModels
  /** By newest training window; null where nothing could be learned. */
  readonly rolling: readonly (ModelRef | null)[]
  readonly failures: readonly Fault[]
  readonly frozen: WorldTerms['frozen']
}

interface Outcome {
  readonly played: readonly PlayedPolicy[]
  readonly notes: readonly string[]
  /** Index of the cost that the recommendation is for. */
  readonly at: number
}

type SettingsOf = (policy: string, cost: number) => ModelSettings

/** A configured model brings its own gates and contract; the default policies are played bare, as people run them. */
function configuredWorld(
  { configured, seed }: BacktestRequest,
  { stream, rowIds, table }: History,
  material: Material,
) {
  if (configured === null) return null
  const { gates, contract } = configured.played.extras
  const inspector = recordedInspector(stream, contract, { seed, table })
  return replayWorld(stream, material.models, rowIds, { gates, inspector, frozen: material.frozen })
}

async function frozenRows({ configured, label }: BacktestRequest, { stream }: History): Promise<WorldTerms['frozen']> {
  if (configured === null) return new Map()
  return frozenRowsOf(configured.played.extras.gates, {
    folder: configured.folder,
    label,
    task: stream.task,
    schema: schemaOf(stream.features),
  })
}

/** Whether a gate wants other rows scored than the recorded ones: only then are artifacts kept. */
function scoresAnew({ configured }: BacktestRequest): boolean {
  const asked = configured?.played.extras.gates ?? []
  return asked.some(({ gate }) => {
    const { needs = [] }: AnyGate = gates.get(gate)
    return needs.includes('missing-probe') || needs.includes('must-pass')
  })
}

/** A command may fail for any reason; a built-in trainer only where there is nothing to learn. */
function isOfACommand({ details }: Fault): boolean {
  return details['cause'] !== undefined
}

function failureNotes(failures: readonly Fault[]): string[] {
  if (failures.length === 0) return []
  const broken = failures.find(isOfACommand)
  const why = broken === undefined ? ', for their rows have one class only' : ''
  const said = broken === undefined ? '' : `; one of them said: ${broken.message}`
  return [`${failures.length} trainings failed${why}; the champion stayed${said}`]
}

async function play(
  request: BacktestRequest,
  history: History,
  material: Material,
  progress: Progress,
): Promise<Outcome> {
  const { stream, rowIds } = history
  const { policies, models, rolling, failures } = material
  const initial = rolling[stream.warmupWindows - 1]
  const broken = failures.find(isOfACommand)
  if (initial === undefined || initial === null) {
    if (broken !== undefined) throw broken
    throw new Fault(
      'DATA_INVALID',
      'nothing can be learned from the warm-up: it has one class only; make --warmup larger',
    )
  }
  const notes = [...history.notes, ...failureNotes(failures)]
  let playedSoFar = 0
  progress('playing policies', 0, policies.length)
  const plain = replayWorld(stream, models, rowIds, { gates: [], inspector: NO_CONTRACT })
  const own = configuredWorld(request, history, material)
  const isOwn = (policy: Policy) => policy.id === request.configured?.name
  const played = await playAll(
    observe(stream, request.seed),
    (policy) => (isOwn(policy) && own !== null ? own : plain),
    {
      policies,
      costs: request.costs,
      labelDelayWindows: request.labelDelayWindows,
      initial,
      rollingModel: (window) => rolling[window] ?? null,
      onPlayed: () => progress('playing policies', ++playedSoFar, policies.length),
    },
  )
  const at = Math.floor((request.costs.length - 1) / 2)
  return { played, notes, at }
}

function reportOf(
  request: BacktestRequest,
  { stream, rows }: History,
  outcome: Outcome,
  settings: SettingsOf,
): BacktestReport {
  const { played, notes, at } = outcome
  const { costs } = request
  const cost = costs[at] as number
  const recommendation = recommend(played, at, cost)
  return {
    version: 1,
    file: request.source,
    rows,
    task: stream.task.kind,
    learner: request.trainer.trainer,
    seed: request.seed,
    labelDelayWindows: request.labelDelayWindows,
    windows: windowReports(stream),
    warmupWindows: stream.warmupWindows,
    costs,
    policies: played.map((policy) => policyReport(policy, costs)),
    recommendation: {
      ...recommendation,
      cost,
      config: settings(recommendation.policy, cost),
      atOtherCosts: costs.flatMap((other, i) => (i === at ? [] : [{ cost: other, ...recommend(played, i, other) }])),
    },
    notes,
  }
}
