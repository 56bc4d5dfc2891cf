import { expect, test } from 'vitest'
import { matrixWorld } from '../../test/support/matrix-world.ts'
import { policyReport, windowReports } from './report.ts'
import type { PlayedPolicy, PolicyFigures } from './run.ts'

const FIGURES: PolicyFigures = {
  trained: [6],
  deployed: [[6, 6]],
  probe: 0.1 + 0.2,
  meanLoss: 1 / 3,
  excess: -1.23456789012e-7,
  lossByWindow: [2 / 3, 0, 123456.7890123],
  quality: [
    { metric: 'auc', value: 0.9999999996, interval: { low: 1 / 7, high: 0.99999999949, level: 0.95 }, rows: 80 },
  ],
}
const POLICY: PlayedPolicy = { id: 'psi', title: 'by PSI', isHindsight: false, byCost: [FIGURES, FIGURES] }

test('figures have nine significant digits, so that the last bits of a sum do not show', () => {
  const report = policyReport(POLICY, [0.02, 0.1])
  expect(report.byCost['0.02']).toEqual({
    trained: [6],
    deployed: [[6, 6]],
    probe: 0.3,
    meanLoss: 0.333333333,
    excess: -1.23456789e-7,
    lossByWindow: [0.666666667, 0, 123456.789],
  })
  expect(report.metrics['0.1']).toEqual([
    { metric: 'auc', value: 1, low: 0.142857143, high: 0.999999999, level: 0.95, rows: 80 },
  ])
})

test('there is one entry a cost, under the cost as text, and it survives JSON', () => {
  const report = policyReport(POLICY, [0.5, 2])
  expect(Object.keys(report.byCost)).toEqual(['2', '0.5'])
  expect(JSON.parse(JSON.stringify(report))).toEqual(report)
  expect(policyReport(POLICY, [0.5, 2, 3]).byCost['3']).toBeUndefined()
})

test('windows carry their times as ISO 8601 in UTC, and none without a time column', () => {
  const { stream } = matrixWorld({ windows: 6, warmupWindows: 4, wrong: () => 0 })
  expect(windowReports(stream)[1]).toEqual({
    index: 1,
    from: 10,
    to: 20,
    rows: 10,
    start: '1970-01-01T00:00:10.000Z',
    end: '1970-01-01T00:00:19.000Z',
  })
  const timeless = { ...stream, windows: stream.windows.map((window) => ({ ...window, start: null, end: null })) }
  expect(windowReports(timeless)[1]).toMatchObject({ start: null, end: null })
})
