import type { Evidence } from '../../src/base/evidence.ts'
import { type AnyDetector, detectors } from '../../src/detectors/catalog.ts'
import { configPlants } from './config-plants.ts'
import type { DetectorSubject } from './detector-laws.ts'
import { DETECTOR_TRIALS } from './detector-trials.ts'

const psi: AnyDetector = detectors.get('psi')
const performance: AnyDetector = detectors.get('performance')

function plant(plugin: AnyDetector): DetectorSubject {
  return { plugin, key: 'detector', least: {}, trial: DETECTOR_TRIALS[plugin.id] }
}

/** A detector that measures as `good` does and then changes its evidence. */
function retold(good: AnyDetector, retell: (evidence: Evidence) => Evidence): DetectorSubject {
  return plant({
    ...good,
    measure(state, version, view, config) {
      const seen = good.measure(state, version, view, config)
      return { ...seen, evidence: seen.evidence.map(retell) }
    },
  })
}

/** A detector that runs with other options than those it was given. */
function deaf(good: AnyDetector, options: object): DetectorSubject {
  return plant({
    ...good,
    measure: (state, version, view, config) => good.measure(state, version, view, { ...config, ...options }),
  })
}

let calls = 0

export const DETECTOR_PLANTS: Readonly<Record<string, DetectorSubject>> = {
  ...configPlants(plant(psi), (change) => plant({ ...psi, ...change } as AnyDetector)),

  'three rows are said to be too few': deaf(psi, { minRows: 0 }),

  'rows without a label are not counted as rows with one': plant({
    ...performance,
    measure(state, version, view, config) {
      const labels = view.labels.map((label) => (Number.isNaN(label) ? 0 : label))
      return performance.measure(state, version, { ...view, labels }, config)
    },
  }),

  'evidence is signed, finite, and its interval holds its value': retold(performance, (e) =>
    e.kind === 'estimate' ? { ...e, value: e.interval.high + 1 } : e,
  ),

  'comes to an end and says finite numbers with each option at either end of what it may be': plant({
    ...psi,
    measure(state, version, view, config) {
      const seen = psi.measure(state, version, view, config)
      // Right by default, wrong where few rows are asked for: nobody looks there.
      const isFar = 'minRows' in config && config.minRows === 50
      const evidence = seen.evidence.map((e) => (isFar && e.kind === 'distance' ? { ...e, value: Number.NaN } : e))
      return { ...seen, evidence }
    },
  }),

  'says whether each of its alarms is about one feature': plant({
    ...detectors.get('prediction-drift'),
    alarmsPerFeature: true,
  } as AnyDetector),

  'says the same twice, also from a state that was saved and read back': retold(psi, (e) => {
    calls++
    return e.kind === 'distance' ? { ...e, value: e.value + calls } : e
  }),

  'leaves rows, version, options and the state before as they were': plant({
    ...psi,
    measure(state, version, view, config) {
      for (const column of view.features.columns) column.values.sort()
      return psi.measure(state, version, view, config)
    },
  }),

  'keeps a state of bounded size, however long the version lives': plant({
    ...psi,
    start: () => [],
    measure(state, version, view, config) {
      const seen = psi.measure(null, version, view, config)
      return { ...seen, state: [...(Array.isArray(state) ? state : []), ...seen.evidence] }
    },
  }),

  'is wrong on 200 lives without change no oftener than it claims': deaf(psi, { threshold: 0.02 }),

  'hears a known change in 19 of 20 lives': deaf(psi, { threshold: 50 }),
}
