import { z } from 'zod'
import type { Verdict } from '../base/verdict.ts'
import { defaultRowLoss, lossesInUnits } from '../data/row-losses.ts'
import type { Task } from '../data/schema.ts'
import { studentBlocks } from '../stats/interval/student-blocks.ts'
import type { RowLoss } from '../stats/metrics/row-losses.ts'
import { defineGate, type GateInput } from './gate.ts'
import { type Blocks, blocksToClear, independentBlocks } from './paired/blocks.ts'
import { labelledRows, scoreProblem } from './paired/labelled.ts'

const Config = z.strictObject({
  gate: z.literal('paired-blocks'),
  accept: z
    .enum(['better', 'not-worse'])
    .default('not-worse')
    .describe('What passes: clearly better only, or also not worse than the champion by more than the margin.'),
  classLoss: z.enum(['0/1', 'brier']).default('0/1').describe('Loss of a row of a classification task.'),
  valueLoss: z.enum(['absolute', 'squared']).default('absolute').describe('Loss of a row of a regression task.'),
  margin: z
    .number()
    .min(0)
    .max(0.5)
    .default(0.01)
    .describe("What may be lost, relative to the champion's accuracy (0/1 loss) or to its loss (else). Share."),
  confidence: z.number().min(0.55).max(0.999).default(0.95).describe('Of each one-sided bound. Probability.'),
  minBlocks: z.int().min(5).max(1000).default(5).describe('Fewer blocks say nothing. Count.'),
  minBlockRows: z.int().min(20).max(1e6).default(50).describe('Rows of the shortest block. Rows.'),
})
type Config = z.output<typeof Config>

/**
 * One look back: is the challenger better than the champion on the same held-out rows, or at least not worse?
 *
 * d = loss(champion) − loss(challenger) a row, averaged over blocks of consecutive rows that are long enough for their
 * means to show no autocorrelation; mean with Student's t over K ≥ 5 blocks, one-sided. Better: lower bound > 0. Not
 * worse: lower bound > −margin. Worse: upper bound < 0. Anything else is inconclusive, a normal answer.
 */
export const pairedBlocksGate = defineGate({
  id: 'paired-blocks',
  title: 'Paired comparison by blocks of rows',
  source: 'Student 1908; Law & Carson 1979 (batch means); Keepfit, docs/deciding.md §4',
  config: Config,

  judge(input, config) {
    const loss = lossOf(input.task, config)
    const about = { gate: 'paired-blocks', observed: null, limit: null, interval: null }
    const problem =
      scoreProblem(input, 'champion', input.champion) ?? scoreProblem(input, 'challenger', input.challenger)
    if (problem !== null) return { ...about, rows: 0, outcome: 'error', because: problem }
    const { differences, championLoss } = pairedLosses(input, loss)
    const rows = differences.length
    const leastRows = config.minBlocks * config.minBlockRows
    if (rows < leastRows) {
      const because = `${rows} labelled rows are fewer than ${config.minBlocks} blocks of ${config.minBlockRows}`
      return { ...about, rows, outcome: 'inconclusive', because, needs: `${leastRows - rows} more labelled rows` }
    }
    const blocks = independentBlocks(differences, config.minBlockRows, config.minBlocks)
    if (blocks === null) {
      const because = 'neighbouring blocks of rows hang together at every length, so they cannot be counted as separate'
      return { ...about, rows, outcome: 'inconclusive', because, needs: `about ${rows} more labelled rows` }
    }
    const allowed = config.margin * (loss === '0/1' ? 1 - championLoss : championLoss)
    return { ...about, rows, ...weigh(blocks, { ...config, allowed, loss }) }
  },
})

function lossOf(task: Task, config: Config): RowLoss {
  return defaultRowLoss(task) === 'squared' ? config.valueLoss : config.classLoss
}

function pairedLosses(input: GateInput, loss: RowLoss) {
  const { labels, champion, challenger } = labelledRows(input)
  const ofChampion = lossesInUnits({ ...input, loss }, labels, champion)
  const ofChallenger = lossesInUnits({ ...input, loss }, labels, challenger)
  const championLoss = ofChampion.reduce((sum, x) => sum + x, 0) / labels.length
  return { differences: ofChampion.map((x, row) => x - (ofChallenger[row] as number)), championLoss }
}

type Terms = Config & { readonly allowed: number; readonly loss: RowLoss }

function weigh(blocks: Blocks, terms: Terms): Omit<Verdict, 'gate' | 'rows'> {
  const { mean, standardError, interval } = studentBlocks(blocks.means, 2 * terms.confidence - 1)
  const limit = terms.accept === 'better' ? 0 : -terms.allowed
  const count = blocks.means.length
  const seen = { observed: mean, limit, interval }
  const saved = `${terms.loss} loss saved a row: ${range(mean, interval)} over ${count} blocks of ${blocks.rows} rows`
  if (interval.low > 0) return { ...seen, outcome: 'pass', because: `clearly better; ${saved}` }
  if (terms.accept === 'not-worse' && interval.low > limit) {
    return { ...seen, outcome: 'pass', because: `not worse by more than ${terms.allowed.toFixed(4)}; ${saved}` }
  }
  if (interval.high < 0) return { ...seen, outcome: 'fail', because: `clearly worse; ${saved}` }
  const spread = standardError * Math.sqrt(count)
  const needs = moreBlocks({ mean, spread, limit, count, length: blocks.rows, confidence: terms.confidence })
  const because = `neither clearly ${terms.accept === 'better' ? 'better' : 'not worse'} nor clearly worse; ${saved}`
  return { ...seen, outcome: 'inconclusive', because, needs }
}

/** What it would take for one of the bounds to clear its line, were the mean and the spread to stay. */
function moreBlocks(now: Record<'mean' | 'spread' | 'limit' | 'count' | 'length' | 'confidence', number>): string {
  const toPass = blocksToClear(now.spread, now.mean - now.limit, now.confidence)
  const toFail = blocksToClear(now.spread, -now.mean, now.confidence)
  const total = Math.min(toPass ?? Number.POSITIVE_INFINITY, toFail ?? Number.POSITIVE_INFINITY)
  if (total === Number.POSITIVE_INFINITY) return 'more blocks than could be gathered: the two are too much alike'
  return `about ${Math.max(1, total - now.count)} more blocks of ${now.length} rows`
}

function range(mean: number, { low, high }: { low: number; high: number }): string {
  return `${mean.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`
}
