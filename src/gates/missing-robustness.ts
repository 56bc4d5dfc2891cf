import { z } from 'zod'
import type { Verdict } from '../base/verdict.ts'
import { lossesInUnits } from '../data/row-losses.ts'
import { studentBlocks } from '../stats/interval/student-blocks.ts'
import { defineGate, type GateInput } from './gate.ts'
import { againstLimit } from './limit/against-limit.ts'
import { broken, inconclusive } from './limit/unable.ts'
import { type Blocks, independentBlocks } from './paired/blocks.ts'
import { rowLossOf } from './paired/differences.ts'
import { scoreProblem } from './paired/labelled.ts'

const Config = z.strictObject({
  gate: z.literal('missing-robustness'),
  features: z
    .array(z.string().min(1).max(1000))
    .min(1)
    .max(1000)
    .optional()
    .describe('Features that are taken away, one at a time; default: all.'),
  limit: z
    .number()
    .min(0)
    .max(10)
    .default(0.1)
    .describe('So much more may be lost without a feature: 0/1 loss, or |error| in deviations. Loss per row.'),
  confidence: z.number().min(0.55).max(0.999).default(0.95).describe('Of each one-sided bound. Probability.'),
  minBlocks: z.int().min(5).max(1000).default(5).describe('Fewer blocks say nothing. Count.'),
  minBlockRows: z.int().min(20).max(1e6).default(50).describe('Rows of the shortest block. Rows.'),
})
type Config = z.output<typeof Config>

/**
 * What if a feature stops coming? The challenger scores the held-out rows again, with one feature missing in all of them,
 * each in turn; without none of them may its loss rise by more than the limit.
 *
 * Rise a row = loss without the feature − loss with it; Student's interval over blocks of rows. Pass: the upper end for
 * every feature is within the limit, each at the confidence asked for (all of them have to be). Fail: the lower end for
 * some feature is beyond it, at Bonferroni's confidence for as many features. The interval runs from the highest lower
 * end to the highest upper end.
 */
export const missingRobustnessGate = defineGate({
  id: 'missing-robustness',
  title: 'Bears that a feature stops coming',
  source: 'Breck et al. 2017, The ML Test Score; Student 1908; Dunn 1961 (Bonferroni)',
  needs: ['features', 'missing-probe'],
  config: Config,

  judge(input, config) {
    const { limit } = config
    const about = { gate: 'missing-robustness', limit }
    const problem = scoreProblem(input, 'challenger', input.challenger)
    if (problem !== null) return broken(about, problem)
    const { missingProbe } = input
    if (missingProbe === null || missingProbe.length === 0) {
      const because = 'nobody scored the held-out rows without their features'
      return inconclusive(about, because, "the challenger's scores without each feature")
    }
    const unknown = config.features?.find((name) => !missingProbe.some(({ feature }) => feature === name))
    if (unknown !== undefined) return broken(about, `there is no feature '${unknown}' to take away`)
    const rows = input.labels.reduce((n, label) => (Number.isNaN(label) ? n : n + 1), 0)
    const rises: Rise[] = []
    for (const { feature, scores } of missingProbe) {
      const wrong = scoreProblem(input, `challenger without '${feature}'`, scores)
      if (wrong !== null) return broken({ ...about, rows }, wrong)
      const blocks = riseBlocks(input, scores, config)
      if (blocks === null) {
        const because = `${rows} labelled rows do not make ${config.minBlocks} separate blocks of ${config.minBlockRows}`
        return inconclusive(
          { ...about, rows },
          because,
          `about ${Math.max(rows, config.minBlocks * config.minBlockRows)} more labelled rows`,
        )
      }
      rises.push({ feature, blocks })
    }
    return weigh(rises, { limit, rows, confidence: config.confidence })
  },
})

interface Rise {
  readonly feature: string
  readonly blocks: Blocks
}

function riseBlocks(input: GateInput, without: Float32Array, config: Config): Blocks | null {
  const terms = { ...input, loss: rowLossOf(input) }
  const intact = lossesInUnits(terms, input.labels, input.challenger)
  const blank = lossesInUnits(terms, input.labels, without)
  const rise = blank.map((lost, row) => lost - (intact[row] as number)).filter((x) => !Number.isNaN(x))
  return independentBlocks(rise, config.minBlockRows, config.minBlocks)
}

function weigh(
  rises: readonly Rise[],
  { limit, rows, confidence }: { readonly limit: number; readonly rows: number; readonly confidence: number },
): Verdict {
  const together = 1 - (1 - confidence) / rises.length
  const each = rises.map(({ feature, blocks }) => {
    const alone = studentBlocks(blocks.means, 2 * confidence - 1)
    return {
      feature,
      mean: alone.mean,
      high: alone.interval.high,
      low: studentBlocks(blocks.means, 2 * together - 1).interval.low,
    }
  })
  const first = each.reduce((most, one) => (one.mean > most.mean ? one : most))
  const low = each.reduce((most, one) => Math.max(most, one.low), Number.NEGATIVE_INFINITY)
  const high = each.reduce((most, one) => Math.max(most, one.high), Number.NEGATIVE_INFINITY)
  const what = `of ${rises.length} features taken away in turn, '${first.feature}' costs most: loss rises a row by`
  return againstLimit({
    gate: 'missing-robustness',
    what,
    observed: first.mean,
    interval: { low, high, level: 2 * confidence - 1 },
    limit,
    side: 'most',
    rows,
  })
}
