import { expect, test } from 'vitest'
import type { ModelRef } from '../backtest/ports.ts'
import { recordedStream } from '../backtest/stream.ts'
import { normal, seededRng } from '../base/rng.ts'
import { DEFAULT_CONTRACT, RuleConfig } from '../data/contract/catalog.ts'
import { frame } from '../data/frame.ts'
import { windowsByRows } from '../data/windows.ts'
import { recordedInspector } from './recorded-inspector.ts'

const WINDOW_ROWS = 300
/** Level of the feature in each window: by nature between a half and two; windows 9 and 11 are in other units. */
const LEVELS = [1, 2, 0.5, 1.5, 0.6, 1.8, 1, 1.05, 0.5, 6, 1, 6]
const ROWS = LEVELS.length * WINDOW_ROWS

const rng = seededRng(3)
const values = Float64Array.from(
  { length: ROWS },
  (_, row) => (LEVELS[Math.floor(row / WINDOW_ROWS)] ?? 1) * Math.exp(0.4 * normal(rng)),
)
const stream = {
  ...recordedStream({
    task: { kind: 'binary', classes: ['no', 'yes'] },
    features: frame([{ kind: 'numeric', name: 'x', values, missing: new Uint8Array(ROWS) }]),
    labels: Float64Array.from({ length: ROWS }, (_, row) => row % 2),
    windows: windowsByRows(ROWS, LEVELS.length),
    warmupWindows: 6,
  }),
  rollingWindows: 8,
}
const champion = (...windows: number[]): ModelRef => ({ key: windows.join(), windows, trainedTo: windows.at(-1)! })

test('a version that learned from two quiet windows is held against older ones too, which know how the feature varies', () => {
  const inspector = recordedInspector(stream, DEFAULT_CONTRACT, { seed: 1 })
  expect(inspector.rows(8, champion(6, 7), []).breaches).toEqual([])
  expect(inspector.rows(9, champion(6, 7), []).breaches.map(({ by }) => by)).toEqual(['scale-change'])
})

test('a window that was refused is not one of the older ones', () => {
  const inspector = recordedInspector(stream, DEFAULT_CONTRACT, { seed: 1 })
  expect(inspector.rows(9, champion(6, 7), []).breaches).toHaveLength(1)
  expect(inspector.rows(11, champion(10), [9]).breaches).toHaveLength(1)
})

/** Thirty windows whose label follows x; from window 12 on 40 % of the labels are turned round at random. */
function noisyFrom(start: number) {
  const rows = 500
  const windows = 30
  const draw = seededRng(5)
  const x = Float64Array.from({ length: rows * windows }, () => normal(draw))
  const labels = x.map((value, row) => {
    const label = value + 0.3 * normal(draw) > 0 ? 1 : 0
    return row >= start * rows && draw() < 0.4 ? 1 - label : label
  })
  return recordedStream({
    task: { kind: 'binary', classes: ['no', 'yes'] },
    features: frame([{ kind: 'numeric', name: 'x', values: x, missing: new Uint8Array(x.length) }]),
    labels,
    windows: windowsByRows(x.length, windows),
    warmupWindows: 8,
  })
}

test('a burst of flipped labels is kept out; labels that stay so become how the world is', () => {
  const inspector = recordedInspector(noisyFrom(12), DEFAULT_CONTRACT, { seed: 1 })
  const kept: number[] = []
  for (let window = 8; window < 30; window++) {
    if (inspector.labels(window, champion(5, 6, 7), kept).breaches.length > 0) kept.push(window)
  }
  expect(kept.slice(0, 5)).toEqual([12, 13, 14, 15, 16])
  expect(kept.filter((window) => window >= 24)).toEqual([])
})

test('rules of the rows as they came see columns that nothing is learned from, and trusted windows before them', () => {
  const rows = stream.features.rows
  const shop = Int32Array.from({ length: rows }, (_, row) => (row >= 10 * WINDOW_ROWS && row % 2 === 0 ? 0 : row % 12))
  const column = { kind: 'categorical', name: 'shop', values: shop, missing: new Uint8Array(rows) } as const
  const table = frame([...stream.features.columns, { ...column, categories: [...'abcdefghijkl'] }])
  const cap = [RuleConfig.parse({ rule: 'source-cap', column: 'shop' })]
  const inspector = recordedInspector(stream, cap, { seed: 1, table })
  expect(inspector.rows(9, champion(6, 7), []).breaches).toEqual([])
  expect(inspector.rows(10, champion(6, 7), []).breaches.map(({ by }) => by)).toEqual(['source-cap'])
  const blind = recordedInspector(stream, cap, { seed: 1 }).rows(10, champion(6, 7), [])
  expect(blind).toMatchObject({ breaches: [], unchecked: [{ detector: 'source-cap' }] })
})

test('rules of labels are given the labels that the policy is shown', () => {
  const balance = [RuleConfig.parse({ rule: 'class-balance' })]
  const poisoned = {
    seed: 1,
    labels: (window: number) => Float64Array.from({ length: WINDOW_ROWS }, (_, row) => (window === 9 ? 1 : row % 2)),
  }
  const inspector = recordedInspector(stream, balance, poisoned)
  expect(inspector.labels(8, champion(6, 7), []).breaches).toEqual([])
  expect(inspector.labels(9, champion(6, 7), []).breaches.map(({ by }) => by)).toEqual(['class-balance'])
})
