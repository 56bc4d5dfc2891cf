import { z } from 'zod'

/** Names in the payload of a model that a command scores: how it is scored, and its files. */
export const SCORING_FILE = 'scoring.json'
export const MODEL_FOLDER = 'model/'

/** What stands for what in the words of a scoring command. */
export const SCORING_PLACEHOLDERS = ['model', 'data', 'scores', 'data.csv', 'data.parquet'] as const

/** How a model is scored by a command. Its words come from the server's own configuration, never from a client. */
export const CommandScoring = z.strictObject({
  argv: z.array(z.string()).min(1),
  format: z.enum(['parquet', 'csv']),
  limitMs: z.int().min(1),
  memoryBytes: z.int().min(1).nullable(),
  env: z.record(z.string(), z.string()),
  passEnv: z.array(z.string()),
  secrets: z.array(z.string()),
  /** Seen from the folder of the configuration; null: a folder of the scoring alone. */
  workingFolder: z.string().nullable(),
})
export type CommandScoring = z.output<typeof CommandScoring>
