import { forEachLabelled, predictedClass } from './labelled-rows.ts'
import type { MetricInput } from './metric.ts'

/** How often each label met each prediction. */
export interface Confusion {
  readonly classes: number
  /** Labelled rows. */
  readonly rows: number
  /** Row-major label × prediction, classes² counts. */
  readonly counts: Float64Array
  /** Rows with each label. */
  readonly labelled: Float64Array
  /** Rows given each class. */
  readonly predicted: Float64Array
}

/** One pass over binary or multiclass rows. */
export function confusion(input: MetricInput): Confusion {
  const { classes } = input
  const counts = new Float64Array(classes * classes)
  const labelled = new Float64Array(classes)
  const predicted = new Float64Array(classes)
  const rows = forEachLabelled(input, (row, label) => {
    const prediction = predictedClass(input, row)
    counts[label * classes + prediction]! += 1
    labelled[label]! += 1
    predicted[prediction]! += 1
  })
  return { classes, rows, counts, labelled, predicted }
}

/** Rows of class k that were given class k. */
export function hits({ classes, counts }: Confusion, k: number): number {
  return counts[k * classes + k]!
}

/** The classes that occur as a label or as a prediction: the others cannot be judged. */
export function seenClasses({ classes, labelled, predicted }: Confusion): number[] {
  return Array.from({ length: classes }, (_, k) => k).filter((k) => labelled[k]! + predicted[k]! > 0)
}
