import type { Rng } from '../../src/base/rng.ts'

export const below = (rng: Rng, count: number): number => Math.floor(rng() * count)
export const pick = <T>(rng: Rng, from: readonly T[]): T => from[below(rng, from.length)] as T

/** A piece of the OpenAPI document's schemas, as far as a valid value needs it. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly pattern?: string
}
interface Parameter {
  readonly name: string
  readonly in: string
  readonly schema?: Schema
}
interface OperationObject {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }
}
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> }
}

/** One operation of the document, ready to be asked. */
export interface Operation {
  readonly method: string
  readonly path: string
  readonly query: readonly Parameter[]
  readonly bodies: readonly (readonly [type: string, schema: Schema])[]
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options']

export function operationsOf(document: OpenApi): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, { parameters = [], requestBody }]) => ({
        method: method.toUpperCase(),
        path,
        query: parameters.filter((one) => one.in === 'query'),
        bodies: Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => [type, schema ?? {}] as const),
      })),
  )
}

const DEEPEST = 8

/** A value that the schema allows, or nearly: names and numbers that exist in the living system are preferred. */
export function validValue(schema: Schema, document: OpenApi, rng: Rng, depth = 0): unknown {
  if (depth > DEEPEST) return null
  const inner = (one: Schema) => validValue(one, document, rng, depth + 1)
  if (schema.$ref !== undefined)
    return inner(document.components?.schemas?.[schema.$ref.split('/').at(-1) as string] ?? {})
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return pick(rng, schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return inner(pick(rng, choices))
  if (schema.allOf !== undefined) return Object.assign({}, ...schema.allOf.map(inner))
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? [])
  switch (types[below(rng, types.length)]) {
    case 'object': {
      const required = schema.required ?? []
      const keys = Object.entries(schema.properties ?? {}).filter(([key]) => required.includes(key) || rng() < 0.5)
      return Object.fromEntries(keys.map(([key, one]) => [key, key === 'model' ? 'churn' : inner(one)]))
    }
    case 'array':
      return Array.from({ length: Math.max(schema.minItems ?? 0, 1) }, () => inner(schema.items ?? {}))
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, Math.min(schema.maximum ?? 3, 1 + below(rng, 3)))
    case 'boolean':
      return rng() < 0.5
    case 'null':
      return null
    default:
      return schema.pattern === undefined ? `text-${below(rng, 1000)}` : String(1 + below(rng, 3))
  }
}
