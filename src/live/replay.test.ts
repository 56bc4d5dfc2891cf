import { describe, expect, test } from 'vitest'
import { loopWalk } from '../../test/support/loop-walk.ts'
import type { LoopConfig } from '../loop/config.ts'
import type { Observation } from '../loop/observation.ts'
import type { DecisionRecord } from '../loop/record.ts'
import { type LoopState, startLoop } from '../loop/state.ts'
import { step } from '../loop/step.ts'
import { asRecorded } from './advance.ts'
import { type RecordedStep, type ReplayReport, replayer } from './replay.ts'

const BEGAN = startLoop(1, 9, null)

/** A life as its record holds it: all of it has been JSON, with keys in another order. */
function recordedLife(seed: number, length = 150): { readonly steps: RecordedStep[]; readonly state: LoopState } {
  const walk = loopWalk(seed)
  const steps: RecordedStep[] = []
  let state = BEGAN
  for (let seq = 2; seq < length + 2; seq++) {
    const observation = asRecorded(walk.next(state))
    const result = step(state, observation, walk.config)
    steps.push({ seq, body: fromDatabase(observation), config: walk.config, decisions: fromDatabase(result.decisions) })
    state = fromDatabase(result.state)
    walk.take(result.effects)
  }
  return { steps, state }
}

/** As jsonb gives it back: keys by length, then by name. */
function fromDatabase<T>(value: T): T {
  const turned = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(turned)
    if (typeof part !== 'object' || part === null) return part
    const keys = Object.keys(part).sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
    return Object.fromEntries(keys.map((key) => [key, turned(Reflect.get(part, key))]))
  }
  return turned(JSON.parse(JSON.stringify(value))) as T
}

function replayed(steps: readonly RecordedStep[], state: LoopState | null, began = BEGAN): ReplayReport {
  const again = replayer(began)
  for (const recorded of steps) again.tell(recorded)
  return again.end(state)
}

function withDecision(steps: readonly RecordedStep[], change: (record: DecisionRecord) => DecisionRecord[]) {
  const at =
    Math.floor(steps.length / 2) + steps.slice(Math.floor(steps.length / 2)).findIndex((s) => s.decisions.length > 0)
  const target = steps[at] as RecordedStep
  const [first, ...others] = target.decisions
  const changed = { ...target, decisions: [...change(first as DecisionRecord), ...others] }
  return { steps: steps.map((one, i) => (i === at ? changed : one)), target, first: first as DecisionRecord }
}

test('a recorded life comes out the same, whatever happened in it', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const { steps, state } = recordedLife(seed)
    const report = replayed(steps, state)
    expect(report).toEqual({
      observations: steps.length,
      decisions: steps.reduce((sum, { decisions }) => sum + decisions.length, 0),
      differing: 0,
      first: null,
    })
    expect(report.decisions).toBeGreaterThan(10)
  }
})

describe('what does not come out the same is found', () => {
  const { steps, state } = recordedLife(7)

  test('a number that was changed in one reason', () => {
    const planted = withDecision(steps, (record) => [
      { ...record, because: [...record.because, { by: 'nobody', text: 'planted', value: 1 }] },
    ])
    const { differing, first } = replayed(planted.steps, state)
    expect(differing).toBe(1)
    expect(first).toMatchObject({ observation: planted.target.seq, seq: planted.first.seq })
    expect(first?.what).toBe(`'${planted.first.kind}' is decided again, but its because differ`)
    expect([first?.recorded, first?.decided]).toEqual([
      expect.objectContaining({ seq: planted.first.seq }),
      planted.first,
    ])
  })

  test('another kind of decision, one that is missing, and one too many', () => {
    const other = withDecision(steps, (record) => [{ ...record, kind: 'noted' }])
    expect(replayed(other.steps, state).first?.what).toBe(`'noted' was recorded, '${other.first.kind}' is decided`)
    const missing = withDecision(steps, () => [])
    const report = replayed(missing.steps, state)
    expect([report.differing, report.first?.recorded]).not.toEqual([0, undefined])
    const tooMany = withDecision(steps, (record) => [record, { ...record, seq: record.seq + 1 }])
    expect(replayed(tooMany.steps, state).differing).toBe(1)
  })

  test('another policy than the one that ruled', () => {
    const cost = 100
    const changed = steps.map((one): RecordedStep => ({ ...one, config: { ...one.config, cost } }) as RecordedStep)
    const report = replayed(changed, state)
    expect(report.differing).toBeGreaterThan(0)
    expect(report.first?.observation).toBeGreaterThan(1)
  })

  test('an observation that was lost: what follows cannot be told, and is counted', () => {
    const at = steps.findIndex(({ body }) => body.kind === 'labels-matured')
    const report = replayed(
      steps.filter((_, i) => i !== at),
      state,
    )
    expect(report.differing).toBeGreaterThan(0)
  })

  test('a life that begins otherwise', () => {
    expect(replayed(steps, state, startLoop(2, 9, null)).differing).toBeGreaterThan(0)
  })

  test('a memory that is another, though every decision is the same', () => {
    const { differing, first } = replayed(steps, { ...state, labelledRows: state.labelledRows + 1 })
    expect(differing).toBe(1)
    expect(first).toEqual({
      observation: steps.at(-1)?.seq,
      seq: null,
      what: 'every decision is the same, but the loop remembers something else',
      recorded: { labelledRows: state.labelledRows + 1 },
      decided: { labelledRows: state.labelledRows },
    })
  })

  test('something that this life could not have been told stops nothing but the comparison', () => {
    const ended: Observation = { kind: 'run-ended', run: 99, result: { kind: 'cancelled', why: 'planted' } }
    const planted: RecordedStep = { seq: 2, body: ended, config: steps[0]?.config as LoopConfig, decisions: [] }
    const { first, differing, observations } = replayed([planted, ...steps], state)
    expect(first?.what).toMatch(/^nothing can be decided: run 99 ended, but it is not the active one/)
    expect([differing, observations]).toEqual([steps.length + 1, steps.length + 1])
  })
})
