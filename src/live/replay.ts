import { canonicalJson } from '../data/event-body.ts'
import type { LoopConfig } from '../loop/config.ts'
import type { Observation } from '../loop/observation.ts'
import type { DecisionRecord } from '../loop/record.ts'
import type { LoopState } from '../loop/state.ts'
import { step } from '../loop/step.ts'

/** One thing that the loop was told, with what it led to then. */
export interface RecordedStep {
  /** Number of the observation. */
  readonly seq: number
  readonly body: Observation
  /** The policy that ruled. */
  readonly config: LoopConfig
  readonly decisions: readonly DecisionRecord[]
}

/** Where a life that is decided again comes out otherwise. */
export interface Difference {
  readonly observation: number
  /** Number of the decision; null where it is about something else. */
  readonly seq: number | null
  readonly what: string
  readonly recorded: unknown
  readonly decided: unknown
}

export interface ReplayReport {
  readonly observations: number
  readonly decisions: number
  /** Observations after which something else is decided, and the state at the end, where that differs. */
  readonly differing: number
  readonly first: Difference | null
}

/** A life that is decided again, one recorded step after the other: it remembers no more than the loop does. */
export interface Replayer {
  tell(recorded: RecordedStep): void
  /** @param state what the loop remembers after all that was told; null: nobody knows */
  end(state: LoopState | null): ReplayReport
}

/**
 * Decides a recorded life again with the same `step` that decided it, and holds each decision against the record: equal
 * as JSON, whatever the order of keys.
 *
 * @param began the state that the record of the life begins with
 */
export function replayer(began: LoopState): Replayer {
  let state = began
  let newest = 0
  let isBroken = false
  let [observations, decisions, differing] = [0, 0, 0]
  let first: Difference | null = null

  function differs(difference: Difference): void {
    differing++
    first ??= difference
  }

  return {
    tell({ seq, body, config, decisions: recorded }) {
      observations++
      decisions += recorded.length
      newest = seq
      // Nothing can be told to a state that the loop could not have been in.
      if (isBroken) return void differing++
      try {
        const result = step(state, body, config)
        state = asSaved(result.state)
        const difference = firstDifference(seq, recorded, result.decisions)
        if (difference !== null) differs(difference)
      } catch (error) {
        isBroken = true
        const what = `nothing can be decided: ${error instanceof Error ? error.message : String(error)}`
        differs({ observation: seq, seq: null, what, recorded: recorded.map(({ kind }) => kind), decided: null })
      }
    },
    end(saved) {
      if (saved !== null && !isBroken && !isSame(saved, state)) {
        const what = 'every decision is the same, but the loop remembers something else'
        const told = differing === 0 ? what : 'the loop remembers something else'
        differs({ observation: newest, seq: null, what: told, ...onlyDiffering(saved, state) })
      }
      return { observations, decisions, differing, first }
    },
  }
}

function firstDifference(
  observation: number,
  recorded: readonly DecisionRecord[],
  decided: readonly DecisionRecord[],
): Difference | null {
  for (let at = 0; at < Math.max(recorded.length, decided.length); at++) {
    const [then, now] = [recorded[at] ?? null, decided[at] ?? null]
    if (isSame(then, now)) continue
    const seq = then?.seq ?? now?.seq ?? null
    return { observation, seq, what: whatDiffers(then, now), recorded: then, decided: now }
  }
  return null
}

function whatDiffers(then: DecisionRecord | null, now: DecisionRecord | null): string {
  if (then === null) return `'${now?.kind}' is decided, and was not recorded`
  if (now === null) return `'${then.kind}' was recorded, and is not decided`
  if (then.kind !== now.kind) return `'${then.kind}' was recorded, '${now.kind}' is decided`
  const keys = Object.keys({ ...then, ...now }).filter(
    (key) => !isSame(Reflect.get(then, key) ?? null, Reflect.get(now, key) ?? null),
  )
  return `'${then.kind}' is decided again, but its ${keys.join(', ')} differ`
}

/** As much of two states as they differ in. */
function onlyDiffering(then: LoopState, now: LoopState): { readonly recorded: unknown; readonly decided: unknown } {
  const keys = Object.keys({ ...then, ...now }).filter(
    (key) => !isSame(Reflect.get(then, key) ?? null, Reflect.get(now, key) ?? null),
  )
  const pick = (state: LoopState) => Object.fromEntries(keys.map((key) => [key, Reflect.get(state, key)]))
  return { recorded: pick(then), decided: pick(now) }
}

/** Live, the loop goes on from what it has saved. */
function asSaved(state: LoopState): LoopState {
  return JSON.parse(JSON.stringify(state)) as LoopState
}

function isSame(a: unknown, b: unknown): boolean {
  return canonicalJson(JSON.parse(JSON.stringify(a))) === canonicalJson(JSON.parse(JSON.stringify(b)))
}
