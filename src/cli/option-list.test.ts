import { expect, test } from 'vitest'
import { z } from 'zod'
import { allowedIn, inputSchema, optionsOf } from './option-list.ts'

test('an option is listed with its unit, what is allowed and its default', () => {
  const schema = z.strictObject({
    plugin: z.literal('a'),
    share: z.number().gt(0).lt(1).default(0.5).describe('Part (of all). Share.'),
    rows: z.int().min(2).max(9).describe('At least so many. Rows.'),
    note: z.string().optional().describe('Anything. Really.'),
  })
  const options = optionsOf(inputSchema(schema)).map(({ schema: _, ...option }) => option)
  expect(options).toEqual([
    {
      name: 'share',
      description: 'Part (of all).',
      unit: 'share',
      isRequired: false,
      allowed: 'a number > 0 and < 1',
      default: 0.5,
    },
    {
      name: 'rows',
      description: 'At least so many.',
      unit: 'rows',
      isRequired: true,
      allowed: 'a whole number >= 2 and <= 9',
    },
    { name: 'note', description: 'Anything. Really.', unit: null, isRequired: false, allowed: 'text' },
  ])
})

test('options inside options are named with a dot, also behind a switch', () => {
  const inner = z.strictObject({ most: z.int().min(1).max(9).describe('Most. Count.') })
  const schema = z.strictObject({ limit: z.union([z.literal('off'), inner]), plain: inner })
  expect(optionsOf(inputSchema(schema)).map((option) => option.name)).toEqual([
    'limit',
    'limit.most',
    'plain',
    'plain.most',
  ])
})

test('options that only one choice has say beside what', () => {
  const rolling = z.strictObject({ strategy: z.literal('rolling'), windows: z.int().min(1).max(9) })
  const schema = z.strictObject({
    data: z.discriminatedUnion('strategy', [z.strictObject({ strategy: z.literal('full') }), rolling]),
  })
  expect(optionsOf(inputSchema(schema))).toMatchObject([
    { name: 'data' },
    { name: 'data.windows', when: 'strategy: rolling' },
  ])
})

test.each([
  ['true or false', z.boolean()],
  ['one of a, b', z.enum(['a', 'b'])],
  ['off or a list of 1 to 3 entries, each text', z.union([z.literal('off'), z.array(z.string()).min(1).max(3)])],
  ['a list of at most 2 entries, each a whole number >= 0 and <= 1', z.array(z.int().min(0).max(1)).max(2)],
  [
    "a mapping with 'kind': one of x, y",
    z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('x') }), z.strictObject({ kind: z.literal('y') })]),
  ],
  ['a mapping of names, each true or false', z.record(z.string(), z.boolean())],
])('%s', (words, schema) => {
  expect(allowedIn(inputSchema(schema))).toBe(words)
})
