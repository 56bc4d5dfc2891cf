import type { BacktestReport } from '../backtest/report.ts'
import type { Progress } from '../base/progress.ts'
import type { TaskKind } from '../data/schema.ts'

/** What the commands ask of the rest of the house. `app/` gives it. */
export interface CommandPorts {
  backtest(request: BacktestAsked, progress: Progress): Promise<BacktestReport>
  /** Writes text whole or not at all. */
  writeText(path: string, text: string): Promise<void>
  readonly print: (text: string) => void
  readonly progress: Progress
}

/** The words of `keepfit backtest`, read and checked. */
export interface BacktestAsked {
  readonly source: string
  readonly label: string
  readonly time?: string | undefined
  readonly id?: string | undefined
  readonly positive?: string | undefined
  readonly kind?: TaskKind | undefined
  readonly ignore?: readonly string[] | undefined
  readonly cut: { readonly count?: number | undefined } | { readonly everyMs: number }
  readonly warmup: number
  readonly labelDelayWindows: number
  readonly costs: readonly number[]
  readonly policies: readonly string[]
  readonly trainer: { readonly trainer: string }
  readonly seed: number
}
