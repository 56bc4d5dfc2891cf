import type { ModelRef } from '../backtest/ports.ts'
import { profileOf, type RecordedStream, windowLabels } from '../backtest/stream.ts'
import { seededRng } from '../base/rng.ts'
import { coarseCodes } from '../data/bin-codes.ts'
import type { RuleConfig } from '../data/contract/catalog.ts'
import { type Frame, sliceRows } from '../data/frame.ts'
import { type LabelFacts, labelFacts } from '../data/label-facts.ts'
import type { Labels } from '../data/labels.ts'
import type { Profile } from '../data/profile.ts'
import { learnLayout } from '../data/profile-layout.ts'
import { type RowFacts, rowFacts } from '../data/row-facts.ts'
import type { Window } from '../data/windows.ts'
import { type Anchors, measureAnchors } from '../learners/anchors.ts'
import { inspectLabels, inspectRows, needsOf, type WindowUnderInspection } from '../watch/inspect.ts'
import type { Inspector } from './replay-world.ts'

/** Newest trusted windows that a window's labels are held against: labels get harder and easier with the season. */
const TRUSTED_LABEL_WINDOWS = 12

/** Labels that stay odd for longer are no burst but how the world is now; without this the rule would never let go. */
const LONGEST_BURST_WINDOWS = 5

export interface InspectorOptions {
  readonly seed: number
  /** Labels as the policy is shown them; default: as recorded. */
  readonly labels?: (window: number) => Labels
  /** Every column of the rows, also those that nothing is learned from; default: the features. */
  readonly table?: Frame
}

/** Holds the windows of a stream against a data contract; each window's labels are looked at once. */
export function contractInspector(
  stream: RecordedStream,
  contract: readonly RuleConfig[],
  options: InspectorOptions,
): Inspector {
  const labelsOf = options.labels ?? ((window: number) => windowLabels(stream, window))
  const warmupRows = stream.windows[stream.warmupWindows - 1]?.to ?? 0
  const layout = learnLayout(sliceRows(stream.features, 0, warmupRows))
  const known = new Map<number, Anchors>()
  const needs = needsOf(contract)
  const table = options.table ?? stream.features
  const rowFactsOf = remembered((window) => rowFacts(rowsOf(table, window)))
  const labelFactsOf = remembered((window) =>
    labelFacts(stream.task, rowsOf(stream.features, window), labelsOf(window)),
  )

  function rowsOf(source: Frame, window: number): Frame {
    const { from, to } = stream.windows[window] as Window
    return sliceRows(source, from, to)
  }

  function anchorsOf(window: number): Anchors {
    const span = stream.windows[window]
    const seen = known.get(window)
    if (seen !== undefined || span === undefined) return seen ?? { kind: 'insufficient', haveRows: 0, needRows: 1 }
    const features = coarseCodes(stream.features, layout, span.from, span.to)
    const anchors = measureAnchors(
      { task: stream.task, features, labels: labelsOf(window) },
      seededRng(options.seed + window),
    )
    known.set(window, anchors)
    return anchors
  }

  /** A version that learned from a few windows has not seen how columns vary by nature: older trusted ones add that. */
  function trustedWindows({ windows }: ModelRef, quarantined: readonly number[]): readonly number[] {
    const older: number[] = []
    for (let past = (windows[0] ?? 0) - 1; past >= 0 && older.length + windows.length < stream.rollingWindows; past--) {
      if (!quarantined.includes(past)) older.unshift(past)
    }
    return [...older, ...windows]
  }

  function underInspection(window: number, champion: ModelRef, quarantined: readonly number[]): WindowUnderInspection {
    const trusted = trustedWindows(champion, quarantined)
    return {
      reference: profileOf(stream, trusted),
      referenceWindows: trusted.map((index) => stream.profiles[index] as Profile),
      current: stream.profiles[window] as Profile,
      facts: needs.has('row-facts') ? { current: rowFactsOf(window), reference: trusted.map(rowFactsOf) } : null,
      now: stream.windows[window]?.end ?? null,
    }
  }

  /** Newest windows whose labels passed; since the newest lasting change, where there was one, all of them. */
  function trustedLabelWindows(window: number, quarantined: readonly number[]): readonly number[] {
    const passed: number[] = []
    let oddInARow = 0
    for (let past = window - 1; past >= 0 && passed.length < TRUSTED_LABEL_WINDOWS; past--) {
      const isOdd = quarantined.includes(past)
      oddInARow = isOdd ? oddInARow + 1 : 0
      if (oddInARow === LONGEST_BURST_WINDOWS) {
        return Array.from({ length: Math.min(window - past, TRUSTED_LABEL_WINDOWS) }, (_, i) => window - 1 - i)
      }
      if (!isOdd) passed.push(past)
    }
    return passed
  }

  return {
    rows: (window, champion, quarantined) => inspectRows(underInspection(window, champion, quarantined), contract),
    labels(window, champion, quarantined) {
      const trusted = trustedLabelWindows(window, quarantined)
      const facts = needs.has('label-facts')
        ? { current: labelFactsOf(window), reference: trusted.toReversed().map(labelFactsOf) }
        : null
      const labels = { trusted: trusted.map(anchorsOf), current: anchorsOf(window), facts }
      return inspectLabels(underInspection(window, champion, quarantined), labels, contract)
    },
  }
}

/** Each window is measured once. */
function remembered<Facts extends RowFacts | LabelFacts>(
  measure: (window: number) => Facts,
): (window: number) => Facts {
  const known = new Map<number, Facts>()
  return (window) => {
    const facts = known.get(window) ?? measure(window)
    known.set(window, facts)
    return facts
  }
}
