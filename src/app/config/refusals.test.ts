import { describe, expect, test } from 'vitest'
import { churn, complaintsAbout } from '../../../test/support/config-text.ts'
import { triggers } from '../../triggers/catalog.ts'
import { modelNamed, parseConfig } from './load.ts'

const TRIGGERS = triggers.ids.join(', ')
const COUNT = 'a whole number >='

describe('a file that is refused says where, what was given and what is allowed', () => {
  test.each<[string, string, string]>([
    ['an empty file', '', '1: the file is empty; it must have version and models'],
    ['a list', '[]', '1: the file must be a mapping of version, defaults, models; got an empty list'],
    ['another version', 'version: 2\nmodels: { a: { label: { column: y } } }', '1: version must be 1; got 2'],
    ['no model', 'version: 1\nmodels: {}', '2: models must name at least one model; got an empty mapping'],
    ['no models', 'version: 1', '1: models is missing; it must be a mapping of names'],
    [
      'a model without settings',
      'version: 1\nmodels:\n  a:',
      '3: models.a must be a mapping with keys such as task, label, time; got nothing',
    ],
    [
      'a model without label',
      'version: 1\nmodels:\n  a: {}',
      '3: models.a.label is missing; it must be a mapping of column, positive, delayWindows, delay, share, absentAfter, absentMeans',
    ],
    [
      'a name in capitals',
      'version: 1\nmodels:\n  Churn: { label: { column: y } }',
      "3: 'Churn' cannot be a name; it must be 1 to 64 characters of a-z, 0-9, dot, dash and underscore, the first a letter or a digit",
    ],
    [
      'a number out of bounds',
      churn('triggers:', '  - trigger: psi-drift', '    threshold: -1'),
      '7: models.churn.triggers[0].threshold must be >= 0.001 and <= 100; got -1',
    ],
    ['text for a number', churn('cost: much'), "5: models.churn.cost must be a number >= 0 and <= 1000; got 'much'"],
    ['no number at all', churn('cost: .nan'), '5: models.churn.cost must be >= 0 and <= 1000; got NaN'],
    ['an infinite number', churn('cost: 1e999'), '5: models.churn.cost must be >= 0 and <= 1000; got Infinity'],
    ['a broken count', churn('reusePool: 1.5'), `5: models.churn.reusePool must be ${COUNT} 0 and <= 100; got 1.5`],
    [
      'a choice that is none',
      churn('mode: robot'),
      "5: models.churn.mode must be one of observe, advise, approve, auto; got 'robot'",
    ],
    ['a number for a column', churn('time: 2020'), '5: models.churn.time must be text (put it in quotes); got 2020'],
    ['an empty text', churn("time: ''"), "5: models.churn.time must be text of 1 to 1000 characters; got ''"],
    ['nothing after a key', churn('time:'), '5: models.churn.time must be text; got nothing'],
    [
      'an empty list of features',
      churn('features: []'),
      '5: models.churn.features must be a list of 1 to 10000 entries; got an empty list',
    ],
    [
      'a missing option',
      churn('budget: { trainings: 3 }'),
      '5: models.churn.budget takes exactly one of perWindows, per; got none',
    ],
    [
      'a missing number',
      churn('budget: { perWindows: 3 }'),
      `5: models.churn.budget.trainings is missing; it must be ${COUNT} 1 and <= 10000`,
    ],
    [
      'an unknown trigger',
      churn('triggers:', '  - trigger: psi-drif'),
      `6: models.churn.triggers[0]: no trigger is called 'psi-drif'; there are: ${TRIGGERS}`,
    ],
    [
      'a trigger called constructor',
      churn('triggers: [{ trigger: constructor }]'),
      `5: models.churn.triggers[0]: no trigger is called 'constructor'; there are: ${TRIGGERS}`,
    ],
    [
      'a trigger without its name',
      churn('triggers: [{}]'),
      `5: models.churn.triggers[0] needs the key 'trigger', one of: ${TRIGGERS}`,
    ],
    [
      'a bare trigger',
      churn('triggers: [psi-drift]'),
      `5: models.churn.triggers[0] must be a mapping with 'trigger': one of ${TRIGGERS}; got 'psi-drift'`,
    ],
    [
      'an unknown option',
      churn('triggers: [{ trigger: psi-drift, z: 1 }]'),
      "5: unknown key 'z' in models.churn.triggers[0]; allowed are: trigger, threshold, minFeatures",
    ],
    [
      'an unknown trainer',
      churn('trainer: { trainer: xgboost }'),
      "5: models.churn.trainer: no trainer is called 'xgboost'; there are: ydf-gradient-boosting, ydf-random-forest, command",
    ],
    [
      'options that exclude each other',
      churn('triggers: [{ trigger: schedule }]'),
      '5: models.churn.triggers[0]: schedule takes exactly one of cron, every, everyWindows; got none',
    ],
    [
      'a span without unit',
      churn('time: t', 'windows: { every: 30 days }'),
      "6: models.churn.windows.every must be a span of time such as 90m, 12h, 7d or 2w; got '30 days'",
    ],
    [
      'two ways to cut',
      churn('time: t', 'windows: { every: 1d, count: 30 }'),
      '6: models.churn.windows takes exactly one of count, every, rows; got 2',
    ],
    [
      'a word for a switch',
      churn('breaker: on'),
      "5: models.churn.breaker must be off or a mapping of maxRejections, maxTrainings, perWindows, coolOffWindows; got 'on'",
    ],
    [
      'a bound inside a switch',
      churn('breaker: { maxRejections: 0 }'),
      `5: models.churn.breaker.maxRejections must be ${COUNT} 1 and <= 100; got 0`,
    ],
    [
      'a bound inside a list or switch',
      churn('contract: [{ rule: null-spike, maxRise: 2 }]'),
      '5: models.churn.contract[0].maxRise must be >= 0 and <= 1; got 2',
    ],
    [
      'a kind of column that is none',
      churn('kinds: { zip: text }'),
      "5: models.churn.kinds.zip must be one of numeric, categorical, boolean, time; got 'text'",
    ],
    ['a key __proto__', churn('__proto__: { cost: 1 }'), "5: the key '__proto__' is not allowed"],
    [
      'a column __proto__ among the kinds',
      churn('kinds: { __proto__: numeric }'),
      "5: the key '__proto__' is not allowed",
    ],
    ['a key twice', churn('cost: 1', 'cost: 2'), "6: the key 'cost' in models.churn stands twice"],
    [
      'a model twice',
      'version: 1\nmodels:\n  a: { label: { column: y } }\n  a: {}',
      "4: the key 'a' in models stands twice",
    ],
    [
      'a merge key',
      'version: 1\nmodels:\n  a: &a { label: { column: y } }\n  b: { <<: *a }',
      '4: merge keys (<<) are not read; put what is shared under defaults',
    ],
    [
      'a tag',
      'version: !!js/function 1',
      '1: this is not the YAML that is read here: Unresolved tag: tag:yaml.org,2002:js/function',
    ],
    ['YAML 1.1', '%YAML 1.1\n---\nversion: 1', '1: only YAML 1.2 is read; got %YAML 1.1'],
    ['an alias of nothing', 'version: *one', '1: the alias *one has no anchor before it'],
    ['an alias of itself', 'version: &a [*a]', '1: lists and mappings may be 40 deep at most, aliases included'],
  ])('%s', (_, text, complaint) => {
    expect(complaintsAbout(text)).toEqual([complaint])
  })

  test('an unknown key is named with all that are allowed', () => {
    const [complaint] = complaintsAbout(churn('trigers: []'))
    expect(complaint).toMatch(
      /^5: unknown key 'trigers' in models\.churn; allowed are: task, label, .*, triggers, .*breaker, .*onRollback$/,
    )
  })

  test('a model called constructor is a model like any other, and a key called so is unknown', () => {
    const config = parseConfig(
      'version: 1\nmodels: { constructor: { label: { column: constructor } } }',
      'keepfit.yaml',
    )
    expect(modelNamed(config)).toMatchObject(['constructor', { label: { column: 'constructor' } }])
    expect(complaintsAbout(churn('constructor: 1'))[0]).toMatch(/^5: unknown key 'constructor' in models\.churn;/)
    expect(({} as Record<string, unknown>)['cost']).toBeUndefined()
  })

  test('a merge sign in quotes is a name', () => {
    const config = parseConfig(churn('kinds: { "<<": numeric }'), 'keepfit.yaml')
    expect(modelNamed(config)[1].kinds).toEqual({ '<<': 'numeric' })
  })

  test('text that is no YAML is refused with its line', () => {
    expect(complaintsAbout('version: 1\nmodels: [')[0]).toMatch(/^2: this is not the YAML that is read here: /)
  })

  test('aliases that multiply end in a sentence, not in memory', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]']
    for (let i = 1; i < 9; i++) {
      const before = String.fromCharCode(96 + i)
      const name = String.fromCharCode(97 + i)
      bomb.push(`${name}: &${name} [${Array(10).fill(`*${before}`).join(',')}]`)
    }
    expect(complaintsAbout(bomb.join('\n'))).toEqual(['1: there may be 200000 values at most, aliases included'])
  })

  test('brackets without end are refused', () => {
    expect(complaintsAbout('['.repeat(100_000))[0]).toMatch(/40 deep at most|not the YAML/)
  })
})
