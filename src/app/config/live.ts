import { Fault } from '../../base/fault.ts'
import { parseSpan } from '../../base/units.ts'
import type { LiveSettings } from '../../live/settings.ts'
import { detectorsFor } from '../../watch/needs.ts'
import type { ModelSettings } from './model-keys.ts'
import { loopConfigOf } from './policy.ts'

/** The same for every model: which rows a sample draws, and how folds are cut. */
const SEED = 1
/** Windows by rows have no length: after so long a silence event time goes on with the clock. Milliseconds. */
const SILENCE_MS = 3_600_000

/**
 * How a configured model is looked after, live.
 * @throws Fault CONFIG_INVALID where its windows are cut by their number: a stream that never ends has none
 */
export function liveSettingsOf(model: string, settings: ModelSettings, policy: number): LiveSettings {
  const loop = loopConfigOf(settings)
  const { label, windows } = settings
  if (windows?.every === undefined && windows?.rows === undefined) {
    const given = windows === undefined ? 'no windows' : `count: ${windows.count}`
    throw new Fault(
      'CONFIG_INVALID',
      `models.${model}.windows must say how long a window is (windows: { every: 1d }, or { rows: 1000 }) for a live stream; got ${given}`,
    )
  }
  const everyMs = windows.every === undefined ? SILENCE_MS : parseSpan(windows.every, 'windows.every')
  const absentAfterMs = label.absentAfter === undefined ? null : parseSpan(label.absentAfter, 'label.absentAfter')
  const isDelayGiven = label.delay !== undefined || label.delayWindows !== undefined
  const isOtherwiseKnown = absentAfterMs !== null || label.share !== undefined
  const isDelayed = isDelayGiven || !isOtherwiseKnown
  const labelDelay =
    windows.rows === undefined
      ? { delayMs: isDelayed ? loop.labelDelayWindows * everyMs : null }
      : { delayMs: null, ...(isDelayed ? { delayWindows: loop.labelDelayWindows } : {}) }
  return {
    policy,
    loop,
    detectors: detectorsFor(settings.detectors, loop),
    contract: settings.contract === 'off' ? [] : settings.contract,
    everyMs,
    ...(windows.rows === undefined ? {} : { windowRows: windows.rows }),
    latenessMs: windows.lateness === undefined ? 0 : parseSpan(windows.lateness, 'windows.lateness'),
    labels: {
      ...labelDelay,
      share: label.share ?? null,
      absentAfterMs,
      absentMeans: label.absentMeans ?? null,
    },
    warmupWindows: settings.warmupWindows,
    schema: {
      kind: settings.task,
      positive: label.positive,
      features: settings.features,
      ignore: settings.ignore,
      kinds: settings.kinds,
      absentMeans: label.absentMeans,
    },
    seed: SEED,
  }
}
