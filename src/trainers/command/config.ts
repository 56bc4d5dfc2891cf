import { z } from 'zod'
import { placeholdersIn } from '../../base/command-line.ts'
import { SCORING_PLACEHOLDERS } from '../../data/command-model.ts'
import { Span } from '../../triggers/schedule.ts'

/** What may stand in braces in the words of a training command. */
export const TRAINING_PLACEHOLDERS = [
  'train',
  'train.csv',
  'train.parquet',
  'schema',
  'output',
  'previous',
  'hyperparameters',
  'label',
  'weight',
  'id',
  'time',
  'seed',
] as const

const Word = z
  .string()
  .max(4096)
  .refine((text) => !text.includes('\0'), 'must not hold a zero character')
const Words = z.array(Word).min(1).max(256)
const VariableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/)
const VariableNames = z.array(VariableName).max(64)

function wordsWith(known: readonly string[]) {
  return Words.superRefine((words, check) => {
    if (words[0] === '') check.addIssue({ code: 'custom', path: [0], message: 'must name a program; got nothing' })
    for (const name of placeholdersIn(words)) {
      if (known.includes(name)) continue
      const all = known.map((one) => `{${one}}`).join(', ')
      check.addIssue({ code: 'custom', path: [], message: `may hold ${all}; got {${name}}` })
    }
  })
}

const Metric = z.strictObject({
  name: z.string().min(1).max(100).describe('What the metric is called.'),
  regex: z
    .string()
    .min(1)
    .max(200)
    .refine(isRegex, 'must be a regular expression')
    .describe('What is looked for in each line; its first group is the number.'),
})

export const CommandConfig = z.strictObject({
  trainer: z.literal('command'),
  command: wordsWith(TRAINING_PLACEHOLDERS).describe(
    'Program and arguments; no shell. Files are seen from the folder of this file; {train}, {output} … stand for paths.',
  ),
  score: wordsWith(SCORING_PLACEHOLDERS)
    .optional()
    .describe('Command that scores rows with {model}, {data} and {scores}; default: output/model.onnx is scored here.'),
  format: z.enum(['parquet', 'csv']).default('parquet').describe('How rows are handed over.'),
  profile: z
    .enum(['plain', 'sagemaker'])
    .default('plain')
    .describe('sagemaker: the variables and arguments of a SageMaker training job as well.'),
  hyperparameters: z
    .record(z.string().min(1).max(100), z.union([z.string().max(4096), z.number().min(-1e15).max(1e15), z.boolean()]))
    .default({})
    .describe('Handed to the command by name.'),
  hyperparametersAs: z
    .enum(['file', 'arguments'])
    .optional()
    .describe('arguments: also as --name value, by name; default: file, of the profile sagemaker: arguments.'),
  channel: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
    .default('train')
    .describe('Profile sagemaker: name of the channel of the training rows.'),
  env: z.record(VariableName, Word).default({}).describe('Variables that the command is given, beside a handful.'),
  passEnv: VariableNames.default([]).describe("Names of Keepfit's own variables that the command is given too."),
  secrets: VariableNames.default([]).describe('Names of variables whose values are taken out of everything it says.'),
  limit: Span.default('6h').describe('Most time that a training may take.'),
  scoreLimit: Span.default('10m').describe('Most time that the scoring command may take.'),
  memoryMb: z
    .int()
    .min(0)
    .max(16_777_216)
    .default(0)
    .describe('Most resident memory of all its processes together, 0: no limit. Mebibytes.'),
  graceSeconds: z
    .number()
    .min(0)
    .max(600)
    .default(10)
    .describe('Time between the polite signal and the one that cannot be refused. Seconds.'),
  minRows: z.int().min(1).max(1e9).default(30).describe('Fewer labelled rows are refused. Rows.'),
  maxRows: z
    .int()
    .min(100)
    .max(100_000_000)
    .default(5_000_000)
    .describe('Of more labelled rows, a seeded sample of this many is learned from. Rows.'),
  metrics: z.array(Metric).max(50).default([]).describe('Numbers that are read from the lines that it prints.'),
  workingFolder: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe('Where it is started, seen from the folder of this file; default: the folder of the run.'),
})
export type CommandConfig = z.output<typeof CommandConfig>

/** The words say it where they can: a command that reads `{train.csv}` wants CSV. */
export function formatOf({ command, format }: Pick<CommandConfig, 'command' | 'format'>): 'parquet' | 'csv' {
  const named = placeholdersIn(command)
  if (named.includes('train.csv')) return 'csv'
  return named.includes('train.parquet') ? 'parquet' : format
}

function isRegex(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp
  } catch {
    return false
  }
}
