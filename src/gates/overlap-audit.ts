import { z } from 'zod'
import { defineGate, type RowIds } from './gate.ts'

/** Most ids that the verdict names. */
const NAMED = 3

/**
 * Were the held-out rows really held out? Any of them among the rows that either version learned from fails: a model
 * that has seen the answers wins every comparison. Rows of equal content under another id are reported, not judged:
 * in many tables equal rows are simply frequent.
 */
export const overlapAuditGate = defineGate({
  id: 'overlap-audit',
  title: 'No held-out row was trained on',
  source: 'Kaufman, Rosset & Perlich 2011, Leakage in data mining',
  config: z.strictObject({ gate: z.literal('overlap-audit') }),

  judge({ training, heldOut, equalContentRows }) {
    const about = { gate: 'overlap-audit', observed: null, limit: 0, interval: null, rows: heldOut.length }
    if (heldOut.length === 0) {
      return { ...about, outcome: 'inconclusive', because: 'no row was held out', needs: 'held-out rows' }
    }
    if (training.challenger.length === 0) {
      const because = 'the rows that the challenger learned from are not known'
      return { ...about, outcome: 'inconclusive', because, needs: 'the ids of its training rows' }
    }
    const asked = new Set<string>()
    for (let i = 0; i < heldOut.length; i++) asked.add(String(heldOut[i]))
    const shared = [
      ...sharedWith(asked, training.challenger, 'challenger'),
      ...sharedWith(asked, training.champion, 'champion'),
    ]
    const equal = equalContentRows === null ? 'not counted' : String(equalContentRows)
    const notes = [`rows of equal content under another id: ${equal}`]
    if (training.champion.length === 0) notes.push('the rows that the champion learned from are not known')
    const observed = new Set(shared.map(({ id }) => id)).size
    if (observed > 0) {
      const named = shared.slice(0, NAMED).map(({ id, by }) => `${id} (${by})`)
      const because = `${observed} held-out rows were trained on, such as ${named.join(', ')}; ${notes.join('; ')}`
      return { ...about, outcome: 'fail', observed, because }
    }
    return { ...about, outcome: 'pass', observed, because: `no held-out row was trained on; ${notes.join('; ')}` }
  },
})

/** Ids are compared by their text: 12 and '12' name the same row. */
function sharedWith(asked: ReadonlySet<string>, trained: RowIds, by: string): { id: string; by: string }[] {
  const shared = new Set<string>()
  for (let i = 0; i < trained.length; i++) if (asked.has(String(trained[i]))) shared.add(String(trained[i]))
  return [...shared].map((id) => ({ id, by }))
}
