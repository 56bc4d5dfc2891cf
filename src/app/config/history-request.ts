import { Fault } from '../../base/fault.ts'
import { parseSpan } from '../../base/units.ts'
import type { HistoryRequest } from '../history.ts'
import type { KeepfitConfig } from './load.ts'
import { sourceOf } from './policy.ts'
import type { ModelSettings } from './schema.ts'

/**
 * How the labelled history of a configured model is to be read and cut.
 * @param file a file or glob to read instead of the model's own `source`
 * @throws Fault USAGE when neither names one
 */
export function historyRequestOf(config: KeepfitConfig, model: ModelSettings, file?: string): HistoryRequest {
  const source = file ?? sourceOf(config, model)
  if (source === null)
    throw new Fault('USAGE', `${config.file} names no source for the model; give the file, or the key source`)
  const { every, count, rows } = model.windows ?? {}
  return {
    source,
    label: model.label.column,
    kind: model.task,
    positive: model.label.positive,
    time: model.time,
    id: model.id,
    features: model.features,
    ignore: model.ignore,
    ...(model.kinds === undefined ? {} : { kinds: model.kinds }),
    cut: every === undefined ? { count, rows } : { everyMs: parseSpan(every, 'windows.every') },
    warmup: model.warmup,
  }
}
