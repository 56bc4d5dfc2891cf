import type { z } from 'zod'
import { allowedIn, boundsIn, discriminatorOf, type JsonSchema } from '../../cli/option-list.ts'
import { type Path, pathText } from './yaml-text.ts'

type Issue = z.core.$ZodIssue

/** One complaint about a value: where, and in words. */
export interface Sentence {
  readonly path: Path
  readonly text: string
}

/** What a sentence needs to know beside the issue. */
interface Source {
  /** JSON Schema of the whole file: it knows both bounds of a number, an issue only the one that was broken. */
  readonly schema: JsonSchema
  /** The whole file as it was read. */
  readonly value: unknown
}

/** Turns one issue of zod, at `path` of the file, into sentences: what is wrong, the value given, what is allowed. */
export function sentencesOf(issue: Issue, path: Path, source: Source): Sentence[] {
  const where = pathText(path)
  switch (issue.code) {
    case 'unrecognized_keys': {
      const keys = Object.keys(schemaAt(source, path)?.properties ?? {}).join(', ')
      const place = path.length === 0 ? '' : ` in ${where}`
      return issue.keys.map((key) => ({
        path: [...path, key],
        text: `unknown key '${key}'${place}; allowed are: ${keys === '' ? 'none' : keys}`,
      }))
    }
    case 'invalid_union': {
      const meant = branchMeant(issue)
      return meant === null
        ? [unionSentence(issue, path, source)]
        : meant.flatMap((inner) => sentencesOf(inner, [...path, ...pathOf(inner)], source))
    }
    case 'invalid_key':
      return [{ path, text: `'${path.at(-1)}' cannot be a name; it must be ${NAME_RULE}` }]
    case 'custom':
      return [{ path, text: `${where}${PREDICATE.test(issue.message) ? '' : ':'} ${issue.message}` }]
    default:
      return [valueSentence(issue.input, path, source)]
  }
}

/** A message that goes on where the path of the value ends; any other stands after a colon. */
const PREDICATE = /^(?:must|takes|needs|is|cannot|cuts|goes|repeats) /

const NAME_RULE = '1 to 64 characters of a-z, 0-9, dot, dash and underscore, the first a letter or a digit'

function valueSentence(given: unknown, path: Path, source: Source): Sentence {
  const where = pathText(path)
  const schema = schemaAt(source, path)
  const allowed = schema === undefined ? 'something else' : expected(schema, given)
  if (given === undefined)
    return { path, text: `${where === '' ? 'the file' : where} is missing; it must be ${allowed}` }
  return { path, text: `${where === '' ? 'the file' : where} must be ${allowed}; got ${shown(given)}` }
}

/** The complaints of the one member that fits on the outside, as a list does beside a word; null where none or several do. */
function branchMeant({ errors }: Extract<Issue, { code: 'invalid_union' }>): readonly Issue[] | null {
  const fitting = errors.filter((issues) => issues.every(({ path }) => path.length > 0))
  return fitting.length === 1 ? (fitting[0] ?? null) : null
}

/** Where an issue lies, as keys of a file. */
export function pathOf({ path }: Pick<Issue, 'path'>): Path {
  return path.map((key) => (typeof key === 'symbol' ? String(key) : key))
}

function unionSentence(issue: Issue & { code: 'invalid_union' }, path: Path, source: Source): Sentence {
  const { discriminator } = issue
  if (discriminator === undefined) return valueSentence(issue.input, path, source)
  const owner = path.at(-1) === discriminator ? path.slice(0, -1) : path
  const parts = schemaAt(source, owner, 'whole')?.oneOf ?? []
  const ids = parts.map((part) => String(part.properties?.[discriminator]?.const)).join(', ')
  const given = valueAt(source.value, [...owner, discriminator])
  if (given === undefined)
    return { path: owner, text: `${pathText(owner)} needs the key '${discriminator}', one of: ${ids}` }
  const text = `${pathText(owner)}: no ${discriminator} is called ${shown(given)}; there are: ${ids}`
  return { path: [...owner, discriminator], text }
}

/** What a schema allows, no longer than the value given makes necessary. */
function expected(schema: JsonSchema, given: unknown): string {
  if (schema.const !== undefined || schema.enum !== undefined) return allowedIn(schema)
  switch (schema.type) {
    case 'number':
      return typeof given === 'number' ? boundsIn(schema) : allowedIn(schema)
    case 'string':
      if (typeof given === 'string') return `text of ${lengths(schema)} characters`
      return typeof given === 'number' || typeof given === 'boolean' ? 'text (put it in quotes)' : 'text'
    case 'array':
      return allowedIn({ ...schema, items: {} }).replace(', each a mapping', '')
    case 'object': {
      const keys = Object.keys(schema.properties ?? {})
      if (keys.length > MOST_KEYS) return `a mapping with keys such as ${keys.slice(0, 3).join(', ')}`
      return typeof schema.additionalProperties === 'object' ? 'a mapping of names' : allowedIn(schema)
    }
    default:
      return allowedIn(schema)
  }
}

/** Of a mapping with more keys, only the first are named where something else was given. */
const MOST_KEYS = 12

function lengths({ minLength = 0, maxLength }: JsonSchema): string {
  return maxLength === undefined ? `at least ${minLength}` : `${minLength} to ${maxLength}`
}

/** A value as a sentence can hold it. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (typeof value === 'string') return `'${value.length > 60 ? `${value.slice(0, 60)}…` : value}'`
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`
  return typeof value === 'object' ? 'a mapping' : String(value)
}

/** The schema of what stands at `path`; of a union, the member that the value there means unless the `whole` is asked. */
function schemaAt({ schema, value }: Source, path: Path, want: 'member' | 'whole' = 'member'): JsonSchema | undefined {
  let at: JsonSchema | undefined = schema
  let given = value
  for (const key of path) {
    if (at === undefined) return undefined
    at = inside(memberFor(at, given), key)
    given = child(given, key)
  }
  return at === undefined || want === 'whole' ? at : memberFor(at, given)
}

function inside(schema: JsonSchema, key: string | number): JsonSchema | undefined {
  if (typeof key === 'number') return schema.items
  const { properties = {}, additionalProperties } = schema
  if (Object.hasOwn(properties, key)) return properties[key]
  return typeof additionalProperties === 'object' ? additionalProperties : undefined
}

function memberFor(schema: JsonSchema, given: unknown): JsonSchema {
  const parts = schema.type === undefined ? (schema.oneOf ?? schema.anyOf) : undefined
  if (parts === undefined) return schema
  const key = discriminatorOf(parts)
  if (key !== undefined) {
    const meant = child(given, key)
    return parts.find((part) => part.properties?.[key]?.const === meant) ?? schema
  }
  const kind = Array.isArray(given) ? 'array' : typeof given
  const fitting = parts.filter((part) => part.type === kind && part.const === undefined)
  return fitting.length === 1 ? (fitting[0] as JsonSchema) : schema
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => child(inner, key), value)
}

function child(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}
