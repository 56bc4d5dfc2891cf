import { z } from 'zod'
import type { Decision } from '../base/decision.ts'
import { defineTrigger } from './trigger.ts'

/** The detectors that listen to the live version's errors, row by row (`detectors/error-stream`). */
export const ERROR_STREAM_DETECTORS = [
  'adwin',
  'ddm',
  'eddm',
  'hddm-a',
  'hddm-w',
  'page-hinkley',
  'kswin',
  'stepd',
  'cusum',
  'ewma',
  'fhddm',
  'seed',
] as const

/**
 * Retrain when a detector that listens to the live version's errors raises an alarm within the window. An alarm says
 * that the errors changed, not that a training would mend it: noise and poisoned labels ring as well.
 */
export const conceptDriftTrigger = defineTrigger({
  id: 'concept-drift',
  title: 'Concept drift in the error stream',
  source: 'Gama et al. 2014, A survey on concept drift adaptation; each detector names its own source',
  holdsOut: 'newest',
  config: z.strictObject({
    trigger: z.literal('concept-drift'),
    detector: z.enum(ERROR_STREAM_DETECTORS).default('adwin').describe('Id of the detector that listens.'),
  }),
  needs: ({ detector }) => [{ detector }],

  decide({ evidence }, { detector }): Decision {
    const by = 'concept-drift'
    const seen = evidence.filter((e) => e.detector === detector)
    const rows = Math.max(0, ...seen.map((e) => e.rows))
    if (seen.length === 0) {
      const text = `the detector ${detector} has heard nothing: no labels`
      return { kind: 'undecided', missing: ['labels'], because: [{ by, text }] }
    }
    const heard = seen.filter((e) => e.kind === 'distance')
    const loudest = heard.reduce<(typeof heard)[number] | undefined>(
      (best, e) => (best === undefined || e.value > best.value ? e : best),
      undefined,
    )
    if (loudest === undefined) {
      const text = `the detector ${detector} has heard too little: ${rows} labelled rows`
      return { kind: 'undecided', missing: ['rows'], because: [{ by, text, rows }] }
    }
    const { value, threshold, alarm } = loudest
    const text = alarm
      ? `${detector} says that the errors of the live version changed (${value} alarms in the window)`
      : `${detector} hears no change in the errors of the live version`
    return { kind: alarm ? 'retrain' : 'wait', because: [{ by, text, value, limit: threshold, rows }] }
  },
})
