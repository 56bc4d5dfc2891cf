import { z } from 'zod'
import { predictions } from '../data/labels.ts'
import type { Task } from '../data/schema.ts'
import { impossibleScore } from '../stats/metrics/labelled-rows.ts'
import { defineGate, type MustPassRows } from './gate.ts'
import { broken, inconclusive } from './limit/unable.ts'

/** Beyond it a number in a text file is no longer exact. */
const LARGEST = 1e15
const Value = z.union([z.string().max(1000), z.number().min(-LARGEST).max(LARGEST), z.boolean(), z.null()])

const Config = z
  .strictObject({
    gate: z.literal('must-pass'),
    file: z
      .string()
      .min(1)
      .max(1000)
      .optional()
      .describe('CSV, Parquet or JSON Lines file with the frozen rows, seen from the folder of this file.'),
    label: z
      .string()
      .min(1)
      .max(1000)
      .optional()
      .describe("Column of `file` with the outcome; default: the model's label."),
    rows: z
      .array(
        z.strictObject({
          features: z
            .record(z.string().min(1).max(1000), Value)
            .describe('Values by feature; one left out is missing.'),
          expect: z
            .union([z.string().max(1000), z.number().min(-LARGEST).max(LARGEST), z.boolean()])
            .describe('The outcome that it must be given.'),
        }),
      )
      .min(1)
      .max(1000)
      .optional()
      .describe('The frozen rows themselves: features by name (one left out is missing) and what to expect.'),
    tolerance: z
      .number()
      .min(0)
      .max(100)
      .default(0.5)
      .describe('How far a predicted value may be off, in standard deviations of the label. Ratio.'),
    maxWrong: z.int().min(0).max(1e6).default(0).describe('So many frozen rows may be wrong. Rows.'),
  })
  .superRefine(({ file, rows }, check) => {
    if ((file === undefined) === (rows === undefined))
      check.addIssue(`takes exactly one of file, rows; got ${file === undefined ? 'none' : 'both'}`)
  })

/** Most rows that the verdict names. */
const NAMED = 3

/**
 * Does the challenger get the rows right that must never be wrong? Frozen rows with known outcomes, named by their
 * number in the configuration (first = 1). Each is right or wrong: there is no interval.
 */
export const mustPassGate = defineGate({
  id: 'must-pass',
  title: 'Frozen rows that must be right',
  source: 'Ribeiro et al. 2020, CheckList',
  needs: ['must-pass'],
  config: Config,

  judge({ task, scale, mustPass }, { tolerance, maxWrong }) {
    const about = { gate: 'must-pass', limit: maxWrong }
    if (mustPass === null)
      return inconclusive(about, 'nobody scored the frozen rows', "the challenger's scores of them")
    const rows = mustPass.expected.length
    if (rows === 0) return inconclusive(about, 'there is no frozen row', 'at least one frozen row')
    const at = mustPass.challenger.findIndex((score) => impossibleScore(task.kind, score) !== null)
    if (at >= 0) {
      const allowed = impossibleScore(task.kind, mustPass.challenger[at] as number)
      return broken({ ...about, rows }, `a score of the frozen rows must be ${allowed}; got ${mustPass.challenger[at]}`)
    }
    const wrong = wrongRows(task, mustPass, tolerance * scale)
    const seen = { gate: 'must-pass', observed: wrong.length, limit: maxWrong, interval: null, rows }
    const named = wrong.slice(0, NAMED).join(', ')
    const said =
      wrong.length === 0
        ? `all ${rows} frozen rows are right`
        : `${wrong.length} of ${rows} frozen rows are wrong, such as ${named}`
    return {
      ...seen,
      outcome: wrong.length <= maxWrong ? 'pass' : 'fail',
      because: `${said}; ${maxWrong} may be wrong`,
    }
  },
})

/** Each wrong row: its number, what it was given and what it should be. */
function wrongRows(task: Task, { expected, challenger }: MustPassRows, allowed: number): string[] {
  const given = predictions(task, challenger)
  const text = (code: number) => (task.kind === 'regression' ? String(code) : `'${task.classes[code]}'`)
  return Array.from(expected, (want, row) => {
    const got = given[row] as number
    const isRight = task.kind === 'regression' ? Math.abs(got - want) <= allowed : got === want
    return isRight ? [] : [`row ${row + 1} (${text(got)} for ${text(want)})`]
  }).flat()
}
