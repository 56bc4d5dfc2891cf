import { z } from 'zod'
import { wilson } from '../stats/interval/wilson.ts'
import { defineGate } from './gate.ts'
import { againstLimit } from './limit/against-limit.ts'
import { broken, skipped, tooFewRows } from './limit/unable.ts'

/**
 * Are the challenger's answers fast enough? A quantile (the 95th percentile unless told otherwise) of recorded answer
 * times must keep to a limit with its whole interval.
 *
 * Quantile q: the ⌈qn⌉-th shortest time. Its interval runs between two order statistics whose ranks are Wilson's bounds
 * of q at n answers, rounded outwards: no distribution is assumed. Answers count as independent; of a burst of slow ones
 * that hang together the interval is too short. A backtest has no answer times: skipped.
 */
export const latencyGate = defineGate({
  id: 'latency',
  title: 'Answers fast enough',
  source: 'Wilson 1927; Hahn & Meeker 1991 (distribution-free interval of a quantile)',
  needs: ['latencies'],
  config: z.strictObject({
    gate: z.literal('latency'),
    limit: z.number().min(0.001).max(1e7).default(100).describe('The slowest that the quantile may be. Milliseconds.'),
    quantile: z.number().min(0.5).max(0.999).default(0.95).describe('Which part must be answered in time. Share.'),
    confidence: z.number().min(0.55).max(0.999).default(0.95).describe('Of each one-sided bound. Probability.'),
    minAnswers: z.int().min(20).max(1e9).default(200).describe('Fewer recorded answers say nothing. Count.'),
  }),

  judge({ latencies }, { limit, quantile, confidence, minAnswers }) {
    const about = { gate: 'latency', limit }
    if (latencies === null) return skipped(about, 'no answer of the challenger was timed, as in a backtest')
    const at = latencies.findIndex((ms) => !(ms >= 0 && ms < Number.POSITIVE_INFINITY))
    if (at >= 0)
      return broken(about, `answer ${at} took ${latencies[at]} ms; a time must be a finite number, 0 or more`)
    const rows = latencies.length
    if (rows < minAnswers) return tooFewRows(about, rows, minAnswers, 'timed answers')
    const sorted = latencies.slice().sort()
    const nth = (rank: number) => sorted[Math.min(rows, Math.max(1, rank)) - 1] as number
    const level = 2 * confidence - 1
    const ranks = wilson(quantile * rows, rows, level)
    const interval = { low: nth(Math.floor(ranks.low * rows)), high: nth(Math.ceil(ranks.high * rows) + 1), level }
    const observed = nth(Math.ceil(quantile * rows - 1e-9))
    const what = `${Number((100 * quantile).toFixed(3))} % of answers in milliseconds: within`
    return againstLimit({ gate: 'latency', what, observed, interval, limit, side: 'most', rows })
  },
})
