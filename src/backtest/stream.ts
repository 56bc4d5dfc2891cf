import type { Frame } from '../data/frame.ts'
import { sliceRows } from '../data/frame.ts'
import { standardDeviation } from '../data/label-scale.ts'
import type { Labels } from '../data/labels.ts'
import { mergeProfiles, type Profile, profileRows } from '../data/profile.ts'
import { learnLayout } from '../data/profile-layout.ts'
import type { Task } from '../data/schema.ts'
import { defaultRollingWindows, type Window } from '../data/windows.ts'

/** A recorded history, cut into windows, each read and summarised once. */
export interface RecordedStream {
  readonly task: Task
  /** Feature columns only, rows in time order. */
  readonly features: Frame
  readonly labels: Labels
  readonly windows: readonly Window[]
  /** One profile a window, all on the layout of the warm-up. */
  readonly profiles: readonly Profile[]
  /** Windows before the first decision: 0 … warmupWindows − 1. */
  readonly warmupWindows: number
  /** Windows of the default rolling span: max(4, ⌊.15 × windows⌋). */
  readonly rollingWindows: number
  /** Regression: standard deviation of the warm-up's labels, the unit of loss; classes: 1. */
  readonly scale: number
}

/** Summarises every window once. `warmupWindows` ≥ 1 and < windows. */
export function recordedStream(
  given: Pick<RecordedStream, 'task' | 'features' | 'labels' | 'windows' | 'warmupWindows'>,
): RecordedStream {
  const warmupRows = given.windows[given.warmupWindows - 1]?.to ?? given.features.rows
  const layout = learnLayout(sliceRows(given.features, 0, warmupRows))
  return {
    ...given,
    profiles: given.windows.map((window) => profileRows(given.features, layout, window.from, window.to)),
    rollingWindows: defaultRollingWindows(given.windows.length),
    scale: given.task.kind === 'regression' ? standardDeviation(given.labels.subarray(0, warmupRows)) : 1,
  }
}

/** Labels of window `index` (0 … windows − 1), sharing memory with the stream. */
export function windowLabels(stream: RecordedStream, index: number): Labels {
  const window = stream.windows[index] as Window
  return stream.labels.subarray(window.from, window.to)
}

/** Feature columns of window `index` (0 … windows − 1), sharing memory with the stream. */
export function windowFeatures(stream: RecordedStream, index: number): Frame {
  const window = stream.windows[index] as Window
  return sliceRows(stream.features, window.from, window.to)
}

/** One profile of several windows together; at least one. */
export function profileOf(stream: RecordedStream, windows: readonly number[]): Profile {
  return mergeProfiles(windows.map((index) => stream.profiles[index] as Profile))
}
