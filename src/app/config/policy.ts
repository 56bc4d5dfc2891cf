import { dirname, isAbsolute, join } from 'node:path'
import type { Policy } from '../../backtest/policies.ts'
import { parseSpan } from '../../base/units.ts'
import type { RuleConfig } from '../../data/contract/catalog.ts'
import type { GateConfig } from '../../gates/catalog.ts'
import type { LoopConfig, Mode } from '../../loop/config.ts'
import type { TriggerConfig } from '../../triggers/catalog.ts'
import { detectorsFor } from '../../watch/needs.ts'
import type { KeepfitConfig } from './load.ts'
import type { ModelSettings, TrainerConfig } from './model-keys.ts'
import { everyTrigger, membersOf, type NestedTrigger } from './nested-triggers.ts'

/** A model's settings that a policy does not hold. */
export interface Extras {
  /** Empty = off. */
  readonly contract: readonly RuleConfig[]
  readonly gates: readonly GateConfig[]
  readonly trainer: TrainerConfig
  /** Cost of one training in units of one window's mean loss (α), ≥ 0. */
  readonly cost: number
  /** Windows between a window's close and its labels, ≥ 0. */
  readonly labelDelayWindows: number
  /** Who acts, live. A policy is played as if everything proposed were agreed to. */
  readonly mode: Mode
}

/** One model of the file as a backtest plays it. */
export interface ConfiguredPolicy {
  readonly policy: Policy
  readonly extras: Extras
}

export function configuredPolicy(name: string, model: ModelSettings): ConfiguredPolicy {
  return { policy: policyOf(name, model), extras: extrasOf(model) }
}

/** The retraining policy of a model, under its name. Its mode is `auto`: a backtest has nobody to ask. */
export function policyOf(name: string, model: ModelSettings): Policy {
  const { cost: _cost, labelDelayWindows: _delay, ...loop } = loopConfigOf(model)
  return {
    id: name,
    title: titleOf(model.triggers),
    readsCost: everyTrigger(model.triggers).some(({ trigger }) => trigger.trigger === 'avoidable-loss'),
    detectors: detectorsFor(model.detectors, loop),
    loop: { ...loop, mode: 'auto' },
  }
}

/** What the loop of a model may do, live. */
export function loopConfigOf(model: ModelSettings): LoopConfig {
  return {
    triggers: model.triggers,
    cost: model.cost,
    labelDelayWindows: labelDelayWindows(model),
    data: model.data,
    deploy: model.deploy,
    holdOutWindows: model.holdOutWindows,
    probationWindows: model.probationWindows,
    reusePool: model.reusePool,
    cooldownWindows: model.cooldownWindows,
    cooldown: model.cooldown ?? null,
    minLabelledRows: model.minLabelledRows,
    trainer: trainerFingerprint(model),
    budget: model.budget ?? null,
    breaker: model.breaker === 'off' ? null : model.breaker,
    mode: model.mode,
  }
}

export function extrasOf(model: ModelSettings): Extras {
  return {
    contract: model.contract === 'off' ? [] : model.contract,
    gates: model.gates,
    trainer: model.trainer,
    cost: model.cost,
    labelDelayWindows: labelDelayWindows(model),
    mode: model.mode,
  }
}

/** A delay given as a span of time becomes whole windows, rounded up: labels are never taken for known too early. */
function labelDelayWindows({ label, windows }: ModelSettings): number {
  if (label.delay === undefined || windows?.every === undefined) return label.delayWindows ?? 0
  return Math.ceil(parseSpan(label.delay, 'label.delay') / parseSpan(windows.every, 'windows.every') - 1e-9)
}

/** What trains, in words that change whenever it does: its id, its options, and the revision that the file names. */
function trainerFingerprint({ trainer, trainerRevision }: ModelSettings): string {
  const { trainer: id, ...options } = trainer
  const named = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))
  const revision = trainerRevision === undefined ? '' : ` at ${trainerRevision}`
  return `${id} ${JSON.stringify(Object.fromEntries(named))}${revision}`
}

function titleOf(triggers: readonly TriggerConfig[]): string {
  if (triggers.length === 0) return 'as configured: never retrain'
  return `as configured: ${[...new Set(triggers.map(nameOf))].join(' or ')}`
}

/** A combination by what it is made of. */
function nameOf(trigger: NestedTrigger): string {
  const inner = 'of' in trigger ? membersOf(trigger) : null
  return inner === null ? trigger.trigger : `${trigger.trigger} (${inner.members.map(nameOf).join(', ')})`
}

/** The model's labelled history: a relative path is seen from the folder of the configuration file. Null where it names none. */
export function sourceOf(config: KeepfitConfig, model: ModelSettings): string | null {
  if (model.source === undefined) return null
  return isAbsolute(model.source) ? model.source : join(dirname(config.file), model.source)
}
