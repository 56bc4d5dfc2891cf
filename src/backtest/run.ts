import { assert } from '../base/assert.ts'
import type { Interval } from '../base/evidence.ts'
import { joined } from '../data/labels.ts'
import { metricInput } from '../data/row-losses.ts'
import { metrics } from '../stats/metrics/catalog.ts'
import { hindsightOptimum } from './hindsight.ts'
import type { Observed } from './observed.ts'
import type { Policy } from './policies.ts'
import type { BacktestPorts, ModelRef } from './ports.ts'
import { type ReplayResult, replay } from './replay.ts'
import { windowLabels } from './stream.ts'

/** A metric over all rows that a policy's models answered. */
export interface QualityFigure {
  readonly metric: string
  readonly value: number
  readonly interval: Interval
  readonly rows: number
}

/** What one policy did at one cost of training. */
export interface PolicyFigures {
  /** Newest window whose labels each training was given. */
  readonly trained: readonly number[]
  /** [label window after which it was decided, newest window that the model learned from]. */
  readonly deployed: readonly (readonly [number, number])[]
  /** Everything but trainings, in trainings. */
  readonly probe: number
  /** Mean over the online windows of the mean loss a row. */
  readonly meanLoss: number
  /** meanLoss + cost · (trainings + probe) / windows, less the same of the optimum in hindsight. */
  readonly excess: number
  /** Mean loss of each online window, first one first: what the plot shows and the recommendation weighs. */
  readonly lossByWindow: readonly number[]
  readonly quality: readonly QualityFigure[]
}

/** A policy after it was played at every cost. */
export interface PlayedPolicy {
  readonly id: string
  readonly title: string
  /** Known only afterwards: a yardstick, nothing that could be followed. */
  readonly isHindsight: boolean
  /** One entry a cost, in the order of `costs`. */
  readonly byCost: readonly PolicyFigures[]
}

/** What is to be played, at which costs, from which first model on. */
export interface BacktestQuestion {
  readonly policies: readonly Policy[]
  /** Costs of one training in units of one window's mean loss (α), each ≥ 0. */
  readonly costs: readonly number[]
  readonly labelDelayWindows: number
  readonly initial: ModelRef
  /** The model whose newest training window is `window`; null where its training failed. */
  readonly rollingModel: (window: number) => ModelRef | null
  readonly onPlayed?: (policy: string) => void
}

/** Plays every policy at every cost, and the optimum in hindsight beside them. */
export async function playAll(
  observed: Observed,
  ports: (policy: Policy) => BacktestPorts,
  question: BacktestQuestion,
): Promise<PlayedPolicy[]> {
  const yardstick = hindsight(observed, ports, question)
  const played: PlayedPolicy[] = []
  for (const policy of question.policies) {
    const byCost: PolicyFigures[] = []
    let once: ReplayResult | undefined
    for (const [at, cost] of question.costs.entries()) {
      const loop = { ...policy.loop, cost, labelDelayWindows: question.labelDelayWindows }
      const request = { loop, detectors: policy.detectors, initial: question.initial }
      const result = once ?? (await replay(observed, ports(policy), request))
      if (!policy.readsCost) once = result
      byCost.push(figures(observed, ports(policy), result, { cost, optimum: yardstick.totals[at] as number }))
    }
    played.push({ id: policy.id, title: policy.title, isHindsight: false, byCost })
    question.onPlayed?.(policy.title)
  }
  return [...played, yardstick.policy]
}

type Outcome = Pick<ReplayResult, 'trained' | 'deployed' | 'probe' | 'serving'>

