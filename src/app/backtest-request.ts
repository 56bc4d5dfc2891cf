import { dirname } from 'node:path'
import { defaultPolicies } from '../backtest/policies.ts'
import { Fault } from '../base/fault.ts'
import type { BacktestAsked } from '../cli/ports.ts'
import { historyRequestOf } from './config/history-request.ts'
import { loadConfig, modelNamed } from './config/load.ts'
import type { TrainerConfig } from './config/model-keys.ts'
import { type ConfiguredPolicy, configuredPolicy } from './config/policy.ts'
import type { ModelSettings } from './config/schema.ts'
import type { HistoryRequest } from './history.ts'
import { saidTrainer } from './said-trainer.ts'

/** What a backtest is asked, with everything that a configuration and the defaults add. */
export interface BacktestRequest extends HistoryRequest {
  readonly labelDelayWindows: number
  /** Costs of one training in units of one window's mean loss (α), each ≥ 0. */
  readonly costs: readonly number[]
  /** Ids of policies; empty = all. */
  readonly policies: readonly string[]
  readonly trainer: TrainerConfig
  readonly seed: number
  /** Where the recommended configuration will be saved; undefined: nowhere. */
  readonly saveTo?: string | undefined
  /** The model of a configuration, played beside the default policies. */
  readonly configured: {
    readonly name: string
    readonly settings: ModelSettings
    readonly played: ConfiguredPolicy
    /** Where the relative paths of the configuration are seen from. */
    readonly folder: string
  } | null
}

const DEFAULT_WARMUP = 0.15
const DEFAULT_COSTS = [0.02, 0.1, 0.5]

/** Names by which the table already knows somebody else. */
const PLAYED_BESIDE: readonly string[] = ['hindsight', ...defaultPolicies().map(({ id }) => id)]

/** What was said on the command line wins over the configuration, and that over the defaults. */
export async function backtestRequest(asked: BacktestAsked): Promise<BacktestRequest> {
  const request = await requestOf(asked)
  checkColumns(request)
  return request
}

async function requestOf(asked: BacktestAsked): Promise<BacktestRequest> {
  const rest = { policies: asked.policies, seed: asked.seed, saveTo: asked.saveTo }
  if (asked.config === undefined) {
    const { source, label } = asked
    if (source === undefined || label === undefined)
      throw new Fault('USAGE', 'a backtest needs a file and a label column')
    return {
      ...said(asked),
      ...rest,
      source,
      label,
      cut: asked.cut ?? {},
      warmup: asked.warmup ?? DEFAULT_WARMUP,
      labelDelayWindows: asked.labelDelayWindows ?? 0,
      costs: asked.costs ?? DEFAULT_COSTS,
      trainer: saidTrainer(asked),
      configured: null,
    }
  }
  const config = await loadConfig(asked.config)
  const [name, settings] = modelNamed(config, asked.model)
  if (PLAYED_BESIDE.includes(name))
    throw new Fault('USAGE', `model '${name}' has the name of a policy that is played beside it; give it another name`)
  const played = configuredPolicy(name, settings)
  return {
    ...historyRequestOf(config, settings, asked.source),
    ...said(asked),
    ...rest,
    labelDelayWindows: asked.labelDelayWindows ?? played.extras.labelDelayWindows,
    costs: asked.costs ?? [played.extras.cost],
    trainer: asked.trainer === undefined ? played.extras.trainer : saidTrainer(asked),
    configured: { name, settings, played, folder: dirname(config.file) },
  }
}

/** The options about the history that were given; keys that were not are absent, so that they override nothing. */
function said(asked: BacktestAsked): Partial<HistoryRequest> {
  const { label, time, id, positive, kind, ignore, cut, warmup } = asked
  const given = { label, time, id, positive, kind, ignore, cut, warmup }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** One column has one meaning, wherever its name was said. */
function checkColumns({ label, time, id, ignore }: HistoryRequest): void {
  if (time === label) throw new Fault('USAGE', `the time must be another column than the label; got '${time}'`)
  if (id !== undefined && (id === label || id === time))
    throw new Fault('USAGE', `the id must be another column than label and time; got '${id}'`)
  if (ignore?.includes(label) === true) throw new Fault('USAGE', `the label cannot be ignored; got '${label}' for both`)
}
