import { z } from 'zod'
import type { Comparison } from '../base/comparison.ts'
import type { Decision, Reason } from '../base/decision.ts'
import { clearlyBetter } from '../stats/paired-rows.ts'
import { defineTrigger } from './trigger.ts'

/** A retired version must win back at least this share of the gap to be reinstated. */
const REUSE_SHARE = 0.3
/** The gap "still grows fast" when it rose by more than this share of itself since the window before. */
const GROWTH_SHARE = 0.3
/** What one training charges beside itself: cutting the octiles (`octiles` in backtest/charges.ts). */
export const TRAINING_FACTOR = 1.015
/** A hint is worth looking at retired versions once a fifth of a training's cost is in sight. */
const HINT_FACTOR = 0.2

/**
 * Retrain when what the champion loses avoidably, over the windows that a new version will probably serve, exceeds the
 * cost of a training: H · g_lo > 1.015 α. Before that, at H · g_lo > .2 α, look whether a retired version is right for
 * today: reinstating costs nothing. While the gap still grows fast the window holds too few rows from after the change,
 * so waiting (at most `maxWaits` windows for each live version) trains on better data.
 */
export const avoidableLossTrigger = defineTrigger({
  id: 'avoidable-loss',
  title: 'Avoidable loss against cost',
  source: 'Keepfit, docs/deciding.md §2',
  holdsOut: 'none',
  config: z.strictObject({
    trigger: z.literal('avoidable-loss'),
    floor: z.number().min(0).max(1).default(0.005).describe('A smaller sure gap is never acted on. Loss per row.'),
    maxWaits: z.int().min(0).max(10).default(2).describe('Windows to wait while the gap still grows fast. Windows.'),
    reuse: z.boolean().default(true).describe('Try retired versions before training a new one.'),
  }),
  needs: () => [{ detector: 'avoidable-loss' }],

  decide(context, { floor, maxWaits, reuse }): Decision {
    const seen = context.evidence.find((e) => e.detector === 'avoidable-loss')
    if (seen === undefined) return { kind: 'undecided', missing: ['labels'], because: [] }
    if (seen.kind !== 'estimate') {
      const text = `the avoidable loss is not known yet: ${seen.rows} labelled rows since this version went live`
      return { kind: 'undecided', missing: ['rows'], because: [{ by: 'avoidable-loss', text, rows: seen.rows }] }
    }
    const gap = seen.value
    const sure = seen.interval.low
    const worth = context.horizonWindows * sure
    const reason = (text: string, limit: number): Reason => ({
      by: 'avoidable-loss',
      text,
      value: worth,
      limit,
      rows: seen.rows,
    })

    // The higher of both is the one that holds it back: it is what the reason is held against.
    const least = Math.max(floor * context.horizonWindows, HINT_FACTOR * context.cost)
    if (sure <= floor || worth <= HINT_FACTOR * context.cost) {
      const text =
        sure > 0
          ? 'what a fresher model would surely save is too little to act on'
          : 'the champion loses nothing that a fresher model would surely save'
      return { kind: 'wait', because: [reason(text, least)] }
    }
    if (reuse && context.comparisons === null) return { kind: 'undecided', missing: ['retired-versions'], because: [] }
    const best = reuse ? bestRetired(context.comparisons ?? [], gap) : undefined
    if (best !== undefined) {
      const saved = best.sum / best.rows
      const text = `retired version ${best.version} would have saved ${saved.toFixed(4)} loss a row on the newest window`
      return {
        kind: 'reinstate',
        version: best.version,
        because: [{ by: 'avoidable-loss', text, value: saved, limit: REUSE_SHARE * gap, rows: best.rows }],
      }
    }
    const price = TRAINING_FACTOR * context.cost
    if (worth <= price)
      return { kind: 'wait', because: [reason('the avoidable loss does not pay for a training yet', price)] }
    const growth = seen.previous === undefined ? 0 : gap - seen.previous
    if (growth > GROWTH_SHARE * gap && context.waits < maxWaits) {
      return {
        kind: 'wait',
        isPostponed: true,
        because: [
          {
            by: 'avoidable-loss',
            text: 'the gap still grows fast; one more window after the change makes better training data',
            value: growth,
            limit: GROWTH_SHARE * gap,
            rows: seen.rows,
          },
        ],
      }
    }
    const windows = context.horizonWindows.toFixed(1)
    return {
      kind: 'retrain',
      because: [reason(`at least ${sure.toFixed(4)} loss a row is avoidable over about ${windows} windows`, price)],
    }
  },
})

function bestRetired(comparisons: readonly Comparison[], gap: number): Comparison | undefined {
  let best: Comparison | undefined
  for (const one of comparisons) {
    if (!clearlyBetter(one) || one.sum / one.rows <= REUSE_SHARE * gap) continue
    if (best === undefined || one.sum > best.sum) best = one
  }
  return best
}
