import type { Evidence } from '../../src/base/evidence.ts'
import type { LoopConfig } from '../../src/loop/config.ts'
import type { explainedLoop } from './explained-life.ts'
import { BAD, FINE, gap, ROWS, trained, triggersOf } from './loop-life.ts'

type Life = ReturnType<typeof explainedLoop>

/** A decision whose explanation names a limit, with the world in which the named value is another. */
export interface Claim {
  readonly name: string
  readonly config: Partial<LoopConfig>
  /** Lives up to the decision, with this value in place of the one that the explanation names. */
  readonly live: (life: Life, value: number) => void
  /** What was seen. */
  readonly seen: number
  /** The alternative that is put to the test. */
  readonly says: RegExp
  /** The least by which the value can be another. */
  readonly step?: number
  /** Where the value is made by arithmetic, nobody can hit the limit itself. */
  readonly isExact?: boolean
  /** The decision stays the same in kind; what it is given for is another. */
  readonly isReason?: boolean
}

const about = { rows: ROWS } as const
export const accuracy = (value: number, reach = 0.01): Evidence => {
  const interval = { low: value - reach, high: value + reach, level: 0.95 }
  return { kind: 'estimate', detector: 'performance', subject: 'accuracy', ...about, value, interval, unit: 'metric' }
}
const loss = (low: number): Evidence => {
  const interval = { low, high: low + 0.2, level: 0.95 }
  const measured = { subject: 'loss', value: low + 0.1, interval, unit: 'metric', baseline: 0.2 } as const
  return { kind: 'estimate', detector: 'performance', ...about, ...measured }
}
export const psi = (value: number, subject = 'age'): Evidence => {
  const alarm = value >= 0.2
  return { kind: 'distance', detector: 'psi', subject, ...about, value, unit: 'nats', threshold: 0.2, alarm }
}
const ks = (pValue: number): Evidence => {
  const alarm = pValue <= 0.05
  return { kind: 'p-value', detector: 'ks', subject: 'age', ...about, statistic: 0.1, pValue, alpha: 0.05, alarm }
}
const manyPsi = (alarms: number): Evidence[] => ['a', 'b', 'c', 'd'].map((name, i) => psi(i < alarms ? 0.3 : 0.1, name))
export const FLOOR = { trigger: 'performance-floor', metric: 'accuracy', floor: 0.8 }
const AVOIDABLE = { trigger: 'avoidable-loss' }
export const only = (...entries: Record<string, unknown>[]) => ({ triggers: triggersOf(...entries) })
/** Without labels that are late, and before any life has ended, a version serves ten windows. */
const H = 10
/** Version 2 has taken over from version 1. */
const takenOver = (life: Life) => {
  life.matured(10, BAD)
  life.ended(trained(2))
}

