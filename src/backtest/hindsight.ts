/**
 * The cheapest way to serve windows first … last in hindsight, when every deployment is a new training: exact, by
 * dynamic programming over (model that serves, window).
 *
 * @param meanLoss meanLoss(i, j) = mean loss on window j of the model whose newest training window is i < j; infinite
 *   where there is no such model
 * @param cost     cost of one training in units of one window's mean loss (α), ≥ 0
 * @returns the total loss without the trainings, and the windows after which it trained
 * @see Regol et al., ICML 2025; Mahadevan & Mathioudakis 2024 (the cost model)
 */
export function hindsightOptimum(
  meanLoss: (model: number, window: number) => number,
  cost: number,
  span: { readonly first: number; readonly last: number; readonly initial: number },
): { readonly totalLoss: number; readonly trained: readonly number[] } {
  interface Best {
    readonly total: number
    readonly trained: readonly number[]
  }
  let byModel = new Map<number, Best>([[span.initial, { total: 0, trained: [] }]])
  for (let window = span.first; window <= span.last; window++) {
    const served = new Map<number, Best>()
    let cheapest: Best | undefined
    for (const [model, best] of byModel) {
      const entry = { total: best.total + meanLoss(model, window), trained: best.trained }
      served.set(model, entry)
      if (cheapest === undefined || entry.total < cheapest.total) cheapest = entry
    }
    if (window < span.last && cheapest !== undefined) {
      served.set(window, { total: cheapest.total + cost, trained: [...cheapest.trained, window] })
    }
    byModel = served
  }
  const best = [...byModel.values()].reduce((a, b) => (b.total < a.total ? b : a))
  return { totalLoss: best.total - cost * best.trained.length, trained: best.trained }
}
