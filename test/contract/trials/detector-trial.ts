import type { Evidence } from '../../../src/base/evidence.ts'
import type { TaskKind } from '../../../src/data/schema.ts'
import type { Shift } from '../worlds.ts'

/** How a detector is put to the test: a life without change, and one with. */
export interface DetectorTrial {
  readonly kinds: readonly TaskKind[]
  readonly rows: number
  /** Windows of a life; the evidence of the last one is read. */
  readonly windows: number
  /** From which window on a changed life differs. */
  readonly changeAt: number
  readonly shift: Shift
  /** Chance of a false alarm in a life without change, as the detector's own documentation has it. */
  readonly claimed: number
  /** A false statement about a steady life, where the champion's mean loss really is `trueLoss`. */
  isFalseAlarm(evidence: readonly Evidence[], trueLoss: number): boolean
  /** Whether it heard the change. */
  hears(evidence: readonly Evidence[], changeAt: number): boolean
}

/** Whether any test or distance alarms. */
export function anyAlarm(evidence: readonly Evidence[]): boolean {
  return evidence.some((e) => (e.kind === 'distance' || e.kind === 'p-value') && e.alarm)
}

/** Whether the one feature that moved alarms, and no other. */
export function hearsOnly(subject: string) {
  return (evidence: readonly Evidence[]): boolean => {
    const alarmed = evidence.filter((e) => (e.kind === 'distance' || e.kind === 'p-value') && e.alarm)
    return alarmed.length === 1 && alarmed[0]?.subject === subject
  }
}

/** The estimate of one subject; undefined where there is none. */
export function estimateOf(evidence: readonly Evidence[], subject: string) {
  const found = evidence.find((e) => e.subject === subject)
  return found?.kind === 'estimate' ? found : undefined
}
