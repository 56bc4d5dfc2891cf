import { z } from 'zod'
import type { Decision, Reason } from '../base/decision.ts'
import { defineTrigger } from './trigger.ts'

/**
 * Retrain when enough new labelled rows have come since the last training: `rows` of them, or `share` of the rows that
 * the live version learned from; where both are given, either is enough. It says nothing of whether they teach anything
 * new. Rows that broke the data contract do not count.
 */
export const newLabelsTrigger = defineTrigger({
  id: 'new-labels',
  title: 'New labelled rows',
  source: 'Keepfit, docs/deciding.md §7 (retraining by volume, as practitioners do)',
  holdsOut: 'newest',
  config: z
    .strictObject({
      trigger: z.literal('new-labels'),
      rows: z
        .int()
        .min(1)
        .max(1_000_000_000)
        .optional()
        .describe('So many labelled rows since the last training. Rows.'),
      share: z
        .number()
        .min(0.001)
        .max(1000)
        .optional()
        .describe('So many, in parts of the rows that the live version learned from. Share.'),
    })
    .superRefine(({ rows, share }, check) => {
      if (rows === undefined && share === undefined)
        check.addIssue('new-labels takes rows, share, or both; got neither')
    }),
  needs: () => [],

  decide(context, { rows, share }): Decision {
    const value = context.labelledRowsSinceTraining
    const learned = context.live.rows
    const limits = [rows, share === undefined || learned === null ? undefined : Math.ceil(share * learned)]
    const limit = Math.min(...limits.filter((one) => one !== undefined))
    if (value >= limit) {
      const text = `${value} labelled rows came since the last training; due at ${limit}`
      return { kind: 'retrain', because: [{ by: 'new-labels', text, value, limit }] }
    }
    if (share !== undefined && learned === null) {
      const text = 'nobody knows how many rows the live version learned from'
      return { kind: 'undecided', missing: ['origin'], because: [{ by: 'new-labels', text }] }
    }
    const because: Reason = {
      by: 'new-labels',
      text: `${value} labelled rows came since the last training; due at ${limit}`,
      value,
      limit,
    }
    return { kind: 'wait', because: [because] }
  },
})
