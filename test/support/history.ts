import { normal, seededRng } from '../../src/base/rng.ts'

/** One generated row of a small labelled history: two numbers, a category, and an outcome that they explain. */
export interface HistoryRow {
  readonly day: string
  readonly x: number
  readonly noise: number
  readonly colour: string
  readonly churned: number
}

const COLOURS = ['red', 'green', 'blue']
const DAY_MS = 86_400_000
const START = Date.UTC(2026, 0, 1)

/** `rows` rows, ten a day from 2026-01-01; the outcome is mostly 1 where x > 0. Seeded. */
export function historyRows(rows: number, seed = 1): HistoryRow[] {
  const rng = seededRng(seed)
  return Array.from({ length: rows }, (_, row) => {
    const x = normal(rng)
    return {
      day: new Date(START + Math.floor(row / 10) * DAY_MS).toISOString().slice(0, 10),
      x: Number(x.toFixed(4)),
      noise: Number(rng().toFixed(4)),
      colour: COLOURS[Math.floor(rng() * COLOURS.length)] as string,
      churned: x + 0.5 * normal(rng) > 0 ? 1 : 0,
    }
  })
}

/** The rows as CSV text with a header. */
export function historyCsv(rows: readonly HistoryRow[]): string {
  const lines = rows.map(({ day, x, noise, colour, churned }) => `${day},${x},${noise},${colour},${churned}`)
  return `day,x,noise,colour,churned\n${lines.join('\n')}\n`
}
