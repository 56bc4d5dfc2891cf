import { z } from 'zod'
import { defineDetector } from '../detector.ts'
import { helpfulCalibration } from './estimate/calibrated.ts'
import { type ClassState, estimateClasses, reconcileClasses } from './estimate/class-estimates.ts'
import { CLASS_ESTIMATE_OPTIONS } from './estimate/options.ts'
import { noReferenceRows } from './estimate/reference-rows.ts'

/**
 * How well does the version do on rows whose labels are not known yet, going by its own probabilities?
 *
 * Its scores, calibrated on its newest labelled rows (isotonic, kept only where the expected calibration error of held-out
 * rows falls), fill the expected confusion matrix: accuracy, precision, recall, f1 and auc of two classes, accuracy of
 * more. Evidence: an estimate a metric with the 95 % interval of what the labels of these rows may say; `baseline` is the
 * metric on the version's first labelled rows. When the labels land: estimated less measured.
 *
 * It hears a shift of the features that moves rows to where the model is less sure. It is blind to a change of what the
 * features mean: probabilities that are no longer true still look sure. So it is a hint while labels are late, nothing more.
 */
export const cbpeDetector = defineDetector({
  id: 'cbpe',
  title: 'Performance without labels (CBPE)',
  source: 'Kivimäki, Białek, Kuberski & Nurminen 2024 (confidence-based performance estimation)',
  reads: 'features',
  config: z.strictObject({
    detector: z.literal('cbpe'),
    ...CLASS_ESTIMATE_OPTIONS,
  }),

  start: (): ClassState => ({ reference: noReferenceRows(0), baseline: {}, waiting: [] }),

  measure(state, version, view, config) {
    return estimateClasses('cbpe', state, version, view, config, ({ claims, outcomes }) => ({
      calibration: helpfulCalibration(claims, outcomes),
      weights: undefined,
    }))
  },

  mature(state, version, view, config) {
    return reconcileClasses('cbpe', state, version, view, config, new Uint8Array(0))
  },
})
