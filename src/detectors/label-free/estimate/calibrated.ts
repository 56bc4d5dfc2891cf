import { fitIsotonic, isotonicAt } from '../../../stats/isotonic.ts'
import { calibrationError } from '../../../stats/metrics/calibration-error.ts'

/** Turns claims into probabilities. */
export type Calibration = (claim: number) => number

const FOLDS = 3

/**
 * Isotonic calibration, kept only where it helps: each third of the rows (every third one) is calibrated by the other two,
 * and the expected calibration error of all of them must be lower than that of the claims as they are. Judged on the
 * rows it learned from, isotonic regression would always win.
 *
 * @param claims   n ≥ 20 probabilities
 * @param outcomes 0 or 1 a row
 * @see Zadrozny & Elkan 2002; Kivimäki et al. 2024 for its use in CBPE
 */
export function helpfulCalibration(claims: Float64Array, outcomes: Float64Array): Calibration {
  const heldOut = new Float64Array(claims.length)
  for (let fold = 0; fold < FOLDS; fold++) {
    const isOutside = (_: number, row: number) => row % FOLDS !== fold
    const fit = fitIsotonic(claims.filter(isOutside), outcomes.filter(isOutside))
    for (let row = fold; row < claims.length; row += FOLDS) heldOut[row] = isotonicAt(fit, claims[row] as number)
  }
  const isBetter = errorOf(heldOut, outcomes) < errorOf(claims, outcomes)
  return isBetter ? isotonic(claims, outcomes) : (claim) => Math.min(1, Math.max(0, claim))
}

/** Isotonic calibration of weighted rows. */
export function isotonic(claims: Float64Array, outcomes: Float64Array, weights?: Float64Array): Calibration {
  const fit = fitIsotonic(claims, outcomes, weights)
  return (claim) => isotonicAt(fit, claim)
}

function errorOf(claims: Float64Array, outcomes: Float64Array): number {
  const input = { kind: 'binary', classes: 2, labels: outcomes, scores: Float32Array.from(claims) } as const
  const seen = calibrationError.measure(input)
  return seen.kind === 'measured' ? seen.value : Number.POSITIVE_INFINITY
}
