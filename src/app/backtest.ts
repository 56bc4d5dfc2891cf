import { availableParallelism } from 'node:os'
import { observe } from '../backtest/observed.ts'
import { defaultPolicies, type Policy, selectPolicies } from '../backtest/policies.ts'
import type { ModelRef } from '../backtest/ports.ts'
import { recommend } from '../backtest/recommend.ts'
import { type BacktestReport, policyReport, windowReports } from '../backtest/report.ts'
import { playAll } from '../backtest/run.ts'
import type { RecordedStream } from '../backtest/stream.ts'
import { Fault } from '../base/fault.ts'
import type { Progress } from '../base/progress.ts'
import { type History, type HistoryRequest, loadHistory } from './history.ts'
import { openModelPool } from './model-pool.ts'
import { NO_CONTRACT, replayWorld } from './replay-world.ts'
import { type TrainedModels, trainedModels } from './trained-models.ts'

/** What `keepfit backtest` was asked. */
export interface BacktestRequest extends HistoryRequest {
  readonly labelDelayWindows: number
  /** Costs of one training in units of one window's mean loss (α), each ≥ 0. */
  readonly costs: readonly number[]
  /** Ids of policies; empty = all default ones. */
  readonly policies: readonly string[]
  readonly trainer: { readonly trainer: string }
  readonly seed: number
}

/** Reads a labelled history, plays retraining policies over it, and says which one pays. */
export async function backtest(
  request: BacktestRequest,
  progress: Progress,
  signal?: AbortSignal,
): Promise<BacktestReport> {
  progress('reading', 0, 1)
  const history = await loadHistory(request)
  progress('reading', 1, 1)
  const policies = chosenPolicies(request)
  const { stream } = history
  const pool = openModelPool({
    task: stream.task,
    features: stream.features,
    labels: stream.labels,
    workers: Math.min(2, availableParallelism()),
    ...(signal === undefined ? {} : { signal }),
  })
  try {
    const models = trainedModels(pool, stream, request.trainer, request.seed)
    const rolling = await trainRolling(stream, models, progress)
    return await play(request, history, { policies, models, rolling }, progress)
  } finally {
    await pool.close()
  }
}

function chosenPolicies(request: BacktestRequest): readonly Policy[] {
  const all = defaultPolicies()
  return request.policies.length === 0 ? all : selectPolicies(all, request.policies)
}

/** One model for each window that a training may follow: policies and the optimum in hindsight choose among them. */
async function trainRolling(
  stream: RecordedStream,
  models: TrainedModels,
  progress: Progress,
): Promise<(ModelRef | null)[]> {
  const first = stream.warmupWindows - 1
  const last = stream.windows.length - 2
  const rolling: (ModelRef | null)[] = []
  let finished = 0
  const total = last - first + 1
  progress('training models', 0, total)
  await Promise.all(
    Array.from({ length: total }, async (_, i) => {
      const newest = first + i
      const oldest = Math.max(0, newest - stream.rollingWindows + 1)
      const windows = Array.from({ length: newest - oldest + 1 }, (_, k) => oldest + k)
      rolling[newest] = await models.fit(windows).catch(nullWhereNothingIsLearned)
      progress('training models', ++finished, total)
    }),
  )
  return rolling
}

/** A stretch of a real history may hold one class only: a training there fails, and the champion stays. */
function nullWhereNothingIsLearned(error: unknown): null {
  if (error instanceof Fault && error.code === 'TRAINING_FAILED') return null
  throw error
}

interface Material {
  readonly policies: readonly Policy[]
  readonly models: TrainedModels
  /** By newest training window; null where nothing could be learned. */
  readonly rolling: readonly (ModelRef | null)[]
}

async function play(
  request: BacktestRequest,
  history: History,
  material: Material,
  progress: Progress,
): Promise<BacktestReport> {
  const { stream, rowIds } = history
  const { policies, models, rolling } = material
  const initial = rolling[stream.warmupWindows - 1]
  if (initial === undefined || initial === null) {
    throw new Fault(
      'DATA_INVALID',
      'nothing can be learned from the warm-up: it has one class only; make --warmup larger',
    )
  }
  const failed = rolling.filter((model) => model === null).length
  const notes =
    failed === 0
      ? history.notes
      : [...history.notes, `${failed} trainings failed, for their rows have one class only; the champion stayed`]
  let playedSoFar = 0
  progress('playing policies', 0, policies.length)
  const world = replayWorld(stream, models, rowIds, { gates: [], inspector: NO_CONTRACT })
  const played = await playAll(observe(stream, request.seed), () => world, {
    policies,
    costs: request.costs,
    labelDelayWindows: request.labelDelayWindows,
    initial,
    rollingModel: (window) => rolling[window] ?? null,
    onPlayed: () => progress('playing policies', ++playedSoFar, policies.length),
  })
  const middle = Math.floor((request.costs.length - 1) / 2)
  const cost = request.costs[middle] as number
  const recommendation = recommend(played, middle, cost)
  return {
    version: 1,
    file: request.source,
    rows: history.rows,
    task: stream.task.kind,
    learner: request.trainer.trainer,
    seed: request.seed,
    labelDelayWindows: request.labelDelayWindows,
    windows: windowReports(stream),
    warmupWindows: stream.warmupWindows,
    costs: request.costs,
    policies: played.map((policy) => policyReport(policy, request.costs)),
    recommendation: { ...recommendation, cost, config: settingsOf(recommendation.policy, policies) },
    notes,
  }
}

/** The recommended policy as it stands in a configuration file. */
function settingsOf(id: string, policies: readonly Policy[]): unknown {
  const policy = policies.find((p) => p.id === id)
  return { triggers: policy?.loop.triggers ?? [], data: policy?.loop.data ?? { strategy: 'rolling' } }
}
