import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { CONFIG_JSON_SCHEMA } from './json-schema.ts'
import { parseConfig } from './load.ts'

const accepts = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false }).compile(
  JSON.parse(JSON.stringify(CONFIG_JSON_SCHEMA)),
)
const EXAMPLE = readFileSync(new URL('../../../examples/keepfit.yaml', import.meta.url), 'utf8')

function isReadable(text: string): boolean {
  try {
    parseConfig(text, 'keepfit.yaml')
    return true
  } catch {
    return false
  }
}

test('the JSON Schema and the loader accept the example', () => {
  expect(accepts(parse(EXAMPLE)), JSON.stringify(accepts.errors)).toBe(true)
  expect(isReadable(EXAMPLE)).toBe(true)
})

describe('the JSON Schema and the loader refuse the example with', () => {
  test.each([
    ['another version', 'version: 1', 'version: 2'],
    ['a misspelt key', 'triggers:', 'trigers:'],
    ['an unknown trigger', 'trigger: performance-floor', 'trigger: performance-flor'],
    ['an unknown option of a gate', 'accept: not-worse', 'acept: not-worse'],
    ['a number out of bounds', 'ratio: 0.99', 'ratio: 1.01'],
    ['a broken count', 'reusePool: 4', 'reusePool: 4.5'],
    ['text for a number', 'cost: 0.5', 'cost: cheap'],
    ['an unknown mode', 'mode: observe', 'mode: robot'],
    ['two ways to cut', '{ every: 1d }', '{ every: 1d, count: 9 }'],
    ['no way to cut', '{ every: 1d }', '{}'],
    ['a name in capitals', '  churn:', '  Churn:'],
    ['a word for a switch', 'breaker: off', 'breaker: on'],
  ])('%s', (_, from, to) => {
    const planted = EXAMPLE.replace(from, to)
    expect(planted).not.toBe(EXAMPLE)
    expect(accepts(parse(planted))).toBe(false)
    expect(isReadable(planted)).toBe(false)
  })
})

test('every key is described, and every number has both bounds', () => {
  const complaints: string[] = []
  const walk = (schema: Readonly<Record<string, unknown>>, path: string) => {
    if (schema['type'] === 'number' || schema['type'] === 'integer') {
      const isBounded =
        ['minimum', 'exclusiveMinimum'].some((key) => key in schema) &&
        ['maximum', 'exclusiveMaximum'].some((key) => key in schema)
      const isNarrower =
        Math.abs(Number(schema['maximum'])) < Number.MAX_SAFE_INTEGER || /(?:positive|absentMeans)\[1\]$/.test(path)
      if (!('const' in schema) && !(isBounded && isNarrower)) complaints.push(`${path} lacks a bound`)
    }
    for (const [key, inner] of Object.entries(
      (schema['properties'] ?? {}) as Record<string, Record<string, unknown>>,
    )) {
      if (typeof inner['description'] !== 'string' && typeof inner['const'] !== 'string')
        complaints.push(`${path}.${key} is not described`)
      walk(inner, `${path}.${key}`)
    }
    for (const key of ['anyOf', 'oneOf'])
      for (const [at, inner] of ((schema[key] ?? []) as Record<string, unknown>[]).entries())
        walk(inner, `${path}[${at}]`)
    for (const key of ['items', 'additionalProperties'])
      if (typeof schema[key] === 'object') walk(schema[key] as Record<string, unknown>, `${path}[]`)
  }
  walk(CONFIG_JSON_SCHEMA as Readonly<Record<string, unknown>>, 'file')
  expect(complaints).toEqual([])
})
