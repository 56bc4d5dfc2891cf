import { seededRng } from '../../src/base/rng.ts'
import { type Column, type Frame, frame } from '../../src/data/frame.ts'

const DAY = 86_400_000
const AIRPORTS = ['ORD', 'DFW', 'ATL', 'LAX', 'PHX', 'STL', 'DTW', 'MSP']
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** Made-up flights with the columns of the real ones: late where flights before them were, and in the evening. */
export function madeUpFlights(days: number, perDay: number): Frame {
  const rows = days * perDay
  const rng = seededRng(3)
  const missing = () => new Uint8Array(rows)
  const numeric = (name: string, at: (row: number) => number): Column => ({
    kind: 'numeric',
    name,
    values: Float64Array.from({ length: rows }, (_, row) => at(row)),
    missing: missing(),
  })
  const text = (name: string, categories: readonly string[], at: (row: number) => number): Column => ({
    kind: 'categorical',
    name,
    categories,
    values: Int32Array.from({ length: rows }, (_, row) => at(row)),
    missing: missing(),
  })
  const anyAirport = () => Math.floor(rng() * AIRPORTS.length)
  const hourOf = (row: number) => Math.floor(((row % perDay) * 24) / perDay)
  const here = Float64Array.from({ length: rows }, () => rng() * rng())
  const date = Float64Array.from({ length: rows }, (_, row) => Date.UTC(2001, 0, 1) + (row * DAY) / perDay)
  return frame([
    numeric('id', (row) => row),
    { kind: 'time', name: 'date', values: date, missing: missing() },
    numeric('hour', hourOf),
    text('weekday', WEEKDAYS, (row) => Math.floor(row / perDay) % 7),
    text('origin', AIRPORTS, anyAirport),
    text('destination', AIRPORTS, anyAirport),
    numeric('distance', () => 100 + Math.round(900 * rng() ** 2)),
    numeric('late_here', (row) => here[row]!),
    numeric('late_everywhere', () => 0.1 + 0.2 * rng()),
    numeric('late', (row) => (rng() < 0.02 + 0.9 * here[row]! + (hourOf(row) >= 20 ? 0.15 : 0) ? 1 : 0)),
  ])
}
