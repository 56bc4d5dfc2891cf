import { Fault } from '../base/fault.ts'
import type { DataStrategy } from '../base/training.ts'
import type { DetectorConfig } from '../detectors/catalog.ts'
import type { LoopConfig } from '../loop/config.ts'
import { TriggerConfig } from '../triggers/catalog.ts'
import { detectorsFor } from '../watch/needs.ts'

/** A way of deciding when to retrain, to be played over a recorded stream. */
export interface Policy {
  readonly id: string
  readonly title: string
  /** Whether its decisions depend on the cost of a training; if not, it is played once for all costs. */
  readonly readsCost: boolean
  readonly detectors: readonly DetectorConfig[]
  /** Everything but cost and label delay, which belong to the question asked. */
  readonly loop: Omit<LoopConfig, 'cost' | 'labelDelayWindows'>
}

/** Periods, in windows, that the schedule is tried with. The best of them is known only in hindsight. */
export const PERIODS = [2, 3, 4, 5, 6, 8, 12, 18] as const

/** The decay rule retrains when the loss exceeds that of the first live window by this share. */
const DECAY_SHARE = 0.03

/** The classical policies as practitioners run them: what is trained serves at once, unjudged. */
export const AT_ONCE: Omit<Policy['loop'], 'triggers'> = {
  data: { strategy: 'rolling' },
  deploy: 'at-once',
  holdOutWindows: 0,
  probationWindows: 0,
  reusePool: 0,
  cooldownWindows: 0,
  cooldown: null,
  minLabelledRows: 0,
  trainer: null,
  budget: null,
  breaker: null,
  mode: 'auto',
}

const SINCE_CHANGE: DataStrategy = { strategy: 'since-change', minWindows: 2 }

function classical(id: string, title: string, triggers: readonly Record<string, unknown>[]): Policy {
  const parsed = triggers.map((options) => TriggerConfig.parse(options))
  const loop = { ...AT_ONCE, triggers: parsed }
  return { id, title, readsCost: false, detectors: detectorsFor([], loop), loop }
}

function avoidableLoss(
  id: string,
  title: string,
  how: { readonly reuse: boolean; readonly data?: DataStrategy },
): Policy {
  const { reuse, data = AT_ONCE.data } = how
  const triggers = [TriggerConfig.parse({ trigger: 'avoidable-loss', reuse })]
  const loop = { ...AT_ONCE, data, triggers, probationWindows: 2, reusePool: reuse ? 4 : 0 }
  return { id, title, readsCost: true, detectors: detectorsFor([], loop), loop }
}

/** What `keepfit backtest` plays when nothing else is asked for, beside the optimum in hindsight. */
export function defaultPolicies(): readonly Policy[] {
  return [
    classical('never', 'never retrain', []),
    classical('every-window', 'retrain after every window', [{ trigger: 'schedule', everyWindows: 1 }]),
    ...PERIODS.map((everyWindows) =>
      classical(`periodic-${everyWindows}`, `retrain every ${everyWindows} windows`, [
        { trigger: 'schedule', everyWindows },
      ]),
    ),
    classical('decay-3', 'retrain when the loss is 3 % above that of the first live window', [
      { trigger: 'performance-decay', metric: 'loss', relative: DECAY_SHARE },
    ]),
    classical('psi', 'retrain when any feature has PSI > 0.2 against the training rows', [{ trigger: 'psi-drift' }]),
    avoidableLoss('avoidable-loss', 'avoidable loss against cost, retired versions first', { reuse: true }),
    avoidableLoss('avoidable-loss-since-change', 'avoidable loss, learning only from rows since the located change', {
      reuse: true,
      data: SINCE_CHANGE,
    }),
    avoidableLoss('avoidable-loss-no-reuse', 'avoidable loss against cost, always by training', { reuse: false }),
  ]
}

/**
 * The policies with these ids, in the order asked for.
 *
 * @throws Fault USAGE for an id that no policy has
 */
export function selectPolicies(all: readonly Policy[], ids: readonly string[]): readonly Policy[] {
  return ids.map((id) => {
    const policy = all.find((p) => p.id === id)
    if (policy === undefined) {
      throw new Fault('USAGE', `no policy is called '${id}'; there are: ${all.map((p) => p.id).join(', ')}`)
    }
    return policy
  })
}
