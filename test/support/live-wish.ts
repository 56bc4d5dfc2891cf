import type { TrainingOutcome, TrainingPlan } from '../../src/base/training.ts'
import { DetectorConfig } from '../../src/detectors/catalog.ts'
import type { ClosedWindow, LivePorts, WaitingCommand } from '../../src/live/ports.ts'
import type { LiveSettings } from '../../src/live/settings.ts'
import type { SavedLife, Turn, WindowPerformance } from '../../src/live/turn.ts'
import type { LoopConfig } from '../../src/loop/config.ts'
import type { Observation } from '../../src/loop/observation.ts'
import type { DecisionRecord } from '../../src/loop/record.ts'
import type { ConceptWish, ConceptWorld } from './concept-world.ts'
import { loopConfig } from './loop-life.ts'

export const DAY = 86_400_000
export const T0 = Date.UTC(2026, 0, 1)

export interface LiveWish extends ConceptWish {
  readonly loop?: Partial<LoopConfig>
  readonly settings?: Partial<LiveSettings>
  /** Version 1 was trained elsewhere: on the warm-up, or on rows that nobody knows. */
  readonly adopted?: 'with its windows' | 'without'
  /** Artifacts of these versions are gone once they are retired. */
  readonly collected?: readonly number[]
  /** Rows of a window are learned from and answered, but none of the model's trainings gives more than this. */
  readonly training?: (plan: TrainingPlan) => TrainingOutcome<number> | null
}

/** A model's life in memory: rows in arrays, what is saved as JSON and bytes, trainings done at once. */
export interface LiveWorld {
  readonly ports: LivePorts
  readonly concept: ConceptWorld
  readonly turns: readonly Turn[]
  readonly observations: readonly Observation[]
  readonly decisions: readonly DecisionRecord[]
  readonly windows: ReadonlyMap<number, KeptWindow>
  readonly served: readonly { readonly version: number; readonly reason: string }[]
  readonly answers: ReadonlyMap<number, string>
  readonly plans: readonly TrainingPlan[]
  /** Machine time, ms. */
  clock: number
  /** So many commits are lost to somebody else who was quicker. */
  lose: number
  /** Trainings that were started end only when this is false. */
  isTraining: boolean
  life(): SavedLife
  /** The predictions of these windows come in. */
  predict(...windows: readonly number[]): void
  /** Labels of the first `share` of a window's rows come in, for those that have none yet. */
  label(window: number, share?: number): void
  give(body: WaitingCommand['body']): number
  /** A new policy rules. */
  apply(change: Partial<Omit<LiveSettings, 'loop'>>, loop?: Partial<LoopConfig>): void
  /** Takes step after step until there is nothing to do; with `steps` so many at most. */
  settle(steps?: number): Promise<number>
  /** What was read of the model is forgotten, as after a restart. */
  restart(): void
}

export interface KeptWindow extends ClosedWindow {
  readonly performance: WindowPerformance | null
}

/** How such a life is looked after, unless told otherwise. */
export function settingsOf({ loop = {}, settings = {} }: LiveWish, warmupWindows: number): LiveSettings {
  return {
    policy: 1,
    loop: loopConfig({ probationWindows: 2, ...loop }),
    detectors: [DetectorConfig.parse({ detector: 'avoidable-loss' })],
    contract: [],
    everyMs: DAY,
    latenessMs: 0,
    labels: { delayMs: 0, share: null, absentAfterMs: null, absentMeans: null },
    warmupWindows,
    schema: {},
    seed: 7,
    ...settings,
  }
}
