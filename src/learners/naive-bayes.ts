/** One feature of consecutive rows as bin codes 0 … bins − 1 (a missing value is a bin like any other). */
export interface BinnedFeature {
  readonly codes: ArrayLike<number>
  readonly bins: number
}

/** Counts of what was learned. Changed in place by `learnRow`; everything else only reads it. */
export interface NaiveBayes {
  readonly classes: number
  readonly classRows: Float64Array
  /** One table a feature, row-major: rows in bin b of class c at b · classes + c. */
  readonly tables: readonly Float64Array[]
}

/** Rows that a bin needs before it counts more than the class shares overall. */
const SHRINKAGE_ROWS = 20

/** An empty model for features with these numbers of bins and `classes` ≥ 2 classes. */
export function naiveBayes(features: readonly BinnedFeature[], classes: number): NaiveBayes {
  return {
    classes,
    classRows: new Float64Array(classes),
    tables: features.map((feature) => new Float64Array(feature.bins * classes)),
  }
}

/** Learns row `row` with its class code, or forgets it exactly with `weight` −1. */
export function learnRow(
  model: NaiveBayes,
  features: readonly BinnedFeature[],
  { row, label, weight = 1 }: { readonly row: number; readonly label: number; readonly weight?: 1 | -1 },
): void {
  add(model.classRows, label, weight)
  for (const [at, table] of model.tables.entries()) {
    add(table, ((features[at] as BinnedFeature).codes[row] as number) * model.classes + label, weight)
  }
}

/**
 * Freezes the counts into a scorer: P(c | x) ∝ π_c · Π_f q_fbc / π_c with π_c = (n_c + ½) / (n + K/2) and
 * q_fbc = (n_fbc + m π_c) / (n_fb + m), m = 20: a bin with few rows says little more than the class shares.
 *
 * @returns fills `into` (length ≥ classes) with the class probabilities of row `row`; they sum to 1
 * @see Kononenko 1993 (the posterior form of naive Bayes); Cestnik 1990 (m-estimate)
 */
export function scorer(model: NaiveBayes) {
  const { classes } = model
  const rows = sum(model.classRows)
  const prior = model.classRows.map((count) => (count + 0.5) / (rows + classes / 2))
  const weights = model.tables.map((table) => logRatios(table, prior))
  const start = prior.map(Math.log)
  return (features: readonly BinnedFeature[], row: number, into: Float64Array): void => {
    into.set(start)
    for (let f = 0; f < weights.length; f++) {
      const weight = weights[f] as Float64Array
      const offset = ((features[f] as BinnedFeature).codes[row] as number) * classes
      for (let c = 0; c < classes; c++) into[c] = (into[c] as number) + (weight[offset + c] as number)
    }
    softmax(into)
  }
}

function logRatios(table: Float64Array, prior: Float64Array): Float64Array {
  const classes = prior.length
  const ratios = new Float64Array(table.length)
  for (let offset = 0; offset < table.length; offset += classes) {
    const rows = sum(table.subarray(offset, offset + classes))
    for (let c = 0; c < classes; c++) {
      const share = prior[c] as number
      const shrunk = ((table[offset + c] as number) + SHRINKAGE_ROWS * share) / (rows + SHRINKAGE_ROWS)
      ratios[offset + c] = Math.log(shrunk / share)
    }
  }
  return ratios
}

function softmax(into: Float64Array): void {
  const top = Math.max(...into)
  let all = 0
  for (let c = 0; c < into.length; c++) {
    const weight = Math.exp((into[c] as number) - top)
    into[c] = weight
    all += weight
  }
  for (let c = 0; c < into.length; c++) into[c] = (into[c] as number) / all
}

function add(into: Float64Array, at: number, weight: number): void {
  into[at] = (into[at] as number) + weight
}

function sum(values: Float64Array): number {
  let all = 0
  for (const value of values) all += value
  return all
}
