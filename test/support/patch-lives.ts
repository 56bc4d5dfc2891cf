import type { Evidence } from '../../src/base/evidence.ts'
import type { Scores } from '../../src/data/labels.ts'
import { scoresPerRow, type Task } from '../../src/data/schema.ts'
import type { WatchedVersion } from '../../src/detectors/detector.ts'
import { avoidableLossDetector } from '../../src/detectors/performance/avoidable-loss.ts'
import { type BinnedFeature, learnRow, naiveBayes, scorer } from '../../src/learners/naive-bayes.ts'
import { avoidableLossTrigger } from '../../src/triggers/avoidable-loss.ts'
import { type Drawn, drawWindow, ruleOf, taskOf, type World } from './patch-worlds.ts'
import { triggerContext } from './trigger-context.ts'

/** A model that can say what it thinks of drawn rows, and learn more of them. */
interface Model {
  learn(drawn: Drawn): void
  scores(drawn: Drawn): Scores
}

/** `true rule`: nothing is avoidable until the rule changes. `learned`: from six windows, as well as our learners can. */
export type Champion = 'true rule' | 'learned'

/** The detector under test; a broken one may stand in for it. */
export type PatchDetector = Pick<typeof avoidableLossDetector, 'start' | 'recall' | 'measure'>

export interface LifePlan {
  readonly world: World
  readonly champion: Champion
  readonly windows: number
  readonly halves?: boolean
  /** What a learned champion was trained on, in windows. */
  readonly warmUpWindows?: number
  /** Also say what a model of the same kind would save on the last two windows, trained on all before each. */
  readonly isFreshAsked?: boolean
  readonly detector?: PatchDetector
}

export interface Tested {
  readonly window: number
  /** Σd/n of this window alone: what overriding really saved on rows that the tables had not seen. */
  readonly saved: number
  readonly gap: number
  readonly low: number
  /** The champion's mean loss. */
  readonly loss: number
}

export interface Life {
  readonly tested: readonly Tested[]
  /** For each cost asked: the window after which a training would have been started first; null = never. */
  readonly trainedAfter: ReadonlyMap<number, number | null>
  /** What a fresh training saves, in loss per row; null where not asked. */
  readonly freshSaves: number | null
}

export const COSTS = [0.1, 0.5] as const
const WARM_UP_WINDOWS = 6
const HORIZON_WINDOWS = 10
export const FLOOR = 0.005

/** One seeded stream under a champion that is never replaced: what the detector said, and when the trigger acted. */
export function live(plan: LifePlan, seed: number): Life {
  const { world, detector = avoidableLossDetector } = plan
  const config = avoidableLossDetector.config.parse({ detector: 'avoidable-loss', halves: plan.halves ?? false })
  const warmUp = drawWindow(world, seed, -1, (plan.warmUpWindows ?? WARM_UP_WINDOWS) * world.rows)
  const model = plan.champion === 'learned' ? learner(world) : believer(world)
  model.learn(warmUp)
  const fresh = plan.isFreshAsked === true ? learner(world) : null
  fresh?.learn(warmUp)
  let freshSaves = 0
  const version: WatchedVersion = {
    task: taskOf(world),
    reference: { rows: 0, columns: [] },
    referenceWindows: [],
    training: { features: warmUp.features, labels: warmUp.labels },
    scale: world.classes === 0 ? spreadOf(warmUp.labels) : 1,
    seed,
  }
  const tested: Tested[] = []
  const triggers = COSTS.map((cost) => ({ cost, waits: 0, after: null as number | null }))
  let state = detector.start(version, config)
  let weight = 0
  let sum = 0
  for (let window = 0; window < plan.windows; window++) {
    const drawn = drawWindow(world, seed, window)
    const scores = model.scores(drawn)
    const view = {
      window,
      profile: version.reference,
      features: drawn.features,
      labels: drawn.labels,
      scores,
    }
    const seen = detector.measure(state, version, view, config)
    state = seen.state
    if (fresh !== null && window >= plan.windows - 2) {
      freshSaves += (lossOf(version, drawn, scores) - lossOf(version, drawn, fresh.scores(drawn))) / 2
    }
    fresh?.learn(drawn)
    const estimate = seen.evidence[0]
    if (estimate?.kind !== 'estimate') continue
    // Undo the smoothing: w ← w/2 + n and m = g w, so Σd = m − m₋₁/2.
    weight = weight / 2 + estimate.rows
    const before = sum
    sum = estimate.value * weight
    tested.push({
      window,
      saved: (sum - before / 2) / estimate.rows,
      gap: estimate.value,
      low: estimate.interval.low,
      loss: lossOf(version, drawn, scores),
    })
    for (const one of triggers) if (one.after === null) ask(one, estimate, window)
  }
  return {
    tested,
    trainedAfter: new Map(triggers.map(({ cost, after }) => [cost, after])),
    freshSaves: fresh === null ? null : freshSaves,
  }
}

