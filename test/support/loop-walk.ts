import type { Reason } from '../../src/base/decision.ts'
import type { Evidence } from '../../src/base/evidence.ts'
import { type Rng, seededRng } from '../../src/base/rng.ts'
import type { TrainingOutcome } from '../../src/base/training.ts'
import type { Outcome } from '../../src/base/verdict.ts'
import { type LoopConfig, MODES } from '../../src/loop/config.ts'
import type { Effect } from '../../src/loop/effect.ts'
import type { Observation } from '../../src/loop/observation.ts'
import type { LoopState } from '../../src/loop/state.ts'
import {
  accuracy,
  BAD,
  BORN,
  BREACH,
  FINE,
  FLOOR,
  gap,
  loopConfig,
  NO_GAP_YET,
  trained,
  triggersOf,
  versus,
} from './loop-life.ts'

/** A world that answers a loop's effects in any order that can happen, late, and with any outcome. */
export interface LoopWalk {
  readonly config: LoopConfig
  /** Something that may be observed next. */
  next(state: LoopState): Observation
  /** What the loop asked for. */
  take(effects: readonly Effect[]): void
}

type Compare = Extract<Effect, { kind: 'compare' }>
type StartRun = Extract<Effect, { kind: 'start-run' }>

const DAY = 86_400_000
const PERIODIC = { trigger: 'schedule', everyWindows: 5 }
const COMBINED = { trigger: 'at-least', of: [{ trigger: 'avoidable-loss' }, { trigger: 'psi-drift' }, PERIODIC] }
const TRIGGERS = [
  triggersOf({ trigger: 'avoidable-loss' }),
  triggersOf({ trigger: 'avoidable-loss' }, PERIODIC),
  triggersOf(FLOOR, { trigger: 'psi-drift' }),
  triggersOf({ trigger: 'soft-or-schedule', when: [{ trigger: 'avoidable-loss' }], fallback: { every: '8d' } }),
  triggersOf(COMBINED),
  triggersOf(
    { trigger: 'any-of', of: [COMBINED, { trigger: 'new-labels', share: 0.5 }] },
    { trigger: 'trainer-changed' },
  ),
  triggersOf({ trigger: 'model-age', olderThan: '6d' }),
]
const VERDICTS: readonly (readonly Outcome[])[] = [
  [],
  ['pass', 'pass'],
  ['pass'],
  ['pass', 'inconclusive'],
  ['fail'],
  ['pass', 'error'],
]

function pick<T>(rng: Rng, from: readonly T[]): T {
  return from[Math.floor(rng() * from.length)] as T
}

function anyConfig(rng: Rng): LoopConfig {
  const breaker = { maxRejections: 2, maxTrainings: 4, perWindows: 12, coolOffWindows: 3 }
  return loopConfig({
    triggers: pick(rng, TRIGGERS),
    labelDelayWindows: pick(rng, [0, 0, 1, 3]),
    deploy: pick(rng, ['at-once', 'gated'] as const),
    holdOutWindows: pick(rng, [1, 2]),
    probationWindows: pick(rng, [0, 1, 2]),
    reusePool: pick(rng, [0, 1, 4]),
    cooldownWindows: pick(rng, [0, 0, 3]),
    cooldown: pick(rng, [null, null, '3d']),
    minLabelledRows: pick(rng, [0, 0, 600]),
    trainer: pick(rng, [null, 'forest v1']),
    budget: pick(rng, [null, { trainings: 2, perWindows: 6 }, { trainings: 2, per: '6d' }]),
    breaker: pick(rng, [null, breaker]),
    mode: pick(rng, MODES),
  })
}

function anyEvidence(rng: Rng): Evidence[] {
  const gaps = [BAD, BAD, FINE, NO_GAP_YET, gap(0.2, 0.2, 0.05), gap(0.009, 0.009, 0.009)]
  return rng() < 0.05 ? [] : [pick(rng, gaps), accuracy(pick(rng, [0.5, 0.9]))]
}

function drift(rng: Rng): Evidence[] {
  const about = { detector: 'psi', subject: 'age', rows: 500, unit: 'nats', threshold: 0.2 } as const
  return [{ kind: 'distance', ...about, value: 0.3, alarm: rng() < 0.3 }]
}

function anyResult(rng: Rng, version: number): TrainingOutcome<number> {
  if (rng() < 0.1) return { kind: 'failed', why: 'the loss is NaN' }
  if (rng() < 0.1) return { kind: 'blocked', isCorrupted: true, breaches: ['too few windows are left'] }
  return trained(version, ...pick(rng, VERDICTS))
}

/** @param seed the same seed and the same loop give the same walk */
export function loopWalk(seed: number): LoopWalk {
  const rng = seededRng(seed)
  let config = anyConfig(rng)
  let closed = BORN
  let matured = BORN
  let versions = 1
  let asked: Compare | null = null
  let run: StartRun | null = null
  const breaches = (): Reason[] => (rng() < 0.08 ? [BREACH] : [])

  function close(): Observation {
    closed++
    return { kind: 'window-closed', window: closed, now: closed * DAY, evidence: drift(rng), breaches: breaches() }
  }

  function mature(): Observation {
    matured++
    const now = (matured + config.labelDelayWindows) * DAY
    const labelledRows = pick(rng, [0, 50, 500])
    return {
      kind: 'labels-matured',
      window: matured,
      now,
      evidence: anyEvidence(rng),
      labelledRows,
      breaches: breaches(),
    }
  }

  function answer({ purpose, window, versions: scored }: Compare): Observation {
    asked = null
    const comparisons = scored.map((version) => versus(version, pick(rng, [-0.2, 0, 0.03, 0.3])))
    return { kind: 'compared', purpose, window, comparisons }
  }

  return {
    get config() {
      return config
    },
    next(state) {
      const chance = rng()
      if (chance < 0.02) config = { ...config, mode: pick(rng, MODES), trainer: pick(rng, ['forest v1', 'forest v2']) }
      if (chance < 0.03) return { kind: 'command', command: 'retrain', actor: 'ada', reason: 'because I looked' }
      if (chance < 0.12) {
        const command = pick(rng, ['approve', 'approve', 'reject', 'close-breaker'] as const)
        return { kind: 'command', command, actor: 'ada', reason: 'because I looked' }
      }
      if (run !== null && chance < 0.5) {
        const ending = run
        run = null
        const { toWindow } = ending.plan
        const learned = { rows: 500, toWindow, cutOffAt: toWindow * DAY }
        const about = pick(rng, [{ learned }, {}])
        return { kind: 'run-ended', run: ending.run, result: anyResult(rng, ++versions), ...about }
      }
      if (asked !== null && chance < 0.8) return answer(asked)
      const canMature = state.pending === null && matured < closed - config.labelDelayWindows
      return canMature ? mature() : close()
    },
    take(effects) {
      for (const effect of effects) {
        if (effect.kind === 'compare') asked = effect
        if (effect.kind === 'start-run') run = effect
      }
    },
  }
}
