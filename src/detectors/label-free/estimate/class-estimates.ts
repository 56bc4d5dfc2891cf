import type { Evidence } from '../../../base/evidence.ts'
import { claimsOf, outcomesOf } from '../../../data/claims.ts'
import type { Task } from '../../../data/schema.ts'
import type { ExpectedMetric } from '../../../stats/expected-metrics.ts'
import type { Measurement, WatchedVersion, WindowView } from '../../detector.ts'
import type { Calibration } from './calibrated.ts'
import { type Estimated, expectedPerformance, knownPerformance } from './expected-performance.ts'
import { rowsToKeep } from './options.ts'
import {
  errorEvidence,
  errorSubject,
  estimateEvidence,
  insufficientFor,
  remember,
  type Said,
} from './reconciliation.ts'
import { addReferenceRows, type ReferenceRows } from './reference-rows.ts'

/** What CBPE and PAPE keep between windows. */
export interface ClassState {
  readonly reference: ReferenceRows
  /** By metric: its value on the first `minReferenceRows` or more labelled rows of the version. */
  readonly baseline: Readonly<Record<string, number>>
  readonly waiting: readonly Said[]
}

export interface ClassConfig {
  readonly metrics?: readonly ExpectedMetric[] | undefined
  readonly minRows: number
  readonly minReferenceRows: number
  readonly referenceRows: number
}

/** How probabilities are learned from the reference for the rows of one window; or why they cannot be. */
export type Learned =
  | { readonly calibration: Calibration; readonly weights: Float64Array | undefined }
  | { readonly because: string }

const BINARY_METRICS: readonly ExpectedMetric[] = ['accuracy', 'f1', 'auc']
const MULTICLASS_METRICS: readonly ExpectedMetric[] = ['accuracy']

/** Estimates the metrics of a window that has no labels yet. */
export function estimateClasses(
  detector: string,
  state: ClassState,
  { task }: WatchedVersion,
  view: WindowView,
  config: ClassConfig,
  learn: (reference: ReferenceRows) => Learned,
): Measurement<ClassState> {
  const silent = (lack: { rows: number; needRows: number; because: string }) => ({
    evidence: insufficientFor(detector, metricsOf(task, config), lack),
    state,
  })
  const rows = view.labels.length
  if (task.kind === 'regression')
    return silent({ rows, needRows: rows + 1, because: 'it estimates classes; the task is regression (see dle)' })
  if (rows < config.minRows)
    return silent({ rows, needRows: config.minRows, because: 'the window has too few rows to estimate from' })
  const { reference } = state
  const known = reference.claims.length
  if (known < config.minReferenceRows) {
    const because = 'too few rows of this version have labels yet to learn from'
    return silent({ rows: known, needRows: config.minReferenceRows, because })
  }
  const learned = learn(reference)
  if ('because' in learned) return silent({ rows, needRows: rows + 1, because: learned.because })
  const isBinary = task.kind === 'binary'
  const input = { reference, ...learned, claims: claimsOf(task, view.scores), isBinary }
  const estimates: Estimated[] = []
  const evidence = metricsOf(task, config).flatMap((metric): Evidence[] => {
    const estimated = metric === 'accuracy' || isBinary ? expectedPerformance(metric, input) : null
    if (estimated === null)
      return insufficientFor(detector, [metric], { rows, needRows: rows + 1, ...whyNot(isBinary) })
    estimates.push(estimated)
    return [estimateEvidence(detector, estimated, { baseline: state.baseline[metric], lowest: 0, highest: 1 })]
  })
  const waiting = remember(state.waiting, { window: view.window, estimates })
  return { evidence, state: { ...state, waiting } }
}

/** Holds the estimates of a window against its labels, then learns from them. */
export function reconcileClasses(
  detector: string,
  state: ClassState,
  { task }: WatchedVersion,
  view: WindowView,
  config: ClassConfig,
  codes: Uint8Array,
): Measurement<ClassState> {
  if (task.kind === 'regression') return { evidence: [], state }
  const isBinary = task.kind === 'binary'
  const rows = { claims: claimsOf(task, view.scores), outcomes: outcomesOf(task, view.labels, view.scores), codes }
  const said = state.waiting.find(({ window }) => window === view.window)
  const evidence = reconcile(detector, said, rows, config, isBinary)
  const reference = addReferenceRows(state.reference, rows, rowsToKeep(config))
  const baseline: Record<string, number> = { ...state.baseline }
  if (reference.claims.length >= config.minReferenceRows) {
    for (const metric of metricsOf(task, config)) {
      const value = baseline[metric] ?? knownPerformance(metric, reference, isBinary)
      if (value !== null) baseline[metric] = value
    }
  }
  const waiting = state.waiting.filter(({ window }) => window !== view.window)
  return { evidence, state: { reference, baseline, waiting } }
}

function reconcile(
  detector: string,
  said: Said | undefined,
  rows: Pick<ReferenceRows, 'claims' | 'outcomes'>,
  { minRows }: ClassConfig,
  isBinary: boolean,
): Evidence[] {
  const hasLabel = (_: number, row: number) => !Number.isNaN(rows.outcomes[row])
  const labelled = { claims: rows.claims.filter(hasLabel), outcomes: rows.outcomes.filter(hasLabel) }
  const count = labelled.claims.length
  return (said?.estimates ?? []).flatMap((estimated): Evidence[] => {
    const subject = errorSubject(estimated.metric)
    if (count < minRows) {
      const because = 'too few rows of the window have labels to check the estimate'
      return insufficientFor(detector, [subject], { rows: count, needRows: minRows, because })
    }
    const measured = knownPerformance(estimated.metric as ExpectedMetric, labelled, isBinary)
    if (measured !== null) return [errorEvidence(detector, estimated, measured, count)]
    return insufficientFor(detector, [subject], { rows: count, needRows: count + 1, ...whyNot(isBinary) })
  })
}

function whyNot(isBinary: boolean) {
  return {
    because: isBinary
      ? 'no row to divide by: none is, or none is expected to be, of one of the classes'
      : 'of more than two classes only accuracy can be estimated',
  }
}

function metricsOf(task: Task, { metrics }: ClassConfig): readonly ExpectedMetric[] {
  return metrics ?? (task.kind === 'binary' ? BINARY_METRICS : MULTICLASS_METRICS)
}
