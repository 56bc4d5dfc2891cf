import { z } from 'zod'
import { COLUMN_KINDS } from '../../schema.ts'
import { ACTIONS, ColumnName, crossedBounds } from '../rule.ts'

const Share = z.number().min(0).max(1)
/** Of numbers beyond, nothing is promised. */
export const LARGEST = 1e300
const Value = z.number().min(-LARGEST).max(LARGEST)
const Rows = z.int().min(0).max(1e12)
const Text = z.string().max(10_000)

/** Parts of the rows at which a learned column's values are kept. */
export const QUANTILE_LEVELS = [0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1] as const

const ColumnPromise = z.strictObject({
  name: ColumnName.describe('Name of the column.'),
  kind: z.enum(COLUMN_KINDS).optional().describe('What the column holds; left out: anything.'),
  min: Value.optional().describe('Smallest value. Value.'),
  max: Value.optional().describe('Largest value. Value.'),
  maxOutside: Share.default(0.005).describe('Values that may lie outside min and max. Share.'),
  categories: z.array(Text).max(10_000).optional().describe('Every category that may occur; left out: any.'),
  maxUnknown: Share.default(0.01).describe('Values that may be none of the categories. Share.'),
  maxMissing: Share.default(1).describe('Rows that may have no value. Share.'),
  unique: z.boolean().default(false).describe('Whether every value may stand once only.'),
  quantiles: z
    .array(Value)
    .length(QUANTILE_LEVELS.length)
    .optional()
    .describe('Values at 0, 1, 5, 10, 20 … 90, 95, 99 and 100 % of the rows: a change of unit is told by them.'),
  medians: z
    .array(Value)
    .length(2)
    .optional()
    .describe('Smallest and largest median of a tenth of the rows: how much the level moves by nature.'),
})
export type ColumnPromise = z.output<typeof ColumnPromise>

const ClassPromise = z.strictObject({
  name: Text.describe('The class, as it stands in the label column.'),
  min: Share.describe('Least share of the labels. Share.'),
  max: Share.describe('Greatest share of the labels. Share.'),
})

const Usual = z.strictObject({
  name: Text.describe('The source.'),
  share: Share.describe('Its usual share of the rows. Share.'),
})

/** Ids of the rules that a learned contract is made of. */
export const LEARNED_RULES = [
  'column-kinds',
  'value-range',
  'scale-change',
  'missing-share',
  'known-categories',
  'unique-values',
  'duplicate-rows',
  'row-volume',
  'freshness',
  'source-cap',
  'class-balance',
  'leakage',
] as const
export type LearnedRule = (typeof LEARNED_RULES)[number]

const Actions = z.strictObject(
  Object.fromEntries(LEARNED_RULES.map((rule) => [rule, z.enum(ACTIONS).optional()])) as Record<
    LearnedRule,
    z.ZodOptional<z.ZodEnum<{ [K in (typeof ACTIONS)[number]]: K }>>
  >,
)

/** A contract as a file: what was learned from good rows, to be read and edited by people. */
export const ContractDocument = z
  .strictObject({
    version: z.literal(1).describe('Version of this format.'),
    actions: Actions.default({}).describe(
      'What follows a breach, by rule: block (no training starts), quarantine (the rows are kept out), pass (noted only); default: quarantine.',
    ),
    rows: z
      .strictObject({
        min: Rows.optional().describe('Fewest rows of a file. Rows.'),
        max: Rows.optional().describe('Most rows of a file. Rows.'),
        maxDuplicates: Share.optional().describe('Rows that may equal an earlier one in every column. Share.'),
      })
      .default({})
      .describe('What holds for the rows as a whole.'),
    time: z
      .strictObject({
        column: ColumnName.describe('Column with the time of a row.'),
        maxAgeHours: z
          .number()
          .min(0.001)
          .max(1e6)
          .optional()
          .describe('Greatest age of the newest row; left out: any. Hours.'),
      })
      .optional()
      .describe('The time of a row.'),
    source: z
      .strictObject({
        column: ColumnName.describe('Column that names the source of a row.'),
        maxShare: Share.default(0.2).describe('Rows that any source may give. Share.'),
        maxRatio: z
          .number()
          .min(1)
          .max(100)
          .default(2)
          .describe('The same as a multiple of its usual share, where that is more. Ratio.'),
        usual: z.array(Usual).max(10_000).default([]).describe('Usual share of each source.'),
      })
      .optional()
      .describe('Who the rows come from.'),
    label: z
      .strictObject({
        column: ColumnName.describe('Column with the outcome.'),
        kind: z.enum(COLUMN_KINDS).optional().describe('What the column holds; left out: anything.'),
        classes: z.array(ClassPromise).max(1000).optional().describe('Share of each class; left out: any.'),
        leaks: z
          .array(ColumnName)
          .max(10_000)
          .default([])
          .describe('Columns that may give the label away: known before the outcome all the same.'),
      })
      .optional()
      .describe('The outcome that is predicted.'),
    columns: z.array(ColumnPromise).min(1).max(10_000).describe('What holds for each column.'),
  })
  .superRefine(({ columns, rows, label, source }, check) => {
    const complain = (path: (string | number)[], message: string) => check.addIssue({ code: 'custom', path, message })
    const once = (path: (string | number)[], key: string, entries: readonly { readonly name: string }[]) => {
      const seen = new Map<string, number>()
      for (const [at, { name }] of entries.entries()) {
        const before = seen.get(name)
        if (before !== undefined) complain([...path, at, 'name'], `repeats ${key}[${before}]; got '${name}'`)
        seen.set(name, before ?? at)
      }
    }
    const ordered = (
      path: (string | number)[],
      { min, max }: { min?: number | undefined; max?: number | undefined },
    ) => {
      const crossed = crossedBounds(min, max)
      if (crossed !== null) complain([...path, 'min'], crossed)
    }
    const ascending = (path: (string | number)[], values: readonly number[] | undefined) => {
      const falls = (values ?? []).findIndex((value, at) => value < (values?.[at - 1] ?? value))
      if (falls > 0)
        complain([...path, falls], `must be >= the one before, ${values?.[falls - 1]}; got ${values?.[falls]}`)
    }
    once(['columns'], 'columns', columns)
    once(['label', 'classes'], 'classes', label?.classes ?? [])
    once(['source', 'usual'], 'usual', source?.usual ?? [])
    ordered(['rows'], rows)
    for (const [at, one] of (label?.classes ?? []).entries()) ordered(['label', 'classes', at], one)
    for (const [at, column] of columns.entries()) {
      ordered(['columns', at], column)
      ascending(['columns', at, 'quantiles'], column.quantiles)
      ascending(['columns', at, 'medians'], column.medians)
    }
  })
  .meta({ title: 'contract.yaml' })

export type ContractDocument = z.output<typeof ContractDocument>