function figures(
  observed: Observed,
  ports: BacktestPorts,
  result: Outcome,
  at: { cost: number; optimum: number },
): PolicyFigures {
  const lossByWindow = result.serving.map((model, i) =>
    meanLoss(observed, ports, model, observed.stream.warmupWindows + i),
  )
  const total = lossByWindow.reduce((sum, loss) => sum + loss, 0)
  const windows = lossByWindow.length
  const spent = at.cost * (result.trained.length + result.probe)
  return {
    trained: result.trained,
    deployed: result.deployed,
    probe: result.probe,
    meanLoss: total / windows,
    excess: (total + spent - at.optimum) / windows,
    lossByWindow,
    quality: qualityOf(observed, ports, result.serving),
  }
}

/** Mean loss of the labelled rows of a window; 0 where it has none. */
function meanLoss(observed: Observed, ports: BacktestPorts, model: ModelRef, window: number): number {
  let sum = 0
  let rows = 0
  for (const loss of observed.losses(model, window, ports)) {
    if (Number.isNaN(loss)) continue
    sum += loss
    rows++
  }
  return rows === 0 ? 0 : sum / rows
}

function hindsight(observed: Observed, ports: (policy: Policy) => BacktestPorts, question: BacktestQuestion) {
  const [anyPolicy] = question.policies
  assert(anyPolicy !== undefined, 'a backtest needs a policy')
  const world = ports(anyPolicy)
  const { warmupWindows, windows } = observed.stream
  const span = { first: warmupWindows, last: windows.length - 1, initial: question.initial.trainedTo }
  const delay = question.labelDelayWindows
  const known = new Map<number, number>()
  // With labels D windows late, a model that was asked for after window t has learned up to t − D.
  const modelFor = (t: number) =>
    t === span.initial ? question.initial : question.rollingModel(Math.max(t - delay, span.initial))
  const lossOf = (t: number, window: number) => {
    const key = t * windows.length + window
    const model = modelFor(t)
    const loss =
      known.get(key) ?? (model === null ? Number.POSITIVE_INFINITY : meanLoss(observed, world, model, window))
    known.set(key, loss)
    return loss
  }
  const totals: number[] = []
  const byCost = question.costs.map((cost) => {
    const best = hindsightOptimum(lossOf, cost, span)
    const optimum = best.totalLoss + cost * best.trained.length
    totals.push(optimum)
    const chosenFor = (t: number): ModelRef => modelFor(t) ?? question.initial
    const deployed = best.trained.map((t) => [Math.max(t - delay, span.initial), chosenFor(t).trainedTo] as const)
    const serving: ModelRef[] = []
    let serves = span.initial
    for (let window = span.first; window <= span.last; window++) {
      serving.push(chosenFor(serves))
      if (best.trained.includes(window)) serves = window
    }
    const trained = best.trained.map((t) => Math.max(t - delay, span.initial))
    return figures(observed, world, { trained, deployed, probe: 0, serving }, { cost, optimum })
  })
  const title = 'the optimum in hindsight (no one can follow it)'
  return { totals, policy: { id: 'hindsight', title, isHindsight: true, byCost } }
}

/** The usual metrics of the task, over all online rows together. */
function qualityOf(observed: Observed, ports: BacktestPorts, serving: readonly ModelRef[]): QualityFigure[] {
  const { stream } = observed
  const { task, warmupWindows } = stream
  const parts = serving.map((model, i) => ports.scores(model, warmupWindows + i))
  const scores = joined(parts, Float32Array)
  const labels = stream.labels.subarray(stream.windows[warmupWindows]?.from ?? 0)
  assert(
    labels.length === serving.reduce((n, _, i) => n + windowLabels(stream, warmupWindows + i).length, 0),
    'online rows and labels differ',
  )
  return QUALITY[task.kind].flatMap((id) => {
    const seen = metrics.get(id).measure(metricInput(task, labels, scores))
    if (seen.kind === 'insufficient') return []
    return [{ metric: id, value: seen.value, interval: seen.interval, rows: seen.rows }]
  })
}

const QUALITY = {
  binary: ['auc', 'log-loss', 'accuracy'],
  multiclass: ['accuracy', 'log-loss', 'balanced-accuracy'],
  regression: ['rmse', 'mae', 'r2'],
} as const
