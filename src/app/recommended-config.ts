import { dirname, isAbsolute, join, relative } from 'node:path'
import type { Policy } from '../backtest/policies.ts'
import type { BacktestReport } from '../backtest/report.ts'
import { assert } from '../base/assert.ts'
import type { BacktestRequest } from './backtest-request.ts'
import type { ModelSettings } from './config/schema.ts'
import { configYaml, type ModelFacts, modelNameFor, settingsFor } from './config/write.ts'

/** The settings under which a model follows the recommended policy; `source` is seen from the working directory. */
export function recommendedSettings(
  request: BacktestRequest,
  policies: readonly Policy[],
  chosen: { readonly policy: string; readonly cost: number },
): ModelSettings {
  if (request.configured !== null && chosen.policy === request.configured.name)
    return { ...request.configured.settings, source: request.source }
  const policy = policies.find(({ id }) => id === chosen.policy)
  assert(policy !== undefined, `'${chosen.policy}' was recommended, but not played`)
  return settingsFor(policy, factsOf(request, chosen.cost))
}

/** The recommendation as a whole configuration file, with its reason on top; `source` is seen from where it is saved. */
export function recommendedConfig(
  request: BacktestRequest,
  { recommendation }: BacktestReport,
  settings: (policy: string, cost: number) => ModelSettings,
): string {
  const name = request.configured?.name ?? modelNameFor(request.source)
  const about = `Recommended by keepfit backtest: ${recommendation.policy}. ${recommendation.because}`
  const model = settings(recommendation.policy, recommendation.cost)
  const source = seenFrom(request.saveTo, request.source)
  return configYaml(new Map([[name, { ...model, source, gates: savedGates(request, model.gates) }]]), about)
}

/** A gate's own file was seen from the folder of the configuration that named it. */
function savedGates({ configured, saveTo }: BacktestRequest, gates: ModelSettings['gates']): ModelSettings['gates'] {
  return gates.map((gate) => {
    if (gate.gate !== 'must-pass' || gate.file === undefined || configured === null) return gate
    const path = isAbsolute(gate.file) ? gate.file : join(configured.folder, gate.file)
    return { ...gate, file: seenFrom(saveTo, path) }
  })
}

function seenFrom(file: string | undefined, source: string): string {
  if (file === undefined || isAbsolute(source)) return source
  return relative(dirname(file), source)
}

function factsOf(request: BacktestRequest, cost: number): ModelFacts {
  const { label, positive, labelDelayWindows, cut, kind, features, ignore, kinds } = request
  return {
    label: { column: label, positive, delayWindows: labelDelayWindows === 0 ? undefined : labelDelayWindows },
    task: kind,
    time: request.time,
    id: request.id,
    features: features?.slice(),
    ignore: ignore?.slice(),
    kinds: kinds === undefined ? undefined : { ...kinds },
    source: request.source,
    windows: windowsOf(cut),
    warmup: request.warmup,
    trainer: request.trainer,
    cost,
    // What stands around a configured model stays, whichever policy is recommended for it.
    ...(request.configured === null ? {} : keptOf(request.configured.settings)),
  }
}

function keptOf({ contract, gates, mode, trainerRevision }: ModelSettings): Partial<ModelFacts> {
  return { contract, gates, mode, trainerRevision }
}

const MS_PER_MINUTE = 60_000

function windowsOf(cut: BacktestRequest['cut']): ModelSettings['windows'] {
  if ('everyMs' in cut) return { every: `${cut.everyMs / MS_PER_MINUTE}m` }
  return cut.count === undefined ? undefined : { count: cut.count }
}
