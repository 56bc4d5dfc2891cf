import type { Evidence, InsufficientEvidence, Interval } from '../../../base/evidence.ts'
import { DEFAULT_LEVEL, normalDeviate } from '../../../stats/interval/level.ts'
import type { Estimated } from './expected-performance.ts'

/** What was said of a window, until its labels land. */
export interface Said {
  readonly window: number
  readonly estimates: readonly Estimated[]
}

/** Longer than this nobody waits for the labels of a window: the oldest estimates are forgotten. */
const MOST_WAITING = 60

export function remember(waiting: readonly Said[], said: Said): readonly Said[] {
  return [...waiting, said].slice(-MOST_WAITING)
}

/** The estimate as evidence, with the 95 % interval of what the labels of these rows may say. */
export function estimateEvidence(
  detector: string,
  { metric, value, labelVariance, referenceVariance, rows }: Estimated,
  { baseline, lowest, highest }: { readonly baseline: number | undefined; lowest: number; highest: number },
): Evidence {
  const interval = around(value, labelVariance + referenceVariance)
  return {
    kind: 'estimate',
    detector,
    subject: metric,
    rows,
    value,
    interval: {
      ...interval,
      low: Math.min(value, Math.max(lowest, interval.low)),
      high: Math.max(value, Math.min(highest, interval.high)),
    },
    unit: 'metric',
    ...(baseline === undefined ? {} : { baseline }),
  }
}

/**
 * How far off an estimate was: estimated less measured, with the 95 % interval of the error that is not explained by
 * chance. One that excludes 0 says that the relation between features and label is no longer the one learned.
 *
 * @param measured the metric by labels
 * @param labelled rows that it rests on, ≥ 1; labels of a part only scatter more
 */
export function errorEvidence(detector: string, said: Estimated, measured: number, labelled: number): Evidence {
  const value = said.value - measured
  const variance = said.labelVariance * Math.max(1, said.rows / labelled) + said.referenceVariance
  return {
    kind: 'estimate',
    detector,
    subject: errorSubject(said.metric),
    rows: labelled,
    value,
    interval: around(value, variance),
    unit: 'metric',
  }
}

/** The subject under which the error of an estimate is reported. */
export function errorSubject(metric: string): string {
  return `${metric}: estimated less measured`
}

/** The same sentence about each of several subjects. */
export function insufficientFor(
  detector: string,
  subjects: readonly string[],
  lack: Pick<InsufficientEvidence, 'rows' | 'needRows' | 'because'>,
): Evidence[] {
  return subjects.map((subject) => ({ kind: 'insufficient', detector, subject, ...lack }))
}

function around(value: number, variance: number): Interval {
  const reach = normalDeviate(DEFAULT_LEVEL) * Math.sqrt(variance)
  return { low: value - reach, high: value + reach, level: DEFAULT_LEVEL }
}
