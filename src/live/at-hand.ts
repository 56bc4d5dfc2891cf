import { assert } from '../base/assert.ts'
import type { Scores } from '../data/labels.ts'
import type { WindowRows } from '../data/window-rows.ts'
import { defaultRollingWindows } from '../data/windows.ts'
import type { WatchedVersion } from '../detectors/detector.ts'
import { originOf } from '../loop/origins.ts'
import type { LoopState } from '../loop/state.ts'
import { contractInspector, type Inspector } from '../watch/inspector.ts'
import { type Memory, memoryOf } from './memory.ts'
import type { KnownVersion, LivePorts } from './ports.ts'
import type { LiveSettings } from './settings.ts'
import type { ModelShape } from './shape.ts'

/** Windows after which a hand is laid aside. */
const LONGEST_WINDOWS = 500

/** One model's world, with what was read of it before. */
export interface AtHand {
  readonly model: string
  readonly ports: LivePorts
  readonly settings: LiveSettings
  readonly shape: ModelShape
  readonly memory: Memory
  readonly inspector: Inspector
  /** Tells how many windows have closed so far. */
  sees(windows: number): void
  /** It has been used for so many windows that a new one is due: nothing that was read or measured is ever let go. */
  isWorn(): boolean
  /** The version with the windows that it is watched against. */
  versionOf(state: LoopState, number: number): Promise<LearnedVersion>
  watched(version: LearnedVersion): Promise<WatchedVersion>
  scores(version: number, rows: WindowRows): Promise<Scores>
}

export interface LearnedVersion extends KnownVersion {
  /** Windows that it learned from; of one adopted without its data, the warm-up that it was first seen on. */
  readonly learned: readonly number[]
}

export function atHand(
  ports: LivePorts,
  model: string,
  { settings, shape }: { readonly settings: LiveSettings; readonly shape: ModelShape },
): AtHand {
  let closed = 0
  let begunAt: number | null = null
  const memory = memoryOf(ports, model, shape, settings)
  const stream = {
    task: shape.schema.task,
    get rollingWindows() {
      return defaultRollingWindows(closed)
    },
    layout: shape.layout,
    profile: memory.profile,
    features: (window: number) => memory.rows(window).features,
    labels: (window: number) => memory.rows(window).labels,
    table: (window: number) => memory.rows(window).features,
    endOf: (window: number) => memory.window(window)?.end ?? null,
    has: (window: number) => memory.window(window) !== undefined,
  }
  return {
    model,
    ports,
    settings,
    shape,
    memory,
    sees(windows) {
      closed = windows
      begunAt ??= windows
    },
    isWorn: () => begunAt !== null && closed - begunAt >= LONGEST_WINDOWS,
    inspector: contractInspector(stream, settings.contract, settings),
    async versionOf(state, number) {
      const known = await ports.version(model, number)
      if (known.windows.length > 0) return { ...known, learned: known.windows }
      const { toWindow } = originOf(state, number)
      assert(toWindow >= 0, `version ${number} of '${model}' was never held against any window`)
      return { ...known, learned: Array.from({ length: toWindow + 1 }, (_, window) => window) }
    },
    watched: (version) => memory.watched(version, version.learned),
    scores: (version, rows) => ports.scores(model, version, rows),
  }
}