/** One world for each limit that an explanation can name. */
export const CLAIMS: readonly Claim[] = [
  {
    name: 'a sure loss below the floor',
    config: {},
    live: ({ matured }, sure) => void matured(10, gap(0.2, sure, 0.2)),
    seen: 0.001,
    says: /^a training is considered only above/,
    isReason: true,
  },
  {
    name: 'a worth below a floor that the cost would long have let pass',
    config: only({ ...AVOIDABLE, floor: 0.04 }),
    live: ({ matured }, worth) => void matured(10, gap(0.2, worth / H, 0.2)),
    seen: 0.3,
    says: /^a training is asked for above/,
    isExact: false,
  },
  {
    name: 'a worth at which retired versions are looked at',
    config: { cost: 1 },
    live(life, worth) {
      takenOver(life)
      life.matured(11, gap(0.6, worth / H, 0.6))
    },
    seen: 0.1,
    says: /^retired versions are tried above/,
    isExact: false,
  },
  {
    name: 'a worth below the price of a training',
    config: {},
    live: ({ matured }, worth) => void matured(10, gap(0.2, worth / H, 0.2)),
    seen: 0.07,
    says: /^a training is asked for above/,
    isExact: false,
  },
  {
    name: 'the same inside a combination',
    config: only({ trigger: 'any-of', of: [AVOIDABLE, FLOOR] }),
    live: ({ matured }, worth) => void matured(10, gap(0.2, worth / H, 0.2), accuracy(0.9)),
    seen: 0.07,
    says: /^a training is asked for above/,
    isExact: false,
  },
  {
    name: 'a worth above the price',
    config: {},
    live: ({ matured }, worth) => void matured(10, gap(0.2, worth / H, 0.2)),
    seen: 2,
    says: /^no training starts at .* or below/,
    isExact: false,
  },
  {
    name: 'a gap that grows fast',
    config: {},
    live: ({ matured }, growth) => void matured(10, gap(0.2, 0.2, 0.2 - growth)),
    seen: 0.15,
    says: /^the training starts at once where .* at .* or below/,
    isExact: false,
  },
  {
    name: 'an accuracy above its floor',
    config: only(FLOOR),
    live: ({ matured }, upper) => void matured(10, accuracy(upper - 0.01)),
    seen: 0.9,
    says: /^a training is asked for with the upper end of accuracy's interval below 0.8/,
    isExact: false,
  },
  {
    name: 'an accuracy below its floor, whose interval holds it',
    config: only(FLOOR),
    live: ({ matured }, upper) => void matured(10, accuracy(upper - 0.05, 0.05)),
    seen: 0.84,
    says: /^a training is asked for with the upper end of accuracy's interval below 0.8/,
    isExact: false,
  },
  {
    name: 'an accuracy surely below its floor',
    config: only(FLOOR),
    live: ({ matured }, upper) => void matured(10, accuracy(upper - 0.01)),
    seen: 0.7,
    says: /^no training starts with the upper end of accuracy's interval at 0.8 metric or above/,
    isExact: false,
  },
  {
    name: 'an accuracy that need not be sure',
    config: only({ ...FLOOR, sure: false }),
    live: ({ matured }, value) => void matured(10, accuracy(value)),
    seen: 0.9,
    says: /^a training is asked for with accuracy below/,
  },
  {
    name: 'a loss that may rise',
    config: only({ trigger: 'performance-decay', relative: 0.5, sure: true }),
    live: ({ matured }, lower) => void matured(10, loss(lower)),
    seen: 0.25,
    says: /^a training is asked for with the lower end of loss's interval above 0.3/,
    isExact: false,
  },
  {
    name: 'features that do not drift',
    config: only({ trigger: 'psi-drift', minFeatures: 2 }),
    live: ({ matured }, alarms) => void matured(10, ...manyPsi(alarms)),
    seen: 0,
    says: /^a training is asked for at 2 features or above/,
    step: 1,
  },
  {
    name: 'one feature that drifts',
    config: only({ trigger: 'psi-drift' }),
    live: ({ matured }, value) => void matured(10, psi(value)),
    seen: 0.3,
    says: /^no training starts below 0.2 nats/,
  },
  {
    name: 'one feature with a low p-value',
    config: only({ trigger: 'ks-drift', alpha: 0.05 }),
    live: ({ matured }, value) => void matured(10, ks(value)),
    seen: 0.001,
    says: /^no training starts above 0.05 p-value/,
  },
  {
    name: 'a share of features',
    config: only({ trigger: 'drifting-share', share: 0.5 }),
    live: ({ matured }, share) => void matured(10, ...manyPsi(4 * share)),
    seen: 0.25,
    says: /^a training is asked for at 0.5 share or above/,
    step: 0.25,
  },
  {
    name: 'a schedule in windows',
    config: only({ trigger: 'schedule', everyWindows: 5 }),
    live({ matured }, windows) {
      for (let window = 10; window < 10 + windows; window++) matured(window)
    },
    seen: 2,
    says: /^a training is asked for at 5 windows or above/,
    step: 1,
  },
  {
    name: 'new labels',
    config: only({ trigger: 'new-labels', rows: 900 }),
    live: ({ tell }, labelledRows) =>
      void tell({ kind: 'labels-matured', window: 10, now: null, evidence: [], labelledRows, breaches: [] }),
    seen: 500,
    says: /^a training is asked for at 900 labelled rows or above/,
    step: 1,
  },
  {
    name: 'rows that are too few to learn from',
    config: { minLabelledRows: 700 },
    live: ({ tell }, labelledRows) =>
      void tell({ kind: 'labels-matured', window: 10, now: null, evidence: [BAD], labelledRows, breaches: [] }),
    seen: 500,
    says: /^200 more labelled rows/,
    step: 1,
  },
  {
    name: 'a cooldown',
    config: { cooldownWindows: 4, reusePool: 0 },
    live(life, windows) {
      takenOver(life)
      for (let window = 11; window < 10 + windows; window++) life.matured(window, FINE)
      life.matured(10 + windows, BAD)
    },
    seen: 1,
    says: /^3 more windows have passed/,
    step: 1,
  },
  {
    name: 'a retired version that is right for today',
    config: {},
    live(life, saved) {
      takenOver(life)
      life.matured(11, BAD)
      const comparisons = [{ version: 1, rows: 100, sum: 100 * saved, sumSquares: 2 }]
      life.tell({ kind: 'compared', purpose: 'reuse', window: 11, comparisons })
    },
    seen: 0.3,
    says: /^version 1 does not come back at 0.06 loss per row or below/,
    isExact: false,
  },
  {
    name: 'a probation that fails',
    config: { probationWindows: 2 },
    live(life, saved) {
      takenOver(life)
      life.matured(11, FINE)
      const comparisons = [{ version: 1, rows: 100, sum: 100 * saved, sumSquares: 20 }]
      life.tell({ kind: 'compared', purpose: 'probation', window: 11, comparisons })
    },
    seen: 0.2,
    says: /^the live version stays at 0.07515 loss per row or below/,
    isExact: false,
  },
]
