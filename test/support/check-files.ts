import { normal, type Rng, seededRng } from '../../src/base/rng.ts'
import { type Column, type Frame, frame } from '../../src/data/frame.ts'
import { type CheckInput, checkTables } from '../../src/watch/check/check.ts'
import type { MetricChange } from '../../src/watch/check/performance-change.ts'
import { sketchOf } from './sketch-of.ts'

export const ROWS = 10_000
export const none = (rows: number) => new Uint8Array(rows)

export function numbers(
  name: string,
  rng: Rng,
  value: (z: number, row: number) => number = (z) => z,
  rows = ROWS,
): Column {
  const values = Float64Array.from({ length: rows }, (_, row) => value(normal(rng), row))
  const missing = Uint8Array.from(values, (x) => Number(Number.isNaN(x)))
  return { kind: 'numeric', name, values, missing }
}

export function words(name: string, texts: readonly string[]): Column {
  const categories = [...new Set(texts)]
  const codeOf = new Map(categories.map((text, code) => [text, code]))
  const values = Int32Array.from(texts, (text) => codeOf.get(text)!)
  return { kind: 'categorical', name, values, missing: none(texts.length), categories }
}

export function colours(name: string, rng: Rng, of: (u: number, row: number) => string, rows = ROWS): Column {
  return words(
    name,
    Array.from({ length: rows }, (_, row) => of(rng(), row)),
  )
}

export const usual = (u: number) => (u < 0.6 ? 'red' : u < 0.9 ? 'green' : 'blue')

export type Change = (columns: Column[], rng: Rng) => Column[]

/** Two numbers, a heavy tail, a list of colours, a score that follows `a` alone; the current file is changed. */
export function files(change: Change = (columns) => columns, rows = ROWS): { reference: Frame; current: Frame } {
  const draw = (seed: number) => {
    const rng = seededRng(seed)
    const a = numbers('a', rng, (z) => z, rows)
    const score: Column = { ...a, kind: 'numeric', name: 'score', values: Float64Array.from(a.values, Math.tanh) }
    const others = [numbers('b', rng, (z) => z, rows), numbers('tail', rng, (z) => Math.exp(2 * z), rows)]
    return { rng, columns: [a, ...others, colours('colour', rng, usual, rows), score] }
  }
  const now = draw(2)
  return { reference: frame(draw(1).columns), current: frame(change(now.columns, now.rng)) }
}

export function checked(change?: Change, options: Partial<CheckInput> = {}, rows = ROWS) {
  const { reference, current } = files(change, rows)
  const asked = { prediction: 'score', performance: [], ...options }
  return checkTables({ reference: sketchOf(reference), current: sketchOf(current), ...asked })
}

export const replaced =
  (name: string, make: (old: Column, rng: Rng) => Column): Change =>
  (columns, rng) =>
    columns.map((column) => (column.name === name ? make(column, rng) : column))

export const mapped = (name: string, value: (x: number, row: number) => number): Change =>
  replaced(name, (old) => {
    const values = Float64Array.from(old.values as Float64Array, value)
    return { kind: 'numeric', name, values, missing: Uint8Array.from(values, (x) => Number(Number.isNaN(x))) }
  })

export const WORSE: MetricChange = {
  metric: 'accuracy',
  reference: { value: 0.9, interval: { low: 0.89, high: 0.91, level: 0.95 }, rows: ROWS },
  current: { value: 0.8, interval: { low: 0.79, high: 0.81, level: 0.95 }, rows: ROWS },
  change: -0.1,
  interval: { low: -0.12, high: -0.08, level: 0.95 },
  least: 0.01,
  verdict: 'worse',
}
export const HELD: MetricChange = {
  ...WORSE,
  change: 0,
  interval: { low: -0.01, high: 0.01, level: 0.95 },
  verdict: 'steady',
}

export const of = ({ features }: ReturnType<typeof checked>, name: string) =>
  features.find(({ feature }) => feature === name)
export const found = (result: ReturnType<typeof checked>, name: string) =>
  of(result, name)
    ?.findings.filter(({ kind }) => kind === 'broken' || kind === 'moved')
    .map(({ detector }) => detector) ?? []
