import { Document, isMap, isScalar, visit, type YAMLMap } from 'yaml'
import type { Policy } from '../../backtest/policies.ts'
import type { JsonSchema } from '../../cli/option-list.ts'
import { detectorsFor } from '../../watch/needs.ts'
import { commentLines } from './comment-lines.ts'
import { MODEL_JSON_SCHEMA } from './json-schema.ts'
import { ModelSettings } from './schema.ts'

/** What a recommendation knows of a model beside the policy. */
export type ModelFacts = Pick<ModelSettings, 'label'> &
  Partial<
    Pick<
      ModelSettings,
      | 'task'
      | 'time'
      | 'id'
      | 'features'
      | 'ignore'
      | 'kinds'
      | 'source'
      | 'windows'
      | 'warmup'
      | 'trainer'
      | 'trainerRevision'
      | 'contract'
      | 'gates'
      | 'mode'
      | 'cost'
    >
  >

/** The settings under which a model follows a policy: the reverse of `policyOf`. What neither says is left at its default. */
export function settingsFor({ loop, detectors }: Policy, facts: ModelFacts): ModelSettings {
  const needed = new Set(detectorsFor([], loop).map((config) => JSON.stringify(config)))
  return ModelSettings.parse({
    ...given(facts),
    detectors: detectors.filter((config) => !needed.has(JSON.stringify(config))),
    triggers: loop.triggers,
    data: loop.data,
    deploy: loop.deploy,
    holdOutWindows: loop.holdOutWindows,
    probationWindows: loop.probationWindows,
    reusePool: loop.reusePool,
    cooldownWindows: loop.cooldownWindows,
    ...(loop.cooldown === null ? {} : { cooldown: loop.cooldown }),
    minLabelledRows: loop.minLabelledRows,
    ...(loop.budget === null ? {} : { budget: loop.budget }),
    breaker: loop.breaker ?? 'off',
  })
}

/**
 * A whole `keepfit.yaml`, every key with its meaning as a comment. Loading it gives the same settings.
 * @param about why it looks like this, written on top
 */
export function configYaml(models: ReadonlyMap<string, ModelSettings>, about = ''): string {
  const document = new Document(
    { version: 1, models: plain(models) },
    { version: '1.2', schema: 'core', compat: 'yaml-1.1' },
  )
  const head = [
    ' Configuration of Keepfit; every key: docs/configuration.md, or `keepfit catalog config`.',
    ...commentLines(about),
  ]
  document.commentBefore = head.join('\n')
  const described = MODEL_JSON_SCHEMA.properties ?? {}
  const written = document.get('models')
  if (isMap(written)) for (const { value } of written.items) if (isMap(value)) explain(value, described)
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key) && key.value === '<<') key.type = 'QUOTE_DOUBLE'
    },
  })
  return document.toString({ lineWidth: 0, defaultStringType: 'PLAIN' })
}

/** Puts the meaning of each key on the line before it. */
function explain(model: YAMLMap, described: Readonly<Record<string, JsonSchema>>): void {
  for (const { key } of model.items) {
    if (!isScalar(key)) continue
    const text = described[String(key.value)]?.description
    if (text !== undefined) key.commentBefore = ` ${text}`
  }
}

/** The keys of a model in the order of the reference, without those that nobody set. Maps: no key is special. */
function plain(models: ReadonlyMap<string, ModelSettings>): Map<string, Map<string, unknown>> {
  const order = Object.keys(MODEL_JSON_SCHEMA.properties ?? {})
  return new Map(
    Array.from(models, ([name, settings]) => {
      const known = new Map<string, unknown>(Object.entries(given(settings)))
      return [name, new Map(order.filter((key) => known.has(key)).map((key) => [key, known.get(key)]))]
    }),
  )
}

/** The same at every depth, without keys whose value is undefined: YAML would write them as null. */
function given<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

/** A name for the model of a file: `Sales 2024.csv` becomes `sales-2024`. */
export function modelNameFor(file: string): string {
  const stem = file.replace(/^.*[\\/]/, '').replace(/\.(?:csv|tsv|parquet|jsonl|ndjson)(?:\.gz)?$/i, '')
  const name = stem
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 64)
  return name === '' ? 'model' : name
}
