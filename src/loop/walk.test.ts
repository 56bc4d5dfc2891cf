import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BORN, deepFreeze } from '../../test/support/loop-life.ts'
import { loopWalk } from '../../test/support/loop-walk.ts'
import type { LoopConfig } from './config.ts'
import type { Effect } from './effect.ts'
import type { Observation } from './observation.ts'
import type { DecisionKind, DecisionRecord } from './record.ts'
import { type LoopState, startLoop } from './state.ts'
import { type StepResult, step } from './step.ts'

const STEPS = 100
const WALKS = { numRuns: 60, seed: 11 }

interface Taken {
  readonly before: LoopState
  readonly seen: Observation
  readonly config: LoopConfig
  readonly result: StepResult
}

const played = new Map<number, readonly Taken[]>()

/** Every step of one walk. All that `step` is given is frozen to the last leaf. */
function walkOf(seed: number): readonly Taken[] {
  const known = played.get(seed)
  if (known !== undefined) return known
  const walk = loopWalk(seed)
  let state = startLoop(1, BORN, BORN * 86_400_000)
  const taken = Array.from({ length: STEPS }, (): Taken => {
    const before = deepFreeze(state)
    const seen = deepFreeze(walk.next(before))
    const config = deepFreeze(walk.config)
    const result = step(before, seen, config)
    walk.take(result.effects)
    state = result.state
    return { before, seen, config, result }
  })
  played.set(seed, taken)
  return taken
}

/** Shows each step of many walks to a law, which starts anew with every walk. A walk that breaks it is named by its seed. */
function everyWalk(law: () => (taken: Taken) => void): void {
  fc.assert(
    fc.property(fc.integer(), (seed) => walkOf(seed).forEach(law())),
    WALKS,
  )
}

function insist(holds: boolean, what: string, { seen, result }: Taken): void {
  if (!holds) throw new Error(`${what}; after ${JSON.stringify(seen)}: ${JSON.stringify(result)}`)
}

test('a walk sees every kind of decision and of effect, so the laws below are about something', () => {
  const decisions = new Set<DecisionKind>()
  const effects = new Set<Effect['kind']>()
  everyWalk(() => ({ result }) => {
    for (const { kind } of result.decisions) decisions.add(kind)
    for (const { kind } of result.effects) effects.add(kind)
  })
  expect([...effects].toSorted()).toEqual(['compare', 'propose', 'serve', 'start-run'])
  expect([...decisions].toSorted()).toEqual([
    'approved',
    'blocked',
    'breaker-closed',
    'breaker-opened',
    'data-refused',
    'declined',
    'keep',
    'postpone',
    'promote',
    'quarantine',
    'reinstate',
    'reject',
    'retrain',
    'return',
    'run-failed',
    'undecided',
  ])
})

test('the same state and observation give the same answer, also after the state was saved and read back', () => {
  everyWalk(() => (taken) => {
    const { before, seen, config, result } = taken
    const saved: LoopState = JSON.parse(JSON.stringify(before))
    insist(isDeepStrictEqual(saved, before), 'the state is not plain data', taken)
    insist(
      isDeepStrictEqual(step(saved, seen, config), result),
      'a second call, on the saved state, answers otherwise',
      taken,
    )
  })
})

test('records are numbered from 1 without a gap', () => {
  everyWalk(() => {
    let last = 0
    return (taken) => {
      for (const { seq } of taken.result.decisions) insist(seq === ++last, `record ${seq} is not number ${last}`, taken)
      insist(taken.result.state.nextSeq === last + 1, 'the next number is not the next', taken)
    }
  })
})

test('whatever trains or changes which version serves says why', () => {
  const weighty: readonly DecisionKind[] = [
    'retrain',
    'reinstate',
    'promote',
    'return',
    'reject',
    'blocked',
    'quarantine',
  ]
  const hasReason = ({ because }: DecisionRecord) => because.length > 0 && because.every(({ text }) => text !== '')
  everyWalk(() => (taken) => {
    const mute = taken.result.decisions.filter((record) => weighty.includes(record.kind) && !hasReason(record))
    insist(mute.length === 0, 'a decision without a reason', taken)
  })
})

test('no run starts while one is active, none beyond the budget, and none below the least labelled rows', () => {
  everyWalk(() => {
    let active: number | null = null
    const started: { readonly window: number; readonly now: number | null }[] = []
    return (taken) => {
      const { seen, result, config } = taken
      if (seen.kind === 'run-ended') active = null
      for (const effect of result.effects) {
        if (effect.kind !== 'start-run') continue
        insist(active === null, `run ${effect.run} starts beside run ${active}`, taken)
        active = effect.run
        const { window: at, now, labelledRows } = result.state
        started.push({ window: at, now })
        const { trainings = 100, perWindows, per } = config.budget ?? {}
        insist(per === undefined || per === '6d', 'the law below is about six days', taken)
        const inWindows = started.filter(({ window }) => at - window < (perWindows ?? 0))
        const inDays = started.filter((one) => (now ?? 0) - (one.now ?? 0) < (per === undefined ? 0 : 6 * 86_400_000))
        insist(Math.max(inWindows.length, inDays.length) <= trainings, 'the budget is exceeded', taken)
        insist(labelledRows >= config.minLabelledRows, 'too few labelled rows are known', taken)
      }
      insist((result.state.run?.run ?? null) === active, 'the state knows another run', taken)
    }
  })
})

