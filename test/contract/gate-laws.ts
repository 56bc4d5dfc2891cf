import { expect } from 'vitest'
import { OUTCOMES, type Verdict } from '../../src/base/verdict.ts'
import type { AnyGate } from '../../src/gates/catalog.ts'
import { type GateInput, NEEDS, type Need, NOTHING_GATHERED } from '../../src/gates/gate.ts'
import { type Configured, configLaws } from './config-laws.ts'
import type { GateTrial } from './gate-trials.ts'
import { gateInput } from './gate-worlds.ts'
import type { Law } from './law.ts'
import { mostAlarms, numbersIn } from './numbers.ts'

export interface GateSubject extends Configured {
  readonly plugin: AnyGate
  readonly trial: GateTrial
}

const BORDER_PAIRS = 200
const CLEAR_PAIRS = 20
/** The part of the input that a need fills. */
const GATHERED_AS: Readonly<Record<Need, keyof GateInput>> = {
  features: 'features',
  'training-counts': 'trainingCounts',
  'artifact-sizes': 'artifactBytes',
  latencies: 'latencies',
  'missing-probe': 'missingProbe',
  'must-pass': 'mustPass',
}
const EQUAL = { champion: 0, challenger: 0 }

function judge({ plugin, key, least, trial }: GateSubject, input: GateInput): Verdict {
  const options = typeof trial.options === 'function' ? trial.options(input.task.kind) : trial.options
  return plugin.judge(input, plugin.config.parse({ [key]: plugin.id, ...least, ...options }))
}

function expectInconclusive(verdict: Verdict): void {
  expect(verdict.outcome).toBe('inconclusive')
  expect(verdict.needs?.length ?? 0).toBeGreaterThan(5)
}

function countOf(subject: GateSubject, outcome: Verdict['outcome'], pairs: number, draw: (seed: number) => GateInput) {
  let count = 0
  for (let seed = 0; seed < pairs; seed++) if (judge(subject, draw(seed)).outcome === outcome) count++
  return count
}

export const gateLaws: readonly Law<GateSubject>[] = [
  ...configLaws,
  {
    name: 'no rows are inconclusive, and it says what it needs',
    check(subject) {
      for (const kind of subject.trial.kinds) expectInconclusive(judge(subject, gateInput(kind, 0, 1, EQUAL)))
    },
  },
  {
    name: 'three rows are inconclusive, and it says what it needs',
    check(subject) {
      for (const kind of subject.trial.kinds) expectInconclusive(judge(subject, gateInput(kind, 3, 1, EQUAL)))
    },
  },
  {
    name: 'rows without a label do not count',
    check(subject) {
      const input = gateInput('binary', 1500, 2, EQUAL)
      const verdict = judge(subject, { ...input, labels: input.labels.map(() => Number.NaN) })
      if (verdict.rows !== input.heldOut.length) expectInconclusive(verdict)
      else expect(subject.plugin.id).toBe('overlap-audit')
    },
  },
  {
    name: 'a verdict is signed, in words and finite numbers, and its interval holds what was observed',
    check(subject) {
      const { kinds, good, bad, border } = subject.trial
      for (const kind of kinds) {
        for (const input of [good(kind, 1), bad(kind, 1), border(kind, 1)]) {
          const verdict = judge(subject, input)
          expect(verdict.gate).toBe(subject.plugin.id)
          expect(OUTCOMES).toContain(verdict.outcome)
          expect(verdict.because.length).toBeGreaterThan(10)
          expect(numbersIn(verdict).filter((x) => !Number.isFinite(x))).toEqual([])
          expect(verdict.outcome === 'inconclusive').toBe(verdict.needs !== undefined)
          if (verdict.interval === null || verdict.observed === null) continue
          expect(verdict.interval.low).toBeLessThanOrEqual(verdict.observed)
          expect(verdict.interval.high).toBeGreaterThanOrEqual(verdict.observed)
        }
      }
    },
  },
  {
    name: 'says the same twice, and leaves rows as they were',
    check(subject) {
      const input = subject.trial.border('binary', 3)
      const before = structuredClone(input)
      const once = judge(subject, input)
      expect(judge(subject, input)).toEqual(once)
      expect(input).toEqual(before)
    },
  },
  {
    name: 'a challenger with a score that is no number never passes',
    check(subject) {
      for (const kind of subject.trial.kinds) {
        for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
          const input = subject.trial.good(kind, 4)
          const challenger = input.challenger.map((score, i) => (i === 600 ? wrong : score))
          expect(['error', 'fail']).toContain(judge(subject, { ...input, challenger }).outcome)
        }
      }
    },
  },
  {
    name: 'on 200 pairs on the line it passes and fails no oftener than it claims',
    check(subject) {
      const { kinds, border, claimed } = subject.trial
      for (const kind of kinds) {
        const seen = { pass: 0, fail: 0 }
        for (let seed = 0; seed < BORDER_PAIRS; seed++) {
          const { outcome } = judge(subject, border(kind, 1000 + seed))
          if (outcome === 'pass' || outcome === 'fail') seen[outcome]++
        }
        for (const outcome of ['pass', 'fail'] as const) {
          const most = mostAlarms(BORDER_PAIRS, claimed[outcome])
          expect(seen[outcome], `${kind}: ${outcome} of ${BORDER_PAIRS}`).toBeLessThanOrEqual(most)
        }
      }
    },
  },
  {
    name: 'passes a clearly good challenger, and fails a clearly bad one, in 19 of 20 pairs',
    check(subject) {
      const { kinds, good, bad } = subject.trial
      for (const kind of kinds) {
        const passed = countOf(subject, 'pass', CLEAR_PAIRS, (seed) => good(kind, 5000 + seed))
        const failed = countOf(subject, 'fail', CLEAR_PAIRS, (seed) => bad(kind, 5000 + seed))
        expect(passed, `${kind}: passed of ${CLEAR_PAIRS}`).toBeGreaterThanOrEqual(CLEAR_PAIRS - 1)
        expect(failed, `${kind}: failed of ${CLEAR_PAIRS}`).toBeGreaterThanOrEqual(CLEAR_PAIRS - 1)
      }
    },
  },
  {
    name: 'what nobody gathered never passes nor fails',
    check(subject) {
      for (const kind of subject.trial.kinds) {
        if ((subject.plugin.needs ?? []).length === 0) continue
        const verdict = judge(subject, { ...subject.trial.good(kind, 6), ...NOTHING_GATHERED })
        expect(['skipped', 'inconclusive']).toContain(verdict.outcome)
      }
    },
  },
  {
    name: 'declares what must be gathered for it: it reads nothing else',
    check(subject) {
      for (const kind of subject.trial.kinds) {
        const input = subject.trial.good(kind, 7)
        for (const need of NEEDS) {
          if (subject.plugin.needs?.includes(need) === true) continue
          expect(judge(subject, { ...input, [GATHERED_AS[need]]: null }), need).toEqual(judge(subject, input))
        }
      }
    },
  },
]
