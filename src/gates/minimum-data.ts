import { z } from 'zod'
import type { Task } from '../data/schema.ts'
import { defineGate, type TrainingCounts } from './gate.ts'
import { inconclusive } from './limit/unable.ts'

const Config = z.strictObject({
  gate: z.literal('minimum-data'),
  minRows: z.int().min(1).max(1e9).default(500).describe('Least labelled rows learned from. Rows.'),
  minRowsPerClass: z.int().min(0).max(1e9).default(20).describe('Least labelled rows of each class. Rows.'),
  minWindows: z.int().min(1).max(100_000).default(1).describe('Least windows learned from. Windows.'),
})

interface Count {
  readonly what: string
  readonly have: number
  readonly need: number
}

/**
 * Did the challenger learn from enough? Labelled rows, rows of each class, and windows, each against its least number.
 * Counted, not estimated: too little is a failure, whatever the scores look like.
 */
export const minimumDataGate = defineGate({
  id: 'minimum-data',
  title: 'Enough rows to learn from',
  source: 'Keepfit',
  needs: ['training-counts'],
  config: Config,

  judge({ task, trainingCounts }, config) {
    const about = { gate: 'minimum-data', limit: config.minRows }
    if (trainingCounts === null) {
      return inconclusive(
        about,
        'nobody counted the rows that the challenger learned from',
        'the counts of its training',
      )
    }
    const counts = countsOf(task, trainingCounts, config)
    const short = counts.filter(({ have, need }) => have < need)
    // The one that lacks most, in parts of what it needs; if none lacks, the rows as a whole.
    const named = short.toSorted((a, b) => a.have / a.need - b.have / b.need)[0] ?? (counts[0] as Count)
    const seen = { gate: 'minimum-data', observed: named.have, limit: named.need, interval: null }
    const { rows } = trainingCounts
    if (short.length === 0) {
      const because = `it learned from ${listed(counts.map(({ what, have }) => `${have} ${what}`))}`
      return { ...seen, rows, outcome: 'pass', because }
    }
    const lacks = short.map(({ what, have, need }) => `${have} ${what}, fewer than ${need}`)
    return { ...seen, rows, outcome: 'fail', because: `it learned from ${listed(lacks)}` }
  },
})

function countsOf(
  task: Task,
  { rows, rowsPerClass, windows }: TrainingCounts,
  config: z.output<typeof Config>,
): Count[] {
  const classes = task.kind === 'regression' ? [] : task.classes
  return [
    { what: 'labelled rows', have: rows, need: config.minRows },
    ...classes.map((name, code) => ({
      what: `rows of class '${name}'`,
      have: rowsPerClass[code] ?? 0,
      need: config.minRowsPerClass,
    })),
    { what: windows === 1 ? 'window' : 'windows', have: windows, need: config.minWindows },
  ]
}

function listed(parts: readonly string[]): string {
  const most = 6
  const shown = parts.slice(0, most).join('; ')
  return parts.length > most ? `${shown}; and ${parts.length - most} more` : shown
}