test('exactly one version is live; the retired are those that served before, the latest first, each once', () => {
  everyWalk(() => {
    const order = [1]
    return (taken) => {
      for (const effect of taken.result.effects) {
        if (effect.kind !== 'serve') continue
        insist(effect.version !== order[0], 'the live version goes live', taken)
        const isKnown = order.includes(effect.version)
        insist(isKnown === (effect.reason !== 'promoted'), 'a new version comes back, or an old one is new', taken)
        order.splice(0, order.length, effect.version, ...order.filter((version) => version !== effect.version))
      }
      const { live, retired } = taken.result.state
      insist(isDeepStrictEqual([live.version, ...retired], order), `the order is not ${order}`, taken)
    }
  })
})

test('a judged version serves only when gates spoke and all passed, and no version that one of them refused', () => {
  everyWalk(() => {
    const allowed = new Set<number>()
    return (taken) => {
      const { before, seen, result } = taken
      if (seen.kind === 'run-ended' && seen.result.kind === 'trained') {
        const outcomes = seen.result.verdicts.map(({ outcome }) => outcome)
        const isJudged = (before.run?.plan.holdOutWindows ?? 0) > 0
        const hasPassed = outcomes.length > 0 && outcomes.every((outcome) => outcome === 'pass')
        const isBroken = outcomes.includes('fail') || outcomes.includes('error')
        if (isJudged ? hasPassed : !isBroken) allowed.add(seen.result.model)
      }
      for (const effect of result.effects) {
        if (effect.kind === 'serve' && effect.reason === 'promoted')
          insist(allowed.has(effect.version), `version ${effect.version} may not serve`, taken)
      }
    }
  })
})

test('nothing is decided on a quarantined window, and no training learns from one', () => {
  everyWalk(() => (taken) => {
    const { seen, result } = taken
    const { quarantined } = result.state
    if (seen.kind === 'labels-matured' && quarantined.includes(seen.window)) {
      const others = result.decisions.filter(({ kind }) => !['quarantine', 'blocked', 'breaker-closed'].includes(kind))
      insist(others.length === 0 && result.effects.length === 0, 'a quarantined window decides', taken)
    }
    for (const effect of result.effects) {
      if (effect.kind !== 'start-run') continue
      const { exclude, toWindow } = effect.plan
      insist(toWindow <= result.state.window, 'the plan reads labels that are not out', taken)
      const learned = quarantined.filter((window) => window <= toWindow && !exclude.includes(window))
      insist(learned.length === 0, `windows ${learned} are quarantined and not left out`, taken)
    }
  })
})

test('a mode does no more than its name says', () => {
  everyWalk(() => (taken) => {
    const { seen, result, config } = taken
    const isAnswered = seen.kind === 'command'
    for (const effect of result.effects) {
      const isReturn = effect.kind === 'serve' && effect.reason === 'returned'
      const isServing = effect.kind === 'serve' && !isReturn
      if (config.mode === 'observe' && !isAnswered)
        insist(effect.kind === 'compare', 'observe touched something', taken)
      if (config.mode === 'advise' && !isAnswered)
        insist(effect.kind !== 'start-run' && !isServing, 'advise acted', taken)
      if (config.mode === 'approve' && !isAnswered) insist(!isServing, 'approve served', taken)
      if (config.mode === 'auto') insist(effect.kind !== 'propose', 'auto asked', taken)
    }
  })
})

test('waiting and probation stay within their windows', () => {
  everyWalk(() => (taken) => {
    const { live, probation } = taken.result.state
    insist(live.waits <= 2, 'a third wait', taken)
    if (probation === null) return
    const { windowsLeft, predecessor } = probation
    insist(windowsLeft >= 1 && windowsLeft <= taken.config.probationWindows, 'probation outlives its windows', taken)
    insist(predecessor !== live.version, 'a version is its own predecessor', taken)
  })
})

test('where the live version and the retired ones come from is known, and nothing is remembered for ever', () => {
  everyWalk(() => (taken) => {
    const { live, retired, origins } = taken.result.state
    for (const version of [live.version, ...retired])
      insist(origins.filter((origin) => origin.version === version).length === 1, `version ${version} is lost`, taken)
    // Beside them: one that is proposed, one that was just refused.
    insist(origins.length <= retired.length + 3, 'versions that were refused are still remembered', taken)
  })
})

test('labelled rows only ever grow, by those of a window that may be learned from', () => {
  everyWalk(() => (taken) => {
    const { before, seen, result } = taken
    const { quarantined } = result.state
    const isLearned = seen.kind === 'labels-matured' && !quarantined.includes(seen.window)
    const more = isLearned ? seen.labelledRows : 0
    insist(result.state.labelledRows === before.labelledRows + more, `not ${more} rows more`, taken)
  })
})

test('a person who asks for a training gets it or is told why not', () => {
  everyWalk(() => (taken) => {
    const { seen, result } = taken
    if (seen.kind !== 'command' || seen.command !== 'retrain') return
    const [said, ...more] = result.decisions
    const isStarted = result.effects.some(({ kind }) => kind === 'start-run')
    insist(said?.kind === (isStarted ? 'retrain' : 'blocked') && more.length === 0, 'no answer', taken)
    insist(said?.because.at(-1)?.by === 'by-hand', 'the record does not say who asked', taken)
  })
})
