/** What can be computed from probabilities alone, without a label. */
export const EXPECTED_METRICS = ['accuracy', 'precision', 'recall', 'f1', 'auc'] as const
export type ExpectedMetric = (typeof EXPECTED_METRICS)[number]

/** A metric as the probabilities have it, and how it answers to each of them. */
export interface Expected {
  /** In [0, 1]. */
  readonly value: number
  /** ∂value/∂pᵢ, one a row: from it follow all standard errors (delta method). */
  readonly gradient: Float64Array
}

/**
 * The value a metric is expected to have where row i is of class 1 with probability pᵢ and was given class 1 iff its
 * score exceeds ½. Expected counts of the confusion matrix: TP = Σ p, FP = Σ (1 − p) over the rows given class 1,
 * FN = Σ p, TN = Σ (1 − p) over the others.
 *
 * accuracy = (TP + TN)/n · precision = TP/(TP + FP) · recall = TP/(TP + FN) · f1 = 2TP/(2TP + FP + FN) ·
 * auc = Σ_{i≠j} pᵢ(1 − pⱼ)([sᵢ > sⱼ] + ½[sᵢ = sⱼ]) / Σ_{i≠j} pᵢ(1 − pⱼ), by cumulative sums over the rows in order of score.
 *
 * NannyML compares in its AUC each row with itself too, which pulls it towards ½ by about 1/n: no real pair is so.
 *
 * @param probabilities n ≥ 1 probabilities in [0, 1]: of class 1, calibrated
 * @param scores        n numbers in [0, 1]: what the model said, which ranks rows and decides their class
 * @returns null where it would divide by 0
 * @see Kivimäki et al. 2024 (CBPE); Lipton et al. 2014 (expected f1 by plug-in)
 */
export function expectedMetric(
  metric: ExpectedMetric,
  probabilities: Float64Array,
  scores: ArrayLike<number>,
): Expected | null {
  if (metric === 'auc') return expectedAuc(probabilities, scores)
  const n = probabilities.length
  let called = 0
  let hits = 0
  let positives = 0
  for (let i = 0; i < n; i++) {
    positives += probabilities[i]!
    if (!isCalled(scores[i]!)) continue
    called += 1
    hits += probabilities[i]!
  }
  const slopes = (under: number, value: number, ofCalled: number, ofOther: number): Expected | null => {
    if (!(under > 0)) return null
    return { value, gradient: probabilities.map((_, i) => (isCalled(scores[i]!) ? ofCalled : ofOther) / under) }
  }
  switch (metric) {
    case 'accuracy':
      return slopes(n, (hits + (n - called) - (positives - hits)) / n, 1, -1)
    case 'precision':
      return slopes(called, hits / called, 1, 0)
    case 'recall':
      return slopes(positives, hits / positives, 1 - hits / positives, -hits / positives)
    case 'f1': {
      const value = (2 * hits) / (called + positives)
      return slopes(called + positives, value, 2 - value, -value)
    }
  }
}

function isCalled(score: number): boolean {
  return score > 0.5
}

function expectedAuc(p: Float64Array, scores: ArrayLike<number>): Expected | null {
  const n = p.length
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!)
  let positives = 0
  let self = 0
  for (const x of p) {
    positives += x
    self += x * (1 - x)
  }
  const negatives = n - positives
  const pairs = positives * negatives - self
  if (!(pairs > 1e-9)) return null
  let won = 0
  let positivesBelow = 0
  let negativesBelow = 0
  const gradient = new Float64Array(n)
  for (let start = 0; start < n; ) {
    let end = start
    let tiedPositives = 0
    for (; end < n && scores[order[end]!] === scores[order[start]!]; end++) tiedPositives += p[order[end]!]!
    const tiedNegatives = end - start - tiedPositives
    const positivesAbove = positives - positivesBelow - tiedPositives
    for (let at = start; at < end; at++) {
      const i = order[at]!
      const q = 1 - p[i]!
      const beaten = negativesBelow + (tiedNegatives - q) / 2
      won += p[i]! * beaten
      // More of i being positive wins against those below and is lost to by the positives above.
      gradient[i] = beaten - (positivesAbove + (tiedPositives - p[i]!) / 2)
    }
    positivesBelow += tiedPositives
    negativesBelow += tiedNegatives
    start = end
  }
  const value = Math.min(1, Math.max(0, won / pairs))
  for (let i = 0; i < n; i++) {
    const slopeOfPairs = negatives - (1 - p[i]!) - (positives - p[i]!)
    gradient[i] = (gradient[i]! - value * slopeOfPairs) / pairs
  }
  return { value, gradient }
}
