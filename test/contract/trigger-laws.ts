import { expect } from 'vitest'
import type { Decision } from '../../src/base/decision.ts'
import type { Evidence } from '../../src/base/evidence.ts'
import type { TaskKind } from '../../src/data/schema.ts'
import { detectors } from '../../src/detectors/catalog.ts'
import type { TriggerConfig } from '../../src/triggers/catalog.ts'
import type { AnyTrigger, TriggerContext } from '../../src/triggers/trigger.ts'
import { startWatch, watchWindow } from '../../src/watch/watch.ts'
import { triggerContext } from '../support/trigger-context.ts'
import { type Configured, configLaws } from './config-laws.ts'
import type { Law } from './law.ts'
import { mostAlarms, numbersIn } from './numbers.ts'
import { type Shift, startLife } from './worlds.ts'

/** How a trigger is put to the test: lives of 10 windows, in half of them changed from the sixth window on. */
export interface TriggerTrial {
  readonly kind: TaskKind
  readonly shift: Shift
  /** Options that the chances below are claimed with. */
  readonly options: Readonly<Record<string, unknown>>
  /** Chance of a retraining on one window of a life without change. */
  readonly claimed: number
  /** What the loop knows besides on the `window`th window of a life; nothing unless said. */
  readonly knows?: (window: number, isChanged: boolean) => Partial<TriggerContext>
}

export interface TriggerSubject extends Configured {
  readonly plugin: AnyTrigger
  readonly trial: TriggerTrial
}

const NULL_LIVES = 200
const CHANGED_LIVES = 20
const WINDOWS = 10
const CHANGE_AT = 5
const ROWS = 400
const DAY = 86_400_000

function configOf({ plugin, key, least, trial }: TriggerSubject, withTrial: boolean): TriggerConfig {
  return plugin.config.parse({ [key]: plugin.id, ...least, ...(withTrial ? trial.options : {}) }) as TriggerConfig
}

function contextOf(
  evidence: readonly Evidence[],
  window: number,
  change: Partial<TriggerContext> = {},
): TriggerContext {
  return triggerContext({
    evidence,
    cost: 0.5,
    windowsSinceTraining: window + 1,
    now: (window + 1) * DAY,
    lastTrainedAt: 0,
    comparisons: [],
    ...change,
  })
}

/** What the trigger decides on each window of a life, with the evidence of the detectors that it needs. */
function decisionsOf(subject: TriggerSubject, seed: number, shift: Shift, windows: number, rows = ROWS): Decision[] {
  const config = configOf(subject, true)
  const life = startLife(subject.trial.kind, seed)
  const needed = subject.plugin
    .needs(config)
    .map(({ detector, options }) => detectors.get(detector).config.parse({ detector, ...options }))
  let watch = startWatch(1, life.version, needed)
  let waits = 0
  return Array.from({ length: windows }, (_, window) => {
    const isChanged = window >= CHANGE_AT && shift !== 'none'
    const view = life.view(window, rows, isChanged ? shift : 'none')
    const seen = (['features', 'labels'] as const).flatMap((reads) => {
      const { evidence, state } = watchWindow(watch, life.version, view, reads)
      watch = state
      return evidence
    })
    const known = { waits, ...subject.trial.knows?.(window, isChanged) }
    const decision = subject.plugin.decide(contextOf(seen, window, known), config)
    if (decision.kind === 'wait' && decision.isPostponed === true) waits++
    return decision
  })
}

export const triggerLaws: readonly Law<TriggerSubject>[] = [
  ...configLaws,
  {
    name: 'what it needs are detectors that take the options it gives them',
    check(subject) {
      for (const { detector, options } of subject.plugin.needs(configOf(subject, true))) {
        expect(detectors.ids).toContain(detector)
        const parsed = detectors.get(detector).config.safeParse({ detector, ...options })
        expect(parsed.error?.issues ?? []).toEqual([])
      }
    },
  },
  {
    name: 'without evidence, or with too few rows, it is undecided and names what is missing',
    check(subject) {
      const decisions = [
        subject.plugin.decide(contextOf([], 0), configOf(subject, true)),
        ...decisionsOf(subject, 2, subject.trial.shift, WINDOWS, 3),
      ]
      for (const decision of decisions) {
        expect(decision.kind).toBe('undecided')
        if (decision.kind === 'undecided') expect(decision.missing.length).toBeGreaterThan(0)
      }
    },
  },
  {
    name: 'never retrains on nothing: no evidence, and nothing that the loop knows',
    check(subject) {
      const nothing = triggerContext({ windowsSinceTraining: 1 })
      expect(subject.plugin.decide(nothing, configOf(subject, true)).kind).not.toBe('retrain')
    },
  },
  {
    name: 'says the same twice, and leaves evidence and options as they were',
    check(subject) {
      const once = decisionsOf(subject, 3, subject.trial.shift, WINDOWS)
      expect(decisionsOf(subject, 3, subject.trial.shift, WINDOWS)).toEqual(once)
      const config = configOf(subject, true)
      const estimate = {
        detector: 'performance',
        subject: 'loss',
        rows: 9,
        kind: 'estimate',
        value: 2,
        unit: 'metric',
      } as const
      const context = contextOf([{ ...estimate, interval: { low: 1, high: 3, level: 0.95 }, baseline: 1 }], 1)
      const before = structuredClone({ context, config })
      subject.plugin.decide(context, config)
      expect({ context, config }).toEqual(before)
    },
  },
  {
    name: 'a retraining says why, in words and finite numbers',
    check(subject) {
      const fired = decisionsOf(subject, 4, subject.trial.shift, WINDOWS).filter((d) => d.kind === 'retrain')
      expect(fired.length).toBeGreaterThan(0)
      for (const { because } of fired) {
        expect(because.length).toBeGreaterThan(0)
        for (const reason of because) {
          expect(reason.text.length).toBeGreaterThan(10)
          expect(reason.by).not.toBe('')
          expect(numbersIn(reason).filter((x) => !Number.isFinite(x))).toEqual([])
        }
      }
    },
  },
  {
    name: 'retrains on 200 lives without change no oftener than it claims',
    check(subject) {
      let fired = 0
      for (let seed = 0; seed < NULL_LIVES; seed++) {
        const decision = decisionsOf(subject, 1000 + seed, 'none', 3).at(-1)
        if (decision?.kind === 'retrain') fired++
      }
      expect(fired).toBeLessThanOrEqual(mostAlarms(NULL_LIVES, subject.trial.claimed))
    },
  },
  {
    name: 'retrains after a known change in 19 of 20 lives',
    check(subject) {
      let fired = 0
      for (let seed = 0; seed < CHANGED_LIVES; seed++) {
        const after = decisionsOf(subject, 5000 + seed, subject.trial.shift, WINDOWS).slice(CHANGE_AT)
        if (after.some((decision) => decision.kind === 'retrain')) fired++
      }
      expect(fired).toBeGreaterThanOrEqual(CHANGED_LIVES - 1)
    },
  },
]
