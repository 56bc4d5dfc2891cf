import { z } from 'zod'
import { seededRng } from '../../base/rng.ts'
import { defineDetector } from '../detector.ts'
import { learnPatchLayout, type PatchLayout, patchCodes } from '../performance/patch/layout.ts'
import { isotonic } from './estimate/calibrated.ts'
import { type ClassState, estimateClasses, reconcileClasses } from './estimate/class-estimates.ts'
import { densityRatios, effectiveRows } from './estimate/density-ratios.ts'
import { CLASS_ESTIMATE_OPTIONS } from './estimate/options.ts'
import { noReferenceRows } from './estimate/reference-rows.ts'

interface State extends ClassState {
  readonly layout: PatchLayout
}

/**
 * How well does the version do on rows whose labels are not known yet, if what rows like them taught still holds?
 *
 * As `cbpe`, but calibrated anew for each window, with each labelled row counting as often as rows like it occur in the
 * window: its weight is the density ratio that a domain classifier (logistic regression on binned features) finds.
 * So it also hears rows move to where the model's probabilities are wrong, not only to where they are unsure.
 * Insufficient where the window is so unlike the labelled rows that these count for fewer than `minReferenceRows`/2.
 *
 * Blind, as every estimate without labels, to a change of what the features mean. The error of the weights themselves is
 * not in the interval; what is: that uneven weights leave fewer rows to learn from, as in windows of few rows with many
 * features, where the weights differ by chance alone.
 */
export const papeDetector = defineDetector({
  id: 'pape',
  title: 'Performance without labels, for shifted rows (PAPE)',
  source: 'Białek, Kuberski, Perrakis & Bifet 2024 (probabilistic adaptive performance estimation)',
  reads: 'features',
  config: z.strictObject({
    detector: z.literal('pape'),
    ...CLASS_ESTIMATE_OPTIONS,
  }),

  start({ training, task, seed }): State {
    const layout = learnPatchLayout(training.features, training.labels, task, seededRng(seed))
    return { layout, reference: noReferenceRows(layout.cuts.length), baseline: {}, waiting: [] }
  },

  measure(state, version, view, config) {
    const seen = estimateClasses('pape', state, version, view, config, ({ claims, outcomes, codes, width }) => {
      const weights = densityRatios(codes, patchCodes(view.features, state.layout), width)
      const effective = effectiveRows(weights)
      if (effective >= config.minReferenceRows / 2) return { weights, calibration: isotonic(claims, outcomes, weights) }
      const because = `the window is unlike all labelled rows: they count for ${Math.floor(effective)} rows of its kind`
      return { because }
    })
    return { ...seen, state: { ...seen.state, layout: state.layout } }
  },

  mature(state, version, view, config) {
    const codes = patchCodes(view.features, state.layout)
    const seen = reconcileClasses('pape', state, version, view, config, codes)
    return { ...seen, state: { ...seen.state, layout: state.layout } }
  },
})
