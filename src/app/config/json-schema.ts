import { inputSchema, type JsonSchema } from '../../cli/option-list.ts'
import { ConfigFile } from './schema.ts'

/** JSON Schema of the configuration file (draft 2020-12). */
export const CONFIG_JSON_SCHEMA: JsonSchema = inputSchema(ConfigFile)

/** Its part about one model. */
export const MODEL_JSON_SCHEMA: JsonSchema = innerSchema(CONFIG_JSON_SCHEMA.properties?.['models'])

function innerSchema(models: JsonSchema | undefined): JsonSchema {
  const inner = models?.additionalProperties
  return typeof inner === 'object' ? inner : {}
}
