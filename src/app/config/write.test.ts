import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultPolicies } from '../../backtest/policies.ts'
import { parseConfig } from './load.ts'
import { configuredPolicy, policyOf } from './policy.ts'
import { ModelSettings } from './schema.ts'
import { configYaml, type ModelFacts, modelNameFor, settingsFor } from './write.ts'

const FACTS: ModelFacts = {
  task: 'binary',
  label: { column: 'churned', positive: 'yes', delay: '36h' },
  time: 'date',
  source: 'history.parquet',
  windows: { every: '1d' },
  warmup: 0.2,
  cost: 0.5,
}

function reloaded(models: ReadonlyMap<string, ModelSettings>, about?: string) {
  return parseConfig(configYaml(models, about), 'keepfit.yaml').models
}

describe.each(defaultPolicies().map((policy) => [policy.id, policy] as const))('policy %s', (id, policy) => {
  test('is written, loaded and played again as it was', () => {
    const settings = settingsFor(policy, FACTS)
    const models = reloaded(new Map([['churn', settings]]), `Recommended: ${id}.`)
    expect(models.get('churn')).toEqual(settings)
    const { policy: again, extras } = configuredPolicy('churn', models.get('churn') as ModelSettings)
    const loop = { ...policy.loop, trainer: again.loop.trainer }
    expect(again).toEqual({ ...policy, id: 'churn', title: again.title, loop })
    expect(extras).toMatchObject({ cost: 0.5, labelDelayWindows: 2, mode: 'advise' })
  })
})

test('limits survive the round trip', () => {
  const [first] = defaultPolicies()
  const loop = {
    ...first?.loop,
    budget: { trainings: 3, per: '30d' },
    cooldown: '12h',
    minLabelledRows: 700,
    breaker: { maxRejections: 1, maxTrainings: 2, perWindows: 3, coolOffWindows: 4 },
  }
  const policy = { ...first, loop } as NonNullable<typeof first>
  const facts = { ...FACTS, trainerRevision: 'abc' }
  const trainer = expect.stringContaining('abc')
  expect(policyOf('a', settingsFor(policy, { ...facts, time: 'day' })).loop).toEqual({ ...loop, trainer })
})

test('columns of any name survive the round trip', () => {
  const column = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
    fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 30 }),
    fc.constantFrom(
      '__proto__',
      'constructor',
      '"; drop table',
      'off',
      'yes',
      'null',
      '~',
      '1',
      '1e5',
      '<<',
      '*a',
      '&a',
      '# no',
      'a: b',
      '- a',
      '{',
      ' a',
      'a ',
      'a\n\nb\n',
      '\u0085',
      '\u2028',
      '\ufeff',
      '%YAML 1.1',
      '---',
      '...',
    ),
  )
  fc.assert(
    fc.property(column, column, column, (label, positive, ignored) => {
      fc.pre(ignored !== '__proto__')
      const settings = ModelSettings.parse({
        label: { column: label, positive },
        ignore: [ignored, label],
        kinds: Object.fromEntries([[ignored, 'categorical']]),
      })
      expect(reloaded(new Map([['a', settings]])).get('a')).toEqual(settings)
    }),
    { numRuns: 500, seed: 7 },
  )
})

test('nothing in the words on top can become a setting', () => {
  const settings = ModelSettings.parse({ label: { column: 'y' } })
  const models = new Map([['a', settings]])
  for (const separator of ['\n', '\r', '\r\n', '\u0085', '\u2028'])
    expect(reloaded(models, `because${separator}defaults: { cost: 9 }`)).toEqual(models)
})

test('every key that is written has its meaning on the line before', () => {
  const lines = configYaml(new Map([['a', settingsFor(defaultPolicies()[0] as never, FACTS)]])).split('\n')
  const keys = lines.flatMap((line, at) => (/^ {4}\w+:/.test(line) ? [at] : []))
  expect(keys.length).toBeGreaterThan(15)
  for (const at of keys) expect(lines[at - 1], lines[at]).toMatch(/^ {4}# \S/)
})

test.each([
  ['data/Sales 2024.csv', 'sales-2024'],
  ['history.parquet', 'history'],
  ['C:\\data\\Über.tsv.gz', 'ber'],
  ['../*.csv', 'model'],
  [`${'x'.repeat(99)}.csv`, 'x'.repeat(64)],
])('the model of %s is called %s', (file, name) => {
  expect(modelNameFor(file)).toBe(name)
})
