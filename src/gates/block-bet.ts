import { z } from 'zod'
import type { Verdict } from '../base/verdict.ts'
import { lossesInUnits } from '../data/row-losses.ts'
import { type BlockBet, betOnBlock, startBlockBet } from '../stats/sequential/block-bet.ts'
import { defineGate } from './gate.ts'
import { figure } from './limit/against-limit.ts'
import { broken, inconclusive, tooFewRows } from './limit/unable.ts'
import { type Blocks, independentBlocks } from './paired/blocks.ts'
import { lossDifferences, rowLossOf } from './paired/differences.ts'
import { scoreProblem } from './paired/labelled.ts'

const Config = z.strictObject({
  gate: z.literal('block-bet'),
  accept: z
    .enum(['better', 'not-worse'])
    .default('not-worse')
    .describe('What passes: shown to be better, or shown not to be worse by more than the margin.'),
  margin: z
    .number()
    .min(0)
    .max(0.5)
    .default(0.01)
    .describe("What may be lost, relative to the champion's accuracy, or to its loss for values. Share."),
  evidence: z
    .number()
    .min(2)
    .max(1e6)
    .default(20)
    .describe('The e-value that is enough; 20 is wrong in 5 % of comparisons at most. Ratio.'),
  scaleBlocks: z.int().min(1).max(100).default(2).describe('First blocks, which only set the scale. Count.'),
  minBlocks: z.int().min(5).max(1000).default(8).describe('Fewer blocks say nothing. Count.'),
  minBlockRows: z.int().min(20).max(1e6).default(50).describe('Rows of the shortest block. Rows.'),
})
type Config = z.output<typeof Config>

/** e to this power is still a finite number. */
const LARGEST_LN_E = 700

/**
 * The bet that may be watched: evidence that grows block by block, and may be looked at after each without being spent.
 *
 * d = loss(champion) − loss(challenger) a row, in block means; a bet on the claim asked for (better, or not worse by more
 * than the margin) and one on the reverse (worse by more than it). The one whose e-value reaches the limit first decides;
 * no single block may carry more than half of the evidence. `paired-blocks` looks once and sees more; this one goes on
 * where it stopped, as rows come in. The observed number is an e-value: there is no interval.
 *
 * @see docs/deciding.md §4
 */
export const blockBetGate = defineGate({
  id: 'block-bet',
  title: 'A bet on blocks that may be watched',
  source: 'Ville 1939; Waudby-Smith & Ramdas 2024; Keepfit, docs/deciding.md §4',
  config: Config,

  judge(input, config) {
    const about = { gate: 'block-bet', limit: config.evidence }
    const problem =
      scoreProblem(input, 'champion', input.champion) ?? scoreProblem(input, 'challenger', input.challenger)
    if (problem !== null) return broken(about, problem)
    const loss = rowLossOf(input)
    const differences = lossDifferences(input, loss).filter((d) => !Number.isNaN(d))
    const rows = differences.length
    const least = config.minBlocks * config.minBlockRows
    if (rows < least) return tooFewRows(about, rows, least)
    const blocks = independentBlocks(differences, config.minBlockRows, config.minBlocks)
    if (blocks === null) {
      const because = 'neighbouring blocks of rows hang together at every length, so they cannot be counted as separate'
      return inconclusive({ ...about, rows }, because, `about ${rows} more labelled rows`)
    }
    const lost = lossesInUnits({ ...input, loss }, input.labels, input.champion).filter((x) => !Number.isNaN(x))
    const championLoss = lost.reduce((sum, x) => sum + x, 0) / rows
    const margin = config.margin * (loss === '0/1' ? 1 - championLoss : championLoss)
    return { ...about, interval: null, rows, ...outcomeOf(blocks, margin, config) }
  },
})

function outcomeOf(
  blocks: Blocks,
  margin: number,
  config: Config,
): Omit<Verdict, 'gate' | 'rows' | 'interval' | 'limit'> {
  const { accept, evidence } = config
  const claim = watched(
    blocks,
    config,
    accept === 'better' ? { side: 'better', margin: 0 } : { side: 'not-worse', margin },
  )
  const reverse = watched(blocks, config, { side: 'reversed', margin: accept === 'better' ? 0 : margin })
  const never = Number.POSITIVE_INFINITY
  const [shown, refuted] = [claim.shownAt ?? never, reverse.shownAt ?? never]
  const over = `blocks of ${blocks.rows} rows`
  const said = accept === 'better' ? 'better' : `not worse by more than ${figure(margin)}`
  if (shown < refuted) {
    return {
      outcome: 'pass',
      observed: eValue(claim),
      because: `shown to be ${said} after ${shown} ${over}: e-value ${figure(eValue(claim))}`,
    }
  }
  if (refuted < never) {
    const because = `shown to be worse by more than ${figure(accept === 'better' ? 0 : margin)} after ${refuted} ${over}: e-value ${figure(eValue(reverse))}`
    return { outcome: 'fail', observed: eValue(reverse), because }
  }
  const because = `not yet shown to be ${said}: e-value ${figure(eValue(claim))} of ${evidence} after ${claim.blocks} ${over}`
  return { outcome: 'inconclusive', observed: eValue(claim), because, needs: moreBlocks(claim, blocks.rows) }
}

/** The bet as it stood when the claim was first shown, or at the end. */
function watched(
  { means }: Blocks,
  { evidence, scaleBlocks }: Config,
  { side, margin }: Pick<BlockBet, 'side' | 'margin'>,
): BlockBet {
  let bet = startBlockBet({ side, margin, limit: evidence, reference: means.slice(0, scaleBlocks) })
  for (const mean of means.slice(scaleBlocks)) {
    bet = betOnBlock(bet, mean)
    if (bet.shownAt !== null) return bet
  }
  return bet
}

function eValue({ lnE }: BlockBet): number {
  return Math.exp(Math.min(LARGEST_LN_E, lnE))
}

/** How many more blocks it takes, were the evidence to grow as it did. */
function moreBlocks({ lnE, blocks, limit }: BlockBet, rows: number): string {
  if (!(lnE > 0)) return 'more blocks than can be said: so far they speak against it'
  const more = Math.ceil(((Math.log(limit) - lnE) * blocks) / lnE)
  return `about ${Math.max(1, more)} more blocks of ${rows} rows`
}
