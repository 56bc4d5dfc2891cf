import { z } from 'zod'
import type { Verdict } from '../base/verdict.ts'
import { type BlockMean, studentBlocks } from '../stats/interval/student-blocks.ts'
import { eBenjaminiHochberg } from '../stats/multiplicity/e-benjamini-hochberg.ts'
import { betOnBlock, startBlockBet } from '../stats/sequential/block-bet.ts'
import { defineGate } from './gate.ts'
import { type Slice, slicesOf } from './groups/slice.ts'
import { figure } from './limit/against-limit.ts'
import { broken, inconclusive } from './limit/unable.ts'
import { independentBlocks } from './paired/blocks.ts'
import { lossDifferences, rowLossOf } from './paired/differences.ts'
import { scoreProblem } from './paired/labelled.ts'

const Config = z.strictObject({
  gate: z.literal('slices'),
  features: z
    .array(z.string().min(1).max(1000))
    .min(1)
    .max(1000)
    .optional()
    .describe('Features whose categories, or quartiles, are the slices; default: all.'),
  accept: z
    .enum(['none-worse', 'all-not-worse'])
    .default('none-worse')
    .describe('What passes: no slice is shown to be worse, or each slice is shown not to be.'),
  margin: z.number().min(0).max(1).default(0.01).describe('So much more loss in a slice does not count. Loss per row.'),
  falseDiscoveries: z
    .number()
    .min(0.001)
    .max(0.5)
    .default(0.05)
    .describe('Of the slices called worse, the expected part that is not. Share.'),
  confidence: z.number().min(0.55).max(0.999).default(0.95).describe('Of each one-sided bound. Probability.'),
  minBlocks: z.int().min(5).max(1000).default(5).describe('A slice with fewer blocks says nothing. Count.'),
  minBlockRows: z.int().min(10).max(1e6).default(20).describe('Rows of the shortest block of a slice. Rows.'),
})
type Config = z.output<typeof Config>

/**
 * Is the challenger worse for somebody, though better on the whole? Paired loss differences in each slice: a category, a
 * quartile, or the rows where a feature is missing.
 *
 * A slice is called worse by the bet on its block means that the challenger adds more than the margin (`reversed`), with
 * the e-values of all slices under e-BH: whatever slices share, at most the claimed part of those called worse is not.
 * `all-not-worse` asks more: in each slice the upper end of Student's interval of the added loss is within the margin.
 * Slices with too few rows are counted in the verdict; where no slice has enough it is inconclusive.
 */
export const slicesGate = defineGate({
  id: 'slices',
  title: 'No slice of the rows is worse off',
  source: 'Wang & Ramdas 2022 (e-BH); Waudby-Smith & Ramdas 2024 (betting); Student 1908',
  needs: ['features'],
  config: Config,

  judge(input, config) {
    const about = { gate: 'slices', limit: config.margin }
    if (input.features === null) {
      return inconclusive(about, 'the features of the held-out rows are not known', 'the features of the held-out rows')
    }
    const problem =
      scoreProblem(input, 'champion', input.champion) ?? scoreProblem(input, 'challenger', input.challenger)
    if (problem !== null) return broken(about, problem)
    const { columns } = input.features
    const unknown = config.features?.find((name) => !columns.some((column) => column.name === name))
    if (unknown !== undefined) return broken(about, `there is no feature '${unknown}' to cut slices by`)
    const named = columns.filter(({ name }) => config.features?.includes(name) ?? true)
    const differences = lossDifferences(input, rowLossOf(input))
    const rows = differences.reduce((n, d) => (Number.isNaN(d) ? n : n + 1), 0)
    const all = named.flatMap(slicesOf)
    const judged = all.flatMap((slice) => measured(slice, differences, config) ?? [])
    const short = all.length - judged.length
    if (judged.length === 0) {
      const least = config.minBlocks * config.minBlockRows
      const because = `none of ${all.length} slices has ${config.minBlocks} separate blocks of ${config.minBlockRows} labelled rows`
      return inconclusive({ ...about, rows }, because, `slices of at least ${least} labelled rows`)
    }
    return { gate: 'slices', limit: config.margin, rows, ...weigh(judged, short, config) }
  },
})

interface MeasuredSlice {
  readonly name: string
  /** Loss that the challenger adds a row, with its interval. */
  readonly added: BlockMean
  readonly blockRows: number
  /** Evidence that it adds more than the margin. */
  readonly eValue: number
}

function measured({ feature, name, rows }: Slice, differences: Float64Array, config: Config): MeasuredSlice | null {
  const series = Float64Array.from(rows, (row) => -(differences[row] as number)).filter((x) => !Number.isNaN(x))
  const blocks = independentBlocks(series, config.minBlockRows, config.minBlocks)
  if (blocks === null) return null
  const { margin, confidence } = config
  let bet = startBlockBet({ side: 'reversed', margin, reference: [] })
  for (const mean of blocks.means) bet = betOnBlock(bet, -mean)
  // One huge block is no pattern: it may not carry most of the evidence.
  const eValue = bet.largestStep <= bet.lnE / 2 ? Math.exp(Math.min(700, bet.lnE)) : 0
  return {
    name: `${feature} ${name}`,
    added: studentBlocks(blocks.means, 2 * confidence - 1),
    blockRows: blocks.rows,
    eValue,
  }
}

function weigh(
  judged: readonly MeasuredSlice[],
  short: number,
  config: Config,
): Omit<Verdict, 'gate' | 'rows' | 'limit'> {
  const isWorse = eBenjaminiHochberg(
    judged.map(({ eValue }) => eValue),
    config.falseDiscoveries,
  )
  const worse = judged.filter((_, at) => isWorse[at])
  const named = worst(worse.length > 0 ? worse : judged)
  const { mean, interval } = named.added
  const seen = { observed: mean, interval }
  const most = `${named.name} with ${figure(mean)} [${figure(interval.low)}, ${figure(interval.high)}] loss added a row`
  const left = short === 0 ? '' : `; ${short} slices have too few rows to say anything`
  if (worse.length > 0) {
    return {
      ...seen,
      outcome: 'fail',
      because: `${worse.length} of ${judged.length} slices are worse, most ${most}${left}`,
    }
  }
  if (config.accept === 'none-worse') {
    const because = `none of ${judged.length} slices is shown to be worse by more than ${config.margin}; most loss: ${most}${left}`
    return { ...seen, outcome: 'pass', because }
  }
  const open = judged.filter(({ added }) => added.interval.high > config.margin)
  if (open.length === 0 && short === 0) {
    return { ...seen, outcome: 'pass', because: `each of ${judged.length} slices is not worse; most loss: ${most}` }
  }
  const because = `${open.length} of ${judged.length} slices are not shown to be no worse by more than ${config.margin}; most loss: ${most}${left}`
  return {
    ...seen,
    outcome: 'inconclusive',
    because,
    needs: 'more labelled rows in the slices that are small or in doubt',
  }
}

function worst(slices: readonly MeasuredSlice[]): MeasuredSlice {
  return slices.reduce((most, one) => (one.added.mean > most.added.mean ? one : most))
}
