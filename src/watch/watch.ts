import type { Evidence } from '../base/evidence.ts'
import { type AnyDetector, type DetectorConfig, detectors } from '../detectors/catalog.ts'
import type { WatchedVersion, WindowView } from '../detectors/detector.ts'

/** One detector at work on the live version, with the bounded state that it keeps between windows. */
interface Running {
  readonly config: DetectorConfig
  readonly state: unknown
}

/** What is kept between windows for the version that is live. Saved beside the loop's own state. */
export interface WatchState {
  readonly version: number
  readonly running: readonly Running[]
}

/**
 * Starts watching a version that goes live.
 *
 * @param past up to 4 of the newest windows since its training, oldest first, for a version that comes back: what it
 *   would have said of them fills the detectors that remember
 */
export function startWatch(
  version: number,
  watched: WatchedVersion,
  configs: readonly DetectorConfig[],
  past: readonly WindowView[] = [],
): WatchState {
  const running = configs.map((config) => {
    const detector: AnyDetector = detectors.get(config.detector)
    let state = detector.start(watched, config)
    for (const view of past) state = detector.recall?.(state, watched, view, config) ?? state
    return { config, state }
  })
  return { version, running }
}

/**
 * Shows the detectors one window of the live version: those that read features when it closes; when its labels have
 * matured those that read labels, and those of features that want to know how it ended.
 */
export function watchWindow(
  state: WatchState,
  watched: WatchedVersion,
  view: WindowView,
  reads: 'features' | 'labels',
): { readonly evidence: readonly Evidence[]; readonly state: WatchState } {
  const evidence: Evidence[] = []
  const running = state.running.map((one) => {
    const detector: AnyDetector = detectors.get(one.config.detector)
    const wakes = detector.reads === reads ? detector.measure : reads === 'labels' ? detector.mature : undefined
    if (wakes === undefined) return one
    const seen = wakes.call(detector, one.state, watched, view, one.config)
    evidence.push(...seen.evidence)
    return { ...one, state: seen.state }
  })
  return { evidence, state: { ...state, running } }
}
