import { fitLogistic, type LogisticModel } from '../../../learners/logistic-regression.ts'

/** Rows of both domains, bin codes by feature: first those of the reference, then those of the window, each in time order. */
export interface TwoDomains {
  readonly codes: readonly Uint16Array[]
  /** Bins of each feature. */
  readonly bins: readonly number[]
  readonly referenceRows: number
  readonly windowRows: number
}

/** What models said of rows that they did not learn from. */
export interface CrossFitted {
  /** 0 = reference, 1 = window. */
  readonly labels: Uint8Array
  /** Log odds of the window, without an intercept: in nats. */
  readonly scores: Float64Array
  /** By feature: its part of each row's score, 0 where a fold did not use it. Their sum is the score. */
  readonly parts: readonly Float64Array[]
}

/** Rows that a bin needs before it counts more than the shares overall. */
const SHRINKAGE_ROWS = 20
/** Of consecutive rows, in each fold and domain. */
const STRETCHES = 4
/** A fold uses so many features at most, those that tell its rows apart best one by one. */
const MOST_FEATURES = 50

/**
 * Scores each row by a logistic regression that learned from the other folds: how likely it comes from the window.
 *
 * Folds are made of four stretches of each domain, not of single rows, so that a row is seldom judged by its neighbours, nor
 * of one, which a change late in the window could fill. Each bin of a feature is coded
 * by its shrunken log odds among the rows learned from, ln((n₁ + mπ)/(n₀ + m(1 − π))) − ln(π/(1 − π)), m = 20, π the window's
 * share of them; the regression (ridge 1) then weighs the features against one another.
 *
 * @see Kohavi 1995 (folds); Good 1985 (weight of evidence); Lopez-Paz & Oquab 2017 (classifier two-sample tests)
 */
export function crossFit(domains: TwoDomains, folds: number): CrossFitted {
  const { codes, referenceRows, windowRows } = domains
  const rows = referenceRows + windowRows
  const labels = Uint8Array.from({ length: rows }, (_, row) => (row < referenceRows ? 0 : 1))
  const foldOf = Uint8Array.from({ length: rows }, (_, row) =>
    row < referenceRows ? fold(row, referenceRows, folds) : fold(row - referenceRows, windowRows, folds),
  )
  const scores = new Float64Array(rows)
  const parts = codes.map(() => new Float64Array(rows))
  for (let held = 0; held < folds; held++) {
    const learned: number[] = []
    const judged: number[] = []
    for (let row = 0; row < rows; row++) (foldOf[row] === held ? judged : learned).push(row)
    const tables = codes.map((code, f) => logOdds(code, domains.bins[f] as number, labels, learned))
    const used = strongest(tables.map(({ information }) => information))
    if (used.length === 0) continue
    const model = weigh(domains, tables, used, labels, learned)
    for (const [at, f] of used.entries()) {
      const table = (tables[f] as Table).odds
      const code = codes[f] as Uint16Array
      const part = parts[f] as Float64Array
      for (const row of judged) {
        part[row] = (model.weights[at] as number) * (table[code[row] as number] as number)
        scores[row] = (scores[row] as number) + (part[row] as number)
      }
    }
  }
  return { labels, scores, parts }
}

function fold(row: number, rows: number, folds: number): number {
  return Math.floor((row * folds * STRETCHES) / rows) % folds
}

interface Table {
  /** By bin. */
  readonly odds: Float64Array
  /** Σ over bins of |shares' difference · log odds|: how well the feature alone tells the domains apart. */
  readonly information: number
}

function logOdds(code: Uint16Array, bins: number, labels: Uint8Array, rows: readonly number[]): Table {
  const counts = [new Float64Array(bins), new Float64Array(bins)] as const
  let ofWindow = 0
  for (const row of rows) {
    const label = labels[row] === 1 ? 1 : 0
    const bin = code[row] as number
    counts[label][bin] = (counts[label][bin] as number) + 1
    ofWindow += label
  }
  const share = ofWindow / rows.length
  let information = 0
  const odds = Float64Array.from({ length: bins }, (_, bin) => {
    const [reference, window] = [counts[0][bin] as number, counts[1][bin] as number]
    const value =
      Math.log((window + SHRINKAGE_ROWS * share) / (reference + SHRINKAGE_ROWS * (1 - share))) -
      Math.log(share / (1 - share))
    information += (window / ofWindow - reference / (rows.length - ofWindow)) * value
    return value
  })
  return { odds, information }
}

function strongest(information: readonly number[]): number[] {
  const order = [...information.keys()].filter((f) => (information[f] as number) > 0)
  order.sort((a, b) => (information[b] as number) - (information[a] as number) || a - b)
  return order.slice(0, MOST_FEATURES)
}

function weigh(
  { codes }: TwoDomains,
  tables: readonly Table[],
  used: readonly number[],
  labels: Uint8Array,
  rows: readonly number[],
): LogisticModel {
  const k = used.length
  const x = new Float64Array(rows.length * k)
  for (const [j, f] of used.entries()) {
    const { odds } = tables[f] as Table
    const code = codes[f] as Uint16Array
    for (const [at, row] of rows.entries()) x[at * k + j] = odds[code[row] as number] as number
  }
  return fitLogistic({ x, k, y: Uint8Array.from(rows, (row) => labels[row] as number) }, { l2: 1, maxIterations: 25 })
}
