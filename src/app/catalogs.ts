import type { z } from 'zod'
import { defaultPolicies } from '../backtest/policies.ts'
import type { CatalogEntry, CatalogKind } from '../cli/catalog.ts'
import { inputSchema, type JsonSchema, optionsOf } from '../cli/option-list.ts'
import { rules } from '../data/contract/catalog.ts'
import { type AnyDetector, detectors } from '../detectors/catalog.ts'
import { gates } from '../gates/catalog.ts'
import { metrics } from '../stats/metrics/catalog.ts'
import { trainers } from '../trainers/catalog.ts'
import { triggers } from '../triggers/catalog.ts'
import { CONFIG_JSON_SCHEMA, MODEL_JSON_SCHEMA } from './config/json-schema.ts'

/** Everything that `keepfit catalog` lists. */
export function allCatalogs(): readonly CatalogKind[] {
  return [
    {
      kind: 'detectors',
      title: 'measure a change',
      entries: detectors.all.map((one: AnyDetector) =>
        catalogEntry(one, {
          reads: one.reads,
          ...(one.alarmsPerFeature === true ? { alarms: 'feature by feature' } : {}),
        }),
      ),
    },
    {
      kind: 'triggers',
      title: 'decide to retrain',
      entries: triggers.all.map((one) => catalogEntry(one, { 'holds out': one.holdsOut })),
    },
    { kind: 'gates', title: 'judge a challenger', entries: gates.all.map((one) => catalogEntry(one)) },
    {
      kind: 'contract',
      title: 'rules that rows keep to before a training reads them',
      entries: rules.all.map((one) => catalogEntry(one)),
    },
    { kind: 'trainers', title: 'train a model', entries: trainers.all.map((one) => catalogEntry(one)) },
    {
      kind: 'metrics',
      title: 'say how well a model predicts',
      entries: metrics.all.map((one) =>
        catalogEntry(one, { tasks: one.tasks.join(', '), better: one.better, unit: one.unit }),
      ),
    },
    {
      kind: 'policies',
      title: 'ways of deciding that keepfit backtest compares',
      entries: defaultPolicies().map((one) => catalogEntry({ id: one.id, title: one.title })),
    },
    {
      kind: 'config',
      title: 'the keys of keepfit.yaml',
      entries: configEntries(),
      document: CONFIG_JSON_SCHEMA,
    },
  ]
}

function configEntries(): CatalogEntry[] {
  const { version, defaults, models } = CONFIG_JSON_SCHEMA.properties ?? {}
  // What a model may hold is listed once, in the second entry.
  const aModel = { type: 'object' }
  const about = (schema: JsonSchema | undefined) => ({ description: schema?.description ?? '' })
  const file: JsonSchema = {
    type: 'object',
    properties: {
      version: version ?? {},
      defaults: { ...aModel, ...about(defaults) },
      models: { ...aModel, ...about(models), additionalProperties: aModel },
    },
    required: CONFIG_JSON_SCHEMA.required ?? [],
  }
  // In the file itself it may stand under defaults.
  const model = optionsOf({ ...MODEL_JSON_SCHEMA, required: ['label'] })
  const plain = { source: null, facts: {} }
  return [
    { id: 'file', title: 'the file as a whole', ...plain, options: optionsOf(file) },
    { id: 'model', title: 'the keys of each model, and of defaults', ...plain, options: model },
  ]
}

/** An entry made from a plug-in: its options are those of its zod schema. */
function catalogEntry(
  plugin: { readonly id: string; readonly title: string; readonly source?: string; readonly config?: z.ZodType },
  facts: Readonly<Record<string, string>> = {},
): CatalogEntry {
  const options = plugin.config === undefined ? [] : optionsOf(inputSchema(plugin.config))
  return { id: plugin.id, title: plugin.title, source: plugin.source ?? null, facts, options }
}
