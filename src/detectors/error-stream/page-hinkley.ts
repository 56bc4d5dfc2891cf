import { z } from 'zod'
import { pageHinkley } from '../../stats/sequential/page-hinkley.ts'
import { errorStreamDetector } from './plug-in/error-stream-detector.ts'

export const pageHinkleyDetector = errorStreamDetector({
  id: 'page-hinkley',
  title: 'Sum of deviations from the running mean loss (Page–Hinkley)',
  source: 'Page 1954, Biometrika 41; Hinkley 1971, Biometrika 58',
  config: z.strictObject({
    detector: z.literal('page-hinkley'),
    warmUpRows: z.int().min(30).max(1e6).default(30).describe('Labelled rows before it listens. Rows.'),
    tolerance: z.number().min(0).max(10).default(0.005).describe('So small a rise does not count. Loss per row.'),
    threshold: z.number().min(1).max(1e6).default(50).describe('Such a sum of deviations is an alarm. Loss per row.'),
    memory: z.number().min(0.9).max(1).default(0.9999).describe('What is left of a deviation one row later. Share.'),
    direction: z.enum(['rise', 'both']).default('rise').describe('Whether falls of the mean loss are looked for too.'),
  }),
  method: pageHinkley,
  options: ({ direction, warmUpRows, tolerance, threshold, memory }) => ({
    warmUpRows,
    tolerance,
    threshold,
    memory,
    isTwoSided: direction === 'both',
  }),
  countsAll: ({ direction }) => direction === 'both',
})
