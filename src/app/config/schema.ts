import { z } from 'zod'
import { checkModel } from './check-model.ts'
import { ModelShape } from './model-keys.ts'

/** What a model may be called. */
export const MODEL_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/

/** Everything about one model, with defaults filled in and checked as a whole. */
export const ModelSettings = ModelShape.superRefine(checkModel)
export type ModelSettings = z.output<typeof ModelSettings>

/** A model as it may stand in the file: whatever `defaults` say may be left out. */
const ModelPart = ModelShape.partial()

export const ConfigFile = z
  .strictObject({
    version: z.literal(1).describe('Version of this format.'),
    defaults: ModelPart.optional().describe('Shared by all models; a key that a model has itself wins as a whole.'),
    models: z
      .record(z.string().regex(MODEL_NAME), ModelPart)
      .describe('Models by name: a-z, 0-9, dot, dash, underscore; at most 64 characters.'),
  })
  .meta({ title: 'keepfit.yaml' })
