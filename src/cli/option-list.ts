import { z } from 'zod'

/** As much of JSON Schema as our own schemas use. */
export interface JsonSchema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly description?: string
  readonly default?: unknown
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly exclusiveMaximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly pattern?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
}

/** One option of a plug-in, or one key of the configuration file. */
export interface Option {
  /** Options inside another are named with a dot: `fallback.every`. */
  readonly name: string
  readonly description: string
  /** Only beside this, such as `strategy: rolling`. Left out where it always may be given. */
  readonly when?: string
  /** Of a number; null for everything else. */
  readonly unit: string | null
  readonly isRequired: boolean
  /** What may be given, in words. */
  readonly allowed: string
  /** Left out where there is none. */
  readonly default?: unknown
  readonly schema: JsonSchema
}

/** The JSON Schema of what a user may write for a zod schema. */
export function inputSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input' }) as unknown as JsonSchema
}

/**
 * The options of a mapping, in order. Options inside options follow the one that they belong to. A fixed key, such as the
 * plug-in's own id, is no option.
 */
export function optionsOf(schema: JsonSchema, prefix = ''): Option[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, option]) => {
    if (typeof option.const === 'string') return []
    const isRequired = schema.required?.includes(key) ?? false
    return [optionOf(`${prefix}${key}`, option, isRequired), ...innerOptions(option, `${prefix}${key}.`)]
  })
}

function innerOptions(schema: JsonSchema, prefix: string): Option[] {
  const inner = mappingIn(schema)
  if (inner !== undefined) return optionsOf(inner, prefix)
  const parts = schema.oneOf ?? []
  const key = discriminatorOf(parts)
  if (key === undefined) return []
  return parts.flatMap((part) => {
    const when = `${key}: ${part.properties?.[key]?.const}`
    return optionsOf(part, prefix).map((option) => ({ ...option, when }))
  })
}

/** The mapping with fixed keys that an option is, or may be. */
function mappingIn(option: JsonSchema): JsonSchema | undefined {
  if (option.properties !== undefined) return option
  const mappings = (option.anyOf ?? []).filter((part) => part.properties !== undefined)
  return mappings.length === 1 ? mappings[0] : undefined
}

function optionOf(name: string, schema: JsonSchema, isRequired: boolean): Option {
  const { text, unit } = describedIn(schema)
  const fallback = schema.default === undefined ? {} : { default: schema.default }
  return { name, description: text, unit, isRequired, allowed: allowedIn(schema), ...fallback, schema }
}

/** A number's description ends in its unit: "Fewer rows are refused. Rows." */
function describedIn({ type, description = '' }: JsonSchema): { text: string; unit: string | null } {
  const found = /^(.+[.)])\s+([^.]{1,40})\.$/s.exec(description)
  const isNumber = type === 'integer' || type === 'number'
  if (!isNumber || found === null) return { text: description, unit: null }
  return { text: found[1] as string, unit: (found[2] as string).toLowerCase() }
}

/** What a schema allows, in words that fit after "must be". */
export function allowedIn(schema: JsonSchema): string {
  const parts = schema.type === undefined ? (schema.anyOf ?? schema.oneOf) : undefined
  if (parts !== undefined) return allowedInAny(parts)
  if (schema.const !== undefined) return String(schema.const)
  if (schema.enum !== undefined)
    return schema.enum.length === 1 ? String(schema.enum[0]) : `one of ${list(schema.enum)}`
  switch (schema.type) {
    case 'integer':
      return `a whole number ${boundsIn(schema)}`
    case 'number':
      return `a number ${boundsIn(schema)}`
    case 'boolean':
      return 'true or false'
    case 'string':
      return 'text'
    case 'array':
      return `a list${countIn(schema)}, each ${allowedIn(schema.items ?? {})}`
    default:
      return allowedInMapping(schema)
  }
}

function allowedInAny(parts: readonly JsonSchema[]): string {
  const key = discriminatorOf(parts)
  if (key === undefined) return parts.map(allowedIn).join(' or ')
  return `a mapping with '${key}': one of ${list(parts.map((part) => part.properties?.[key]?.const))}`
}

function allowedInMapping({ properties, additionalProperties }: JsonSchema): string {
  if (properties !== undefined) return `a mapping of ${list(Object.keys(properties))}`
  return typeof additionalProperties === 'object'
    ? `a mapping of names, each ${allowedIn(additionalProperties)}`
    : 'a mapping'
}

/** The key whose fixed value tells the members of a union apart; undefined where there is none. */
export function discriminatorOf(parts: readonly JsonSchema[]): string | undefined {
  const [first] = parts
  const keys = Object.keys(first?.properties ?? {})
  return keys.find((key) => parts.every((part) => part.properties?.[key]?.const !== undefined))
}

/** `>= 0 and < 1`, or whatever there is of it. */
export function boundsIn(schema: JsonSchema): string {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema
  const low = exclusiveMinimum !== undefined ? `> ${exclusiveMinimum}` : minimum !== undefined ? `>= ${minimum}` : ''
  const high = exclusiveMaximum !== undefined ? `< ${exclusiveMaximum}` : maximum !== undefined ? `<= ${maximum}` : ''
  return [low, high].filter((bound) => bound !== '').join(' and ')
}

function countIn({ minItems = 0, maxItems }: JsonSchema): string {
  if (maxItems === undefined) return minItems === 0 ? '' : ` of at least ${minItems} entries`
  if (minItems === maxItems) return ` of ${maxItems} entries`
  return minItems === 0 ? ` of at most ${maxItems} entries` : ` of ${minItems} to ${maxItems} entries`
}

function list(values: readonly unknown[]): string {
  return values.map(String).join(', ')
}
