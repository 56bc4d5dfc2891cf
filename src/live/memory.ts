import { assert } from '../base/assert.ts'
import { joined } from '../data/labels.ts'
import { mergeProfiles, type Profile } from '../data/profile.ts'
import { stackedFrames } from '../data/stacked-frames.ts'
import type { WindowRows } from '../data/window-rows.ts'
import type { WatchedVersion } from '../detectors/detector.ts'
import type { ClosedWindow, KnownVersion, LivePorts } from './ports.ts'
import type { LiveSettings } from './settings.ts'
import type { ModelShape } from './shape.ts'

/** Windows whose rows are kept at hand: those that labels are held against, and a few more. */
const KEPT_WINDOWS = 20
const KEPT_VERSIONS = 3

/** What was read of one model and may be read again. Nothing in it decides: a new one gives the same answers. */
export interface Memory {
  readonly model: string
  readonly shape: ModelShape
  /** Makes sure that the summaries of windows can be asked for. */
  loadWindows(numbers: readonly number[]): Promise<void>
  /** Makes sure that the rows of windows, with the labels that they matured with, can be asked for. */
  loadRows(numbers: readonly number[]): Promise<void>
  /** Keeps a window as it is now: it closed, or its labels have matured. */
  keep(window: ClosedWindow, rows: WindowRows): void
  window(number: number): ClosedWindow | undefined
  profile(number: number): Profile
  rows(number: number): WindowRows
  watched(version: KnownVersion, learned: readonly number[]): Promise<WatchedVersion>
}

/** @param absentAs what a matured row without a label counts as; null: as unlabelled */
export function memoryOf(
  ports: LivePorts,
  model: string,
  shape: ModelShape,
  settings: Pick<LiveSettings, 'seed' | 'labels'>,
): Memory {
  const windows = new Map<number, ClosedWindow>()
  const rows = new Map<number, WindowRows>()
  const versions = new Map<number, WatchedVersion>()

  async function loadWindows(numbers: readonly number[]): Promise<void> {
    const wanted = numbers.filter((number) => windows.get(number)?.profile == null)
    if (wanted.length === 0) return
    for (const window of await ports.windows(model, wanted)) windows.set(window.number, window)
  }

  async function readRows(number: number): Promise<WindowRows> {
    const window = windows.get(number)
    assert(window !== undefined, `there is no window ${number} of model '${model}'`)
    const { start, end, maturedSeq } = window
    const labels =
      maturedSeq === null ? 'none' : ({ upToSeq: maturedSeq, absentAs: settings.labels.absentMeans } as const)
    return ports.rows(model, { start, end, schema: shape.schema, labels })
  }

  async function loadRows(numbers: readonly number[]): Promise<void> {
    await loadWindows(numbers)
    for (const number of numbers) {
      const known = rows.get(number) ?? (await readRows(number))
      remember(rows, number, known, Math.max(KEPT_WINDOWS, numbers.length))
    }
  }

  async function watched(version: KnownVersion, learned: readonly number[]): Promise<WatchedVersion> {
    const known = versions.get(version.number)
    if (known !== undefined) return known
    await loadWindows(learned)
    const parts: WindowRows[] = []
    for (const number of learned) parts.push(rows.get(number) ?? (await readRows(number)))
    const referenceWindows = learned.map(profile)
    const made: WatchedVersion = {
      task: shape.schema.task,
      reference: mergeProfiles(referenceWindows),
      referenceWindows,
      training: {
        features: stackedFrames(
          parts.map((part) => part.features),
          shape.schema.features,
        ),
        labels: joined(
          parts.map((part) => part.labels),
          Float64Array,
        ),
      },
      scale: shape.scale,
      seed: settings.seed + (learned.at(-1) ?? 0),
    }
    remember(versions, version.number, made, KEPT_VERSIONS)
    return made
  }

  function profile(number: number): Profile {
    const found = windows.get(number)?.profile
    assert(found != null, `window ${number} of model '${model}' was not summarised`)
    return found
  }

  return {
    model,
    shape,
    loadWindows,
    loadRows,
    keep(window, read) {
      windows.set(window.number, window)
      remember(rows, window.number, read, KEPT_WINDOWS)
    },
    window: (number) => windows.get(number),
    profile,
    rows(number) {
      const found = rows.get(number)
      assert(found !== undefined, `the rows of window ${number} of model '${model}' are not at hand`)
      return found
    },
    watched,
  }
}

/** Keeps the newest `most` entries. */
function remember<Value>(kept: Map<number, Value>, key: number, value: Value, most: number): void {
  kept.delete(key)
  kept.set(key, value)
  for (const oldest of kept.keys()) {
    if (kept.size <= most) return
    kept.delete(oldest)
  }
}
