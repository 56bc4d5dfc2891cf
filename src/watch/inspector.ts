import { seededRng } from '../base/rng.ts'
import { coarseCodes } from '../data/bin-codes.ts'
import type { RuleConfig } from '../data/contract/catalog.ts'
import type { Frame } from '../data/frame.ts'
import { type LabelFacts, labelFacts } from '../data/label-facts.ts'
import type { Labels } from '../data/labels.ts'
import { mergeProfiles, type Profile } from '../data/profile.ts'
import type { ProfileLayout } from '../data/profile-layout.ts'
import { type RowFacts, rowFacts } from '../data/row-facts.ts'
import type { Task } from '../data/schema.ts'
import { type Anchors, measureAnchors } from '../learners/anchors.ts'
import {
  type Inspection,
  inspectLabels,
  inspectRows,
  NO_INSPECTION,
  needsOf,
  type WindowUnderInspection,
} from './inspect.ts'

/** Newest trusted windows that a window's labels are held against: labels get harder and easier with the season. */
const TRUSTED_LABEL_WINDOWS = 12

/** Labels that stay odd for longer are no burst but how the world is now; without this the rule would never let go. */
const LONGEST_BURST_WINDOWS = 5

/** A stream of windows as an inspector reads it. What it will read of which window is said by `trustedWindows` and `trustedLabelWindows`. */
export interface InspectedStream {
  readonly task: Task
  /** Windows of the default rolling span. */
  readonly rollingWindows: number
  readonly layout: ProfileLayout
  profile(window: number): Profile
  features(window: number): Frame
  labels(window: number): Labels
  /** Every column of the window's rows, also those that nothing is learned from. */
  table(window: number): Frame
  /** When the window ended, in ms since 1970 UTC; null where nobody knows. */
  endOf(window: number): number | null
  /** Whether there is such a window. */
  has(window: number): boolean
}

/** What the data contract has against a window. */
export interface Inspector {
  /**
   * @param learned     windows that the live version learned from
   * @param quarantined windows that are not to be trusted
   */
  rows(window: number, learned: readonly number[], quarantined: readonly number[]): Inspection
  labels(window: number, learned: readonly number[], quarantined: readonly number[]): Inspection
  /** What `rows` or `labels` will ask the stream for and has not measured yet: a live stream reads it beforehand. */
  willRead(
    what: 'rows' | 'labels',
    window: number,
    learned: readonly number[],
    quarantined: readonly number[],
  ): { readonly profiles: readonly number[]; readonly rows: readonly number[] }
}

/** Windows whose profiles a window is held against: a version that learned from a few has not seen how columns vary by nature, older trusted ones add that. */
export function trustedWindows(
  rollingWindows: number,
  learned: readonly number[],
  quarantined: readonly number[],
): readonly number[] {
  const older: number[] = []
  for (let past = (learned[0] ?? 0) - 1; past >= 0 && older.length + learned.length < rollingWindows; past--) {
    if (!quarantined.includes(past)) older.unshift(past)
  }
  return [...older, ...learned]
}

/** Newest windows whose labels passed; since the newest lasting change, where there was one, all of them. Newest first. */
export function trustedLabelWindows(window: number, quarantined: readonly number[]): readonly number[] {
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

/** Holds the windows of a stream against a data contract; what is kept of a window is measured once. */
export function contractInspector(
  stream: InspectedStream,
  contract: readonly RuleConfig[],
  { seed }: { readonly seed: number },
): Inspector {
  const needs = needsOf(contract)
  const rowFactsOf = remembered<RowFacts>((window) => rowFacts(stream.table(window)))
  const labelFactsOf = remembered<LabelFacts>((window) =>
    labelFacts(stream.task, stream.features(window), stream.labels(window)),
  )
  const anchorsOf = remembered<Anchors>((window) => {
    if (!stream.has(window)) return { kind: 'insufficient', haveRows: 0, needRows: 1 }
    const rows = stream.features(window)
    const features = coarseCodes(rows, stream.layout, 0, rows.rows)
    return measureAnchors({ task: stream.task, features, labels: stream.labels(window) }, seededRng(seed + window))
  })

  function underInspection(
    window: number,
    learned: readonly number[],
    quarantined: readonly number[],
  ): WindowUnderInspection {
    const trusted = trustedWindows(stream.rollingWindows, learned, quarantined)
    const referenceWindows = trusted.map((index) => stream.profile(index))
    return {
      reference: mergeProfiles(referenceWindows),
      referenceWindows,
      current: stream.profile(window),
      facts: needs.has('row-facts') ? { current: rowFactsOf(window), reference: trusted.map(rowFactsOf) } : null,
      now: stream.endOf(window),
    }
  }

  return {
    willRead(what, window, learned, quarantined) {
      const trusted = [...trustedWindows(stream.rollingWindows, learned, quarantined), window]
      if (contract.length === 0) return { profiles: [], rows: [] }
      const asked: number[] = []
      if (needs.has('row-facts')) asked.push(...trusted.filter((one) => !rowFactsOf.knows(one)))
      if (what === 'labels') {
        const labelled = [...trustedLabelWindows(window, quarantined), window]
        asked.push(...labelled.filter((one) => !anchorsOf.knows(one)))
        if (needs.has('label-facts')) asked.push(...labelled.filter((one) => !labelFactsOf.knows(one)))
      }
      return { profiles: trusted, rows: [...new Set(asked)] }
    },
    rows(window, learned, quarantined) {
      // Without a rule nothing is read, so nothing may be there to be read.
      if (contract.length === 0) return NO_INSPECTION
      return inspectRows(underInspection(window, learned, quarantined), contract)
    },
    labels(window, learned, quarantined) {
      if (contract.length === 0) return NO_INSPECTION
      const trusted = trustedLabelWindows(window, quarantined)
      const facts = needs.has('label-facts')
        ? { current: labelFactsOf(window), reference: trusted.toReversed().map(labelFactsOf) }
        : null
      const labels = { trusted: trusted.map(anchorsOf), current: anchorsOf(window), facts }
      return inspectLabels(underInspection(window, learned, quarantined), labels, contract)
    },
  }
}

interface Remembered<Facts> {
  (window: number): Facts
  knows(window: number): boolean
}

/** Each window is measured once. */
function remembered<Facts>(measure: (window: number) => Facts): Remembered<Facts> {
  const known = new Map<number, Facts>()
  const recall = (window: number) => {
    const facts = known.get(window) ?? measure(window)
    known.set(window, facts)
    return facts
  }
  return Object.assign(recall, { knows: (window: number) => known.has(window) })
}
