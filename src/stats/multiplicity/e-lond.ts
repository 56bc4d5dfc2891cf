/** What e-LOND remembers: plain data. */
export interface ELond {
  /** Hypotheses tested so far. */
  readonly tests: number
  /** Those of them that were rejected. */
  readonly discoveries: number
}

export interface ELondStep {
  readonly state: ELond
  /** Level of this test, in (0, 1). */
  readonly level: number
  readonly isDiscovery: boolean
}

export function startELond(): ELond {
  return { tests: 0, discoveries: 0 }
}

/**
 * Tests one more hypothesis of a stream that has no end, so that at any time at most a share alpha of the rejected ones
 * is expected to be true, whatever the dependence between them.
 *
 * Rejects when E_t ≥ 1/a_t, a_t = α·γ_t·(D_{t−1} + 1), γ_t = 1/(t(t + 1)) (they sum to 1), D = rejections so far.
 *
 * @param state  from `startELond` or the step before; not changed
 * @param eValue ≥ 0, +∞ allowed; of mean ≤ 1 where its hypothesis is true
 * @param alpha  false discovery rate, in (0, 1), the same for the whole stream
 * @returns the next state, the level used, and whether the hypothesis is rejected
 * @throws RangeError when a precondition above fails
 * @see Xu & Ramdas 2024, AISTATS (e-LOND); Javanmard & Montanari 2018 (LOND)
 */
export function eLond(state: ELond, eValue: number, alpha: number): ELondStep {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must be in (0, 1); got ${alpha}`)
  if (!(eValue >= 0)) throw new RangeError(`an e-value must be >= 0; got ${eValue}`)
  const t = state.tests + 1
  const level = (alpha * (state.discoveries + 1)) / (t * (t + 1))
  const isDiscovery = eValue >= 1 / level
  return { state: { tests: t, discoveries: state.discoveries + (isDiscovery ? 1 : 0) }, level, isDiscovery }
}
