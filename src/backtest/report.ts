import type { Recommendation } from './recommend.ts'
import type { PlayedPolicy, PolicyFigures } from './run.ts'
import type { RecordedStream } from './stream.ts'

/** The answer of `keepfit backtest --json`: stable, without clock times, the same bytes for the same seed. */
export interface BacktestReport {
  readonly version: 1
  readonly file: string
  readonly rows: number
  readonly task: string
  /** The learner that stood in for the user's own. */
  readonly learner: string
  readonly seed: number
  readonly labelDelayWindows: number
  readonly windows: readonly {
    readonly index: number
    readonly from: number
    readonly to: number
    readonly rows: number
    /** ISO 8601, UTC; null without a time column. */
    readonly start: string | null
    readonly end: string | null
  }[]
  readonly warmupWindows: number
  readonly costs: readonly number[]
  readonly policies: readonly PolicyReport[]
  readonly recommendation: Recommendation & {
    readonly cost: number
    /** As it stands under a model's name in a configuration file. */
    readonly config: unknown
    readonly atOtherCosts: readonly (Recommendation & { readonly cost: number })[]
  }
  readonly notes: readonly string[]
}

/** One policy; `byCost` and `metrics` by the text of the cost. */
export interface PolicyReport {
  readonly id: string
  readonly title: string
  readonly isHindsight: boolean
  readonly byCost: Readonly<Record<string, CostReport>>
  readonly metrics: Readonly<Record<string, readonly MetricReport[]>>
}

/** What a policy did at one cost, as it was played but for the metrics, which stand beside it. */
export type CostReport = Omit<PolicyFigures, 'quality'>

/** A metric over all online rows, with its interval at confidence `level`. */
export interface MetricReport {
  readonly metric: string
  readonly value: number
  readonly low: number
  readonly high: number
  readonly level: number
  readonly rows: number
}

const DIGITS = 9

/** Nine significant digits: more than any figure here means, and free of the last bits' noise. */
function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS))
}

/** The windows of a stream as the report lists them. */
export function windowReports(stream: RecordedStream): BacktestReport['windows'] {
  const iso = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString())
  return stream.windows.map(({ index, from, to, rows, start, end }) => ({
    index,
    from,
    to,
    rows,
    start: iso(start),
    end: iso(end),
  }))
}

/** One played policy with its figures by cost, rounded. `costs` in the order they were played in. */
export function policyReport(policy: PlayedPolicy, costs: readonly number[]): PolicyReport {
  const { id, title, isHindsight } = policy
  const byCost: Record<string, CostReport> = {}
  const metrics: Record<string, readonly MetricReport[]> = {}
  for (const [at, cost] of costs.entries()) {
    const figures = policy.byCost[at]
    if (figures === undefined) continue
    const { trained, deployed } = figures
    byCost[String(cost)] = {
      trained,
      deployed,
      probe: rounded(figures.probe),
      meanLoss: rounded(figures.meanLoss),
      excess: rounded(figures.excess),
      lossByWindow: figures.lossByWindow.map(rounded),
    }
    metrics[String(cost)] = figures.quality.map(({ metric, value, interval, rows }) => ({
      metric,
      value: rounded(value),
      low: rounded(interval.low),
      high: rounded(interval.high),
      level: interval.level,
      rows,
    }))
  }
  return { id, title, isHindsight, byCost, metrics }
}
