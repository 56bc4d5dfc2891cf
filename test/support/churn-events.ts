import { seededRng } from '../../src/base/rng.ts'

export const DAY_MS = 86_400_000
export const FIRST_DAY = Date.UTC(2026, 0, 1)

/** The configuration of the model that `churnDay` tells of. */
export const CHURN_YAML = `version: 1
models:
  churn:
    task: binary
    time: time
    label: { column: churned, positive: '1', delay: 1d }
    windows: { every: 1d }
    warmupWindows: 4
    mode: auto
`

/**
 * Events of one day: predictions, and the labels that come half a day after each. From `changeOn` on the rule is another
 * one, so that a version which learned before is wrong about most rows.
 */
export function churnDay(day: number, { rows = 300, changeOn = 14, model = 'churn' } = {}): object[] {
  const rng = seededRng(day + 1)
  return Array.from({ length: rows }, (_, row) => {
    const [x, y] = [4 * rng() - 2, 4 * rng() - 2]
    const plan = rng() < 0.5 ? 'basic' : 'family'
    const tendency = day < changeOn ? 2 * x + (plan === 'basic' ? 1 : -1) : 2 * y - 2 * x
    const label = rng() < 1 / (1 + Math.exp(-tendency)) ? 1 : 0
    const time = FIRST_DAY + day * DAY_MS + Math.floor((row * DAY_MS) / rows)
    const id = `p${day}-${row}`
    const about = { model, time }
    return [
      { ...about, id, type: 'prediction', features: { x, y, plan }, score: 0.5 },
      { ...about, id: `l${day}-${row}`, type: 'label', predictionId: id, label, time: time + DAY_MS / 2 },
    ]
  }).flat()
}
