import { z } from 'zod'
import { defineTrainer } from './trainer.ts'
import { trainYdf } from './ydf.ts'

export const ydfRandomForest = defineTrainer({
  id: 'ydf-random-forest',
  title: 'Random forest',
  source: 'Breiman 2001; Guillame-Bert et al. 2023, Yggdrasil Decision Forests',

  config: z.strictObject({
    trainer: z.literal('ydf-random-forest'),
    minRows: z.int().min(2).max(1e9).default(30).describe('Fewer labelled rows are refused. Rows.'),
    // A forest's size grows with its rows: about 2.7 MB per 1,000 noisy ones, and the learner's memory ends at 2 GB.
    maxRows: z
      .int()
      .min(100)
      .max(200_000)
      .default(20_000)
      .describe('Of more labelled rows, a seeded sample of this many is learned from. Rows.'),
  }),

  train: async (input, { minRows, maxRows }) => ({
    artifact: await trainYdf('ydf-random-forest', input, { minRows, maxRows }),
    metrics: {},
    hyperparameters: { minRows, maxRows },
    use: null,
  }),
})
