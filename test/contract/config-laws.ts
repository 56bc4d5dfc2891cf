import { expect } from 'vitest'
import { z } from 'zod'
import type { Plugin } from '../../src/base/catalog.ts'
import type { Law } from './law.ts'

/** What all plug-ins share: an id, a title, a source, and options. */
export interface Configured {
  readonly plugin: Plugin & { readonly source: string; readonly config: z.ZodType }
  /** Name of the option that holds the id: detector, trigger or gate. */
  readonly key: string
  /** The options that have no default, if any. */
  readonly least: Readonly<Record<string, unknown>>
}

interface Option {
  readonly path: readonly string[]
  readonly type: string
  readonly description: string | undefined
  readonly hasDefault: boolean
  readonly low: number | undefined
  readonly high: number | undefined
}

interface JsonSchema {
  readonly type?: string
  readonly const?: unknown
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: unknown
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly exclusiveMaximum?: number
}

const UNITS = [
  'Rows',
  'Nats',
  'Probability',
  'Share',
  'Windows',
  'Ratio',
  'Count',
  'Loss per row',
  'Milliseconds',
  'Bytes',
  "The metric's own unit",
]
const UNIT_AT_END = new RegExp(`\\. (?:${UNITS.join('|')})\\.$`)

export const configLaws: readonly Law<Configured>[] = [
  {
    name: 'has a title, a source, and the id that its options ask for',
    check({ plugin, key }) {
      expect(plugin.id).toMatch(/^[a-z]+(?:-[a-z]+)*$/)
      expect(plugin.title).toMatch(/^[A-Z].{4,79}$/)
      expect(plugin.source).toMatch(/\d{4}|Keepfit/)
      expect(schemaOf(plugin.config).properties?.[key]?.const).toBe(plugin.id)
    },
  },
  {
    name: 'works with its defaults',
    check({ plugin, key, least }) {
      const parsed = plugin.config.safeParse({ [key]: plugin.id, ...least })
      expect(parsed.error?.issues ?? []).toEqual([])
    },
  },
  {
    name: 'every number has a default',
    check({ plugin }) {
      expect(numbersOf(plugin.config).filter((option) => !option.hasDefault)).toEqual([])
    },
  },
  {
    name: 'refuses an unknown option, at every depth',
    check({ plugin, key, least }) {
      const given = { [key]: plugin.id, ...least }
      expect(accepts(plugin.config, { ...given, nope: 1 })).toBe(false)
      for (const path of objectsIn(schemaOf(plugin.config))) {
        expect(accepts(plugin.config, withValue(given, [...path, 'nope'], 1)), path.join('.')).toBe(false)
      }
    },
  },
  {
    name: 'every option is described, and every number ends in its unit',
    check({ plugin, key }) {
      for (const { path, type, description } of optionsOf(schemaOf(plugin.config))) {
        const name = path.join('.')
        if (name === key) continue
        expect(description?.length ?? 0, `${name} has no description`).toBeGreaterThan(10)
        if (isNumeric(type)) expect(description, `${name} says no unit`).toMatch(UNIT_AT_END)
      }
    },
  },
  {
    name: 'every number is bounded on both sides, and a value outside is refused',
    check({ plugin, key, least }) {
      const given = { [key]: plugin.id, ...least }
      for (const { path, type, low, high } of numbersOf(plugin.config)) {
        const name = path.join('.')
        expect(low, `${name} has no lower bound`).toBeDefined()
        expect(high, `${name} has no upper bound`).toBeDefined()
        const step = (bound: number) => (type === 'integer' ? 1 : Math.max(1e-9, Math.abs(bound) * 1e-9))
        const [from, to] = [low as number, high as number]
        for (const inside of [from, to]) {
          expect(accepts(plugin.config, withValue(given, path, inside)), `${name} = ${inside}`).toBe(true)
        }
        const outside = [from - step(from), to + step(to), Number.NaN, Number.POSITIVE_INFINITY, String(from)]
        for (const value of outside) {
          expect(accepts(plugin.config, withValue(given, path, value)), `${name} = ${value}`).toBe(false)
        }
      }
    },
  },
]

/** The options with one number at an end of what it may be, the others as by default: by what was set. */
export function optionsAtEnds({ plugin, least }: Configured): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const ends = numbersOf(plugin.config).flatMap(({ path, low, high }) =>
    [low, high].map((end) => [`${path.join('.')} = ${end}`, withValue(least, path, end)] as const),
  )
  return new Map(ends as [string, Readonly<Record<string, unknown>>][])
}

function schemaOf(config: z.ZodType): JsonSchema {
  return z.toJSONSchema(config, { io: 'input' }) as JsonSchema
}

function numbersOf(config: z.ZodType): Option[] {
  return optionsOf(schemaOf(config)).filter(({ type }) => isNumeric(type))
}

function isNumeric(type: string): boolean {
  return type === 'number' || type === 'integer'
}

/** Options at every depth. What a list holds is another plug-in's configuration and is crossed there. */
function optionsOf(schema: JsonSchema, path: readonly string[] = []): Option[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, option]) => {
    const at = [...path, name]
    return [
      {
        path: at,
        type: option.type ?? 'none',
        description: option.description,
        hasDefault: option.default !== undefined,
        low: bounded(option.minimum ?? option.exclusiveMinimum),
        high: bounded(option.maximum ?? option.exclusiveMaximum),
      },
      ...optionsOf(option, at),
    ]
  })
}

/** `z.int()` alone gives the safe integers as bounds: as good as none. */
function bounded(bound: number | undefined): number | undefined {
  return bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? undefined : bound
}

function objectsIn(schema: JsonSchema, path: readonly string[] = []): (readonly string[])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, option]) =>
    option.properties === undefined ? [] : [[...path, name], ...objectsIn(option, [...path, name])],
  )
}

function accepts(config: z.ZodType, value: unknown): boolean {
  return config.safeParse(value).success
}

function withValue(given: Readonly<Record<string, unknown>>, path: readonly string[], value: unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined) return value
  const inner = given[first]
  const nested = typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<string, unknown>>) : {}
  return { ...given, [first]: rest.length === 0 ? value : withValue(nested, rest, value) }
}
