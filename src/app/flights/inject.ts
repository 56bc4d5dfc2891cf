import { seededRng } from '../../base/rng.ts'
import type { NumericColumn } from '../../data/frame.ts'
import type { Labels } from '../../data/labels.ts'
import type { Window } from '../../data/windows.ts'
import { FLIPPED_SHARE, type Incident, KILOMETRES_PER_MILE, TURNED_FROM_HOUR } from './incidents.ts'

/** The recorded flights that incidents happen to. */
export interface Recorded {
  readonly windows: readonly Window[]
  readonly distance: NumericColumn
  readonly hour: NumericColumn
  readonly labels: Labels
}

/** What everybody is shown, and what really happened. */
export interface Injected {
  readonly distance: NumericColumn
  /** As recorded in the data: what policies learn from and decide on. */
  readonly labels: Labels
  /** As they really were: without the labels that were flipped by mistake. Quality is measured on these. */
  readonly outcomes: Labels
  /** What a training job with the wrong join learns from: each flight has the label of the next one. */
  readonly misjoined: Labels
}

/** Lets every incident happen to a copy of the flights; the same seed flips the same labels. */
export function inject(recorded: Recorded, incidents: readonly Incident[], seed: number): Injected {
  const distance = recorded.distance.values.slice()
  const outcomes = recorded.labels.slice()
  const spans = (kind: Incident['kind']) =>
    incidents.filter((one) => one.kind === kind).flatMap((one) => rowsOf(one, recorded.windows))

  for (const row of spans('kilometres')) distance[row] = (distance[row] as number) * KILOMETRES_PER_MILE
  for (const row of spans('new-rule')) {
    if ((recorded.hour.values[row] as number) >= TURNED_FROM_HOUR) outcomes[row] = 1 - (outcomes[row] as number)
  }
  const labels = outcomes.slice()
  const rng = seededRng(seed)
  for (const row of spans('flipped-labels')) {
    if (rng() < FLIPPED_SHARE) labels[row] = 1 - (labels[row] as number)
  }
  return {
    distance: { ...recorded.distance, values: distance },
    labels,
    outcomes,
    misjoined: misjoined(labels),
  }
}

/** What a join that is off by one row makes of labels: each row has that of the next one, the last its own. */
export function misjoined(labels: Labels): Labels {
  return labels.map((label, row) => labels[row + 1] ?? label)
}

function rowsOf(incident: Incident, windows: readonly Window[]): number[] {
  return windowsOf(incident, windows).flatMap(({ from, rows }) => Array.from({ length: rows }, (_, i) => from + i))
}

/** The windows that begin on a day of the span. */
export function windowsOf(span: Pick<Incident, 'from' | 'to'>, windows: readonly Window[]): readonly Window[] {
  return windows.filter(({ start }) => start !== null && isWithin(span, start))
}

/** Whether an instant lies on a day of the span. */
export function isWithin(span: Pick<Incident, 'from' | 'to'>, instant: number): boolean {
  const day = dayOf(instant)
  return day >= span.from && day <= span.to
}

/** The calendar day of an instant, such as 2001-03-05. */
export function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10)
}
