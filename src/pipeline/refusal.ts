import type { TrainingPlan } from '../base/training.ts'
import type { ChosenWindows } from './plan.ts'

/** Why a training does not start. */
export interface Refusal {
  /** Because the data contract kept most of it out. */
  readonly isCorrupted: boolean
  readonly breaches: readonly string[]
}

/** With more than this share of its span kept out, a training would learn from a remnant nobody chose. */
const MOST_EXCLUDED = 0.5

/** What speaks against learning from these windows; null: nothing. */
export function refusal({ train, heldOut, excluded }: ChosenWindows, plan: TrainingPlan): Refusal | null {
  const span = train.length + excluded.length
  if (excluded.length > MOST_EXCLUDED * span) {
    const text = `${excluded.length} of the ${span} windows to learn from break the data contract; at most half may`
    return { isCorrupted: true, breaches: [text] }
  }
  if (train.length === 0) return { isCorrupted: false, breaches: ['there is no window to learn from'] }
  if (heldOut.length < plan.holdOutWindows) {
    return {
      isCorrupted: false,
      breaches: [`only ${heldOut.length} of ${plan.holdOutWindows} windows are fit to judge on`],
    }
  }
  return null
}

/** `4 windows, 9 to 12`, or `1 window, 0`. */
export function namedWindows(windows: readonly number[]): string {
  return windows.length === 1
    ? `1 window, ${windows[0]}`
    : `${windows.length} windows, ${windows[0]} to ${windows.at(-1)}`
}

/** @param known windows that could not be judged on, for the champion learned from them */
export function notesOn({ train, excluded }: ChosenWindows, known: readonly number[]): string[] {
  const notes = [`learned from ${namedWindows(train)}`]
  if (excluded.length > 0) {
    const what = excluded.length === 1 ? '1 window that breaks' : `${excluded.length} windows that break`
    notes.push(`left out ${what} the data contract`)
  }
  if (known.length > 0) notes.push(`not judged on window ${known.join(', ')}, which the live version learned from`)
  return notes
}