function ask(trigger: { cost: number; waits: number; after: number | null }, estimate: Evidence, window: number): void {
  const config = avoidableLossTrigger.config.parse({ trigger: 'avoidable-loss', reuse: false })
  const decision = avoidableLossTrigger.decide(
    triggerContext({
      evidence: [estimate],
      cost: trigger.cost,
      horizonWindows: HORIZON_WINDOWS,
      windowsSinceTraining: window + 1,
      waits: trigger.waits,
    }),
    config,
  )
  if (decision.kind === 'retrain') trigger.after = window
  if (decision.kind === 'wait' && decision.isPostponed === true) trigger.waits++
}

function spreadOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

function lossOf({ task, scale }: WatchedVersion, { labels }: Drawn, scores: Scores): number {
  let sum = 0
  for (const [row, label] of labels.entries()) {
    if (task.kind === 'regression') sum += (((scores[row] as number) - label) / scale) ** 2
    else sum += classOf(task, scores, row) === label ? 0 : 1
  }
  return sum / labels.length
}

function classOf(task: Task, scores: Scores, row: number): number {
  const width = scoresPerRow(task)
  if (width === 1) return (scores[row] as number) > 0.5 ? 1 : 0
  let best = 0
  for (let c = 1; c < width; c++)
    if ((scores[row * width + c] as number) > (scores[row * width + best] as number)) best = c
  return best
}

/** Knows the old rule, and is the surer the farther a score is from the cut. */
function believer(world: World): Model {
  const rule = ruleOf(world)
  return {
    learn() {},
    scores({ score }) {
      if (world.classes === 0) return Float32Array.from(score)
      if (world.classes === 2) {
        return Float32Array.from(score, (value) => {
          const sure = Math.min(0.49, 0.05 + Math.abs(value) / 3)
          return rule(value) === 1 ? 0.5 + sure : 0.5 - sure
        })
      }
      const scores = new Float32Array(score.length * world.classes)
      for (const [row, value] of score.entries()) scores[row * world.classes + rule(value)] = 1
      return scores
    },
  }
}

const TENTHS = 10
const tenthsOf = ({ tenths }: Drawn): BinnedFeature[] => tenths.map((codes) => ({ codes, bins: TENTHS }))

function learner(world: World): Model {
  return world.classes === 0 ? additive(world) : bayes(world, world.classes)
}

/** Naive Bayes on tenths of each feature: cannot see that two features act together. */
function bayes(world: World, classes: number): Model {
  const blank = Array.from({ length: world.features }, () => ({ codes: [], bins: TENTHS }))
  const model = naiveBayes(blank, classes)
  return {
    learn(drawn) {
      const features = tenthsOf(drawn)
      for (const [row, label] of drawn.labels.entries()) learnRow(model, features, { row, label })
    },
    scores(drawn) {
      const features = tenthsOf(drawn)
      const score = scorer(model)
      const rows = drawn.labels.length
      const all = new Float64Array(rows * classes)
      for (let row = 0; row < rows; row++) score(features, row, all.subarray(row * classes, (row + 1) * classes))
      return classes === 2 ? Float32Array.from({ length: rows }, (_, row) => all[2 * row + 1]!) : Float32Array.from(all)
    },
  }
}

/** Sum of the mean deviations of each feature's tenth, shrunk by 20 rows: the same blindness, for values. */
function additive(world: World): Model {
  const counts = new Float64Array(world.features * TENTHS)
  const sums = new Float64Array(world.features * TENTHS)
  let rows = 0
  let total = 0
  return {
    learn(drawn) {
      for (const [k, { codes }] of tenthsOf(drawn).entries()) {
        for (const [row, label] of drawn.labels.entries()) {
          const cell = k * TENTHS + codes[row]!
          counts[cell] = counts[cell]! + 1
          sums[cell] = sums[cell]! + label
        }
      }
      rows += drawn.labels.length
      total += drawn.labels.reduce((sum, label) => sum + label, 0)
    },
    scores(drawn) {
      const mean = total / rows
      const scores = new Float32Array(drawn.labels.length).fill(mean)
      const effects = sums.map((sum, cell) => (sum - mean * counts[cell]!) / (counts[cell]! + 20))
      for (const [k, { codes }] of tenthsOf(drawn).entries()) {
        for (let row = 0; row < scores.length; row++) scores[row] = scores[row]! + effects[k * TENTHS + codes[row]!]!
      }
      return scores
    },
  }
}
