import { z } from 'zod'
import type { Verdict } from '../base/verdict.ts'
import { predictions } from '../data/labels.ts'
import { defineGate, type GateInput } from './gate.ts'
import {
  disparity,
  disparityOf,
  FAIRNESS_MEASURES,
  type GroupRows,
  groupRates,
  type Rates,
} from './groups/disparity.ts'
import { slicesOf } from './groups/slice.ts'
import { againstLimit } from './limit/against-limit.ts'
import { jackknifed } from './limit/jackknife.ts'
import { broken, inconclusive } from './limit/unable.ts'
import { scoreProblem } from './paired/labelled.ts'

const Config = z.strictObject({
  gate: z.literal('fairness'),
  feature: z.string().min(1).max(1000).describe('The protected feature, whose values (or quartiles) are the groups.'),
  measure: z
    .enum(FAIRNESS_MEASURES)
    .default('demographic-parity')
    .describe(
      'What must be alike: chosen shares, hits among positives, hits and false alarms, or the ratio of chosen shares.',
    ),
  outcome: z
    .string()
    .max(1000)
    .optional()
    .describe('The class that counts as being chosen; default: the positive one of two.'),
  against: z
    .enum(['limit', 'champion'])
    .default('limit')
    .describe('Held against the limit, or against the champion, than whom it may not be less fair.'),
  maxDifference: z.number().min(0.001).max(1).default(0.1).describe('Largest difference between two groups. Share.'),
  minRatio: z
    .number()
    .min(0.01)
    .max(1)
    .default(0.8)
    .describe('Four fifths: smallest ratio of two chosen shares. Ratio.'),
  margin: z
    .number()
    .min(0)
    .max(1)
    .default(0.02)
    .describe('Against the champion: so much less fair does not count. Share.'),
  confidence: z.number().min(0.55).max(0.999).default(0.95).describe('Of each one-sided bound. Probability.'),
  minGroupRows: z.int().min(10).max(1e7).default(50).describe('A smaller group says nothing. Rows.'),
})
type Config = z.output<typeof Config>

/**
 * Does the challenger treat groups alike? Shares by group of a protected feature, the two most different ones compared.
 *
 * Demographic parity: P(chosen); equal opportunity: P(chosen | it was so); equalised odds: that, and P(chosen | it was not
 * so), whichever differs more; each as a difference, at most a limit. Four fifths: the smallest ratio of two P(chosen), at
 * least a limit. Pairs of groups by Newcombe's interval, or Donner & Zou's for a ratio. Pass: every pair keeps to the
 * limit, each at the confidence asked for; fail: some pair misses it, at Bonferroni's confidence for all pairs. Against
 * the champion: the rise of the measure on the same rows, by the jackknife over 20 blocks. Groups too small are named.
 */
export const fairnessGate = defineGate({
  id: 'fairness',
  title: 'Groups are treated alike',
  source: 'Hardt et al. 2016; EEOC 1978 (four fifths); Newcombe 1998; Donner & Zou 2012; Künsch 1989',
  needs: ['features'],
  config: Config,

  judge(input, config) {
    const isRatio = config.measure === 'four-fifths'
    const limit = config.against === 'champion' ? config.margin : isRatio ? config.minRatio : config.maxDifference
    const about = { gate: 'fairness', limit }
    const code = chosenCode(input, config)
    if (typeof code === 'string') return broken(about, code)
    if (input.features === null) {
      return inconclusive(about, 'the features of the held-out rows are not known', 'the features of the held-out rows')
    }
    const column = input.features.columns.find(({ name }) => name === config.feature)
    if (column === undefined) return broken(about, `there is no feature '${config.feature}' to make groups by`)
    const problem =
      scoreProblem(input, 'champion', input.champion) ?? scoreProblem(input, 'challenger', input.challenger)
    if (problem !== null) return broken(about, problem)
    const groups = slicesOf(column)
    const rows = { groups, code, labels: input.labels, predicted: predictions(input.task, input.challenger) }
    const rates = groupRates(config.measure, rows, config.minGroupRows)
    if (rates === null) {
      const because = `fewer than two groups of '${config.feature}' have ${config.minGroupRows} rows that count`
      return inconclusive({ ...about, rows: input.heldOut.length }, because, 'more rows of the smaller groups')
    }
    return config.against === 'champion'
      ? besideChampion(input, config, { rows, rates })
      : againstTheLimit(config, rates, limit)
  },
})

/** Code of the class that counts as being chosen, or why there is none. */
function chosenCode({ task }: GateInput, { outcome }: Config): number | string {
  if (task.kind === 'regression') return 'fairness compares shares of a class; this task predicts values'
  if (outcome === undefined)
    return task.kind === 'binary' ? 1 : 'name the outcome: of several classes none is the positive one'
  const code = task.classes.indexOf(outcome)
  return code >= 0 ? code : `outcome '${outcome}' is no class; there are: ${task.classes.join(', ')}`
}

function againstTheLimit(config: Config, rates: Rates, limit: number): Verdict {
  const seen = disparity(config.measure, rates, config.confidence)
  return againstLimit({
    gate: 'fairness',
    what: `${config.measure} over '${config.feature}', ${seen.between}:`,
    observed: seen.observed,
    interval: seen.interval,
    limit,
    side: config.measure === 'four-fifths' ? 'least' : 'most',
    rows: rates.rows,
    notes: leftOut(rates),
  })
}

/** How much less fair the challenger is than the champion on the same rows. */
function besideChampion(
  input: GateInput,
  config: Config,
  { rows, rates }: { readonly rows: GroupRows; readonly rates: Rates },
): Verdict {
  const { measure, margin, minGroupRows } = config
  const champion = { ...rows, predicted: predictions(input.task, input.champion) }
  const kept = rates.names
  const of = (who: GroupRows, index: Int32Array) => disparityOf(measure, who, { index, kept })
  const seen = jackknifed(
    rows.labels.length,
    (index) => {
      const [ours, theirs] = [of(rows, index), of(champion, index)]
      if (ours === null || theirs === null) return null
      return measure === 'four-fifths' ? theirs - ours : ours - theirs
    },
    2 * config.confidence - 1,
  )
  if (seen === null) {
    const because = `the groups are too small to leave out a block of rows; each needs ${minGroupRows} rows or more`
    return inconclusive(
      { gate: 'fairness', limit: margin, rows: rates.rows },
      because,
      'more rows of the smaller groups',
    )
  }
  const what = `less fair than the champion in ${measure} over '${config.feature}' by`
  return againstLimit({
    gate: 'fairness',
    what,
    ...seen,
    limit: margin,
    side: 'most',
    rows: rates.rows,
    notes: leftOut(rates),
  })
}

function leftOut({ small }: Rates): string[] {
  return small.length === 0 ? [] : [`left out, being too small: ${small.slice(0, 5).join(', ')}`]
}
