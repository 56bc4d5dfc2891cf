import { z } from 'zod'
import { defineTrainer } from './trainer.ts'
import { trainYdf } from './ydf.ts'

export const ydfGradientBoosting = defineTrainer({
  id: 'ydf-gradient-boosting',
  title: 'Gradient boosted trees',
  source: 'Friedman 2001; Guillame-Bert et al. 2023, Yggdrasil Decision Forests',

  config: z.strictObject({
    trainer: z.literal('ydf-gradient-boosting'),
    minRows: z.int().min(2).max(1e9).default(30).describe('Fewer labelled rows are refused. Rows.'),
    maxRows: z
      .int()
      .min(100)
      .max(1_000_000)
      .default(200_000)
      .describe('Of more labelled rows, a seeded sample of this many is learned from. Rows.'),
  }),

  train: async (input, { minRows, maxRows }) => ({
    artifact: await trainYdf('ydf-gradient-boosting', input, { minRows, maxRows }),
    metrics: {},
    hyperparameters: { minRows, maxRows },
    use: null,
  }),
})
