import { normal, seededRng } from '../../src/base/rng.ts'
import { type Column, type Frame, frame } from '../../src/data/frame.ts'

export const WORLD_ROWS = 1000
const HOUR_MS = 3_600_000
const START = Date.UTC(2026, 0, 1)

/** What goes wrong in a window; shares of its rows unless said otherwise. */
export interface Harm {
  /** Factor on `amount`. */
  readonly scale?: number
  /** More rows without `amount`. */
  readonly missing?: number
  /** Labels turned round. */
  readonly flipped?: number
  /** Rows whose `age` is 400. */
  readonly outside?: number
  /** Rows of a city that nobody knows. */
  readonly newCity?: number
  /** Ids that stand twice. */
  readonly sameId?: number
  /** Rows that are the row before them. */
  readonly twice?: number
  /** Rows moved to the shop 's1'. */
  readonly oneShop?: number
  /** Added to the label's log-odds. */
  readonly lift?: number
  /** `amount` is the label with a little noise. */
  readonly leak?: boolean
  /** `closed` is filled in for class 1 only. */
  readonly late?: boolean
  /** `age` is text. */
  readonly retyped?: boolean
  /** Rows of the window; default 1,000. */
  readonly rows?: number
}

/**
 * One window of a world that drifts mildly: its level, its rate of missing values, its shops and the share of positive
 * labels wander from window to window. `amount` has a long tail, `age` does not, `city` is a name, `shop` the source,
 * `closed` a date that a tenth of the rows have. The AUC of all features together is about .72.
 */
export function contractWindow(seed: number, harm: Harm = {}): { table: Frame; features: Frame; labels: Float64Array } {
  const { scale = 1, missing = 0, flipped = 0, rows = WORLD_ROWS, lift = 0 } = harm
  const rng = seededRng(seed)
  const level = Math.exp(0.1 * normal(rng))
  const missingShare = 0.02 + 0.01 * rng() + missing
  const mood = 0.25 * normal(rng) + lift
  const amount = new Float64Array(rows)
  const age = new Float64Array(rows)
  const city = new Int32Array(rows)
  const labels = new Float64Array(rows)
  const amountMissing = new Uint8Array(rows)
  for (let row = 0; row < rows; row++) {
    const size = normal(rng)
    amount[row] = 500 * level * Math.exp(0.7 * size) * scale
    age[row] = 45 + 12 * normal(rng)
    city[row] = Math.floor(8 * rng() ** 2)
    const logit = -1.5 + mood + 0.6 * size + 0.03 * (age[row]! - 45) + 0.15 * (city[row]! - 3)
    labels[row] = rng() < 1 / (1 + Math.exp(-logit)) ? 1 : 0
    if (rng() < flipped) labels[row] = 1 - labels[row]!
    if (rng() < missingShare) amountMissing[row] = 1
    if (amountMissing[row] === 1) amount[row] = Number.NaN
  }
  const extra = seededRng(seed + 1_000_000)
  if (harm.leak === true) for (let row = 0; row < rows; row++) amount[row] = labels[row]! + 0.1 * normal(extra)
  for (let row = 0; row < rows; row++) {
    if (extra() < (harm.outside ?? 0)) age[row] = 400
    if (extra() < (harm.newCity ?? 0)) city[row] = 8
  }
  const none = new Uint8Array(rows)
  const ages: Column =
    harm.retyped === true
      ? { name: 'age', kind: 'categorical', values: new Int32Array(rows), missing: none, categories: ['old'] }
      : { name: 'age', kind: 'numeric', values: age, missing: none }
  const features = [
    { name: 'amount', kind: 'numeric', values: amount, missing: amountMissing } as const,
    ages,
    { name: 'city', kind: 'categorical', values: city, missing: none, categories: [...'abcdefgh', 'new'] } as const,
    closedColumn(labels, extra, harm.late === true),
  ]
  const table = frame([...features, ...aboutRows(seed, rows, harm)])
  return { table: repeated(table, harm.twice ?? 0), features: frame(features), labels }
}

function closedColumn(labels: Float64Array, rng: () => number, isLate: boolean): Column {
  const missing = Uint8Array.from(labels, (label) => (isLate ? 1 - label : rng() < 0.1 ? 0 : 1))
  const values = Float64Array.from(missing, (gap) => (gap === 1 ? Number.NaN : 10 * rng()))
  return { name: 'closed', kind: 'numeric', values, missing }
}

/** Columns that nothing is learned from: id, time, source. Window `seed` is hour `seed`. */
function aboutRows(seed: number, rows: number, { sameId = 0, oneShop = 0 }: Harm): Column[] {
  const rng = seededRng(seed + 2_000_000)
  const weights = Array.from({ length: 12 }, () => Math.exp(0.2 * normal(rng)))
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  const shopOf = () => {
    let left = rng() * all
    for (const [at, weight] of weights.entries()) {
      left -= weight
      if (left < 0) return at
    }
    return 0
  }
  const missing = new Uint8Array(rows)
  const shop = Int32Array.from({ length: rows }, () => (rng() < oneShop ? 0 : shopOf()))
  const ids = Float64Array.from({ length: rows }, (_, row) => seed * 100_000 + row)
  for (let row = 1; row < rows; row++) if (rng() < sameId) ids[row] = ids[row - 1]!
  const at = Float64Array.from({ length: rows }, (_, row) => START + (seed + row / rows) * HOUR_MS)
  const categories = Array.from(weights, (_, i) => `s${i + 1}`)
  return [
    { name: 'id', kind: 'numeric', values: ids, missing },
    { name: 'at', kind: 'time', values: at, missing },
    { name: 'shop', kind: 'categorical', values: shop, missing, categories },
  ]
}

/** When the window of `seed` closes. */
export function closeOf(seed: number): number {
  return START + (seed + 1) * HOUR_MS
}

/** Every so many rows are overwritten with the row before them, in all columns. */
function repeated(table: Frame, share: number): Frame {
  if (share === 0) return table
  const every = Math.round(1 / share)
  const from = Array.from({ length: table.rows }, (_, row) => (row % every === 1 ? row - 1 : row))
  return frame(
    table.columns.map((column): Column => {
      const missing = Uint8Array.from(from, (row) => column.missing[row]!)
      const values = from.map((row) => column.values[row]!)
      if (column.kind === 'categorical') return { ...column, missing, values: Int32Array.from(values) }
      if (column.kind === 'boolean') return { ...column, missing, values: Uint8Array.from(values) }
      return { ...column, missing, values: Float64Array.from(values) }
    }),
  )
}
