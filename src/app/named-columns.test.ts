import { expect, test } from 'vitest'
import { churn, faultOf } from '../../test/support/config-text.ts'
import { recordedStream } from '../backtest/stream.ts'
import { frame } from '../data/frame.ts'
import type { Task } from '../data/schema.ts'
import { windowsByRows } from '../data/windows.ts'
import { modelNamed, parseConfig } from './config/load.ts'
import type { History } from './history.ts'
import { checkNamedColumns } from './named-columns.ts'

const ROWS = 40
const BINARY: Task = { kind: 'binary', classes: ['no', 'yes'] }
const SEVERAL: Task = { kind: 'multiclass', classes: ['low', 'mid', 'high'] }

function numbers(name: string) {
  return { kind: 'numeric', name, values: new Float64Array(ROWS), missing: new Uint8Array(ROWS) } as const
}

/** Two features, and a shop that nothing is learned from. */
function history(task: Task): History {
  const features = frame([numbers('age'), numbers('income')])
  const labels = Float64Array.from({ length: ROWS }, (_, row) => row % 2)
  const stream = recordedStream({ task, features, labels, windows: windowsByRows(ROWS, 8), warmupWindows: 4 })
  const table = frame([numbers('age'), numbers('income'), numbers('shop'), numbers('y')])
  return { stream, rows: ROWS, rowIds: [], table, notes: [] }
}

function complaints(task: Task, ...lines: string[]): string[] {
  const [name, settings] = modelNamed(parseConfig(churn(...lines), 'keepfit.yaml'))
  const fault = faultOf(() => checkNamedColumns(name, settings, history(task)))
  expect(fault.code).toBe('CONFIG_INVALID')
  return fault.message.split('\n')
}

function accepts(task: Task, ...lines: string[]): void {
  const [name, settings] = modelNamed(parseConfig(churn(...lines), 'keepfit.yaml'))
  expect(() => checkNamedColumns(name, settings, history(task))).not.toThrow()
}

test.each([
  ['{ gate: fairness, feature: agee }', 'feature', 'agee'],
  ['{ gate: slices, features: [age, shop] }', 'features[1]', 'shop'],
  ['{ gate: missing-robustness, features: [incom] }', 'features[0]', 'incom'],
])('%s names what is no feature', (gate, key, given) => {
  expect(complaints(BINARY, `gates: [{ gate: convergence }, ${gate}]`)).toEqual([
    `models.churn.gates[1].${key} must be a feature: age, income; got '${given}'`,
  ])
})

test.each([
  ['{ rule: source-cap, column: shpo }', 'column', 'shpo'],
  ['{ rule: freshness, column: day }', 'column', 'day'],
  ['{ rule: unique-values, columns: [shop, id] }', 'columns[1]', 'id'],
  ['{ rule: value-range, columns: { agee: { min: 0 } } }', 'columns.agee', 'agee'],
  ['{ rule: known-categories, columns: { colour: [red] } }', 'columns.colour', 'colour'],
  ['{ rule: missing-share, columns: { colour: 0.1 } }', 'columns.colour', 'colour'],
])('%s names what is no column', (rule, key, given) => {
  expect(complaints(BINARY, `contract: [${rule}]`)).toEqual([
    `models.churn.contract[0].${key} must be a column: age, income, shop, y; got '${given}'`,
  ])
})

test('what is there is accepted, also a column that nothing is learned from', () => {
  accepts(
    BINARY,
    'gates: [{ gate: fairness, feature: age }, { gate: slices }, { gate: missing-robustness, features: [income] }]',
    'contract: [{ rule: source-cap, column: shop }, { rule: value-range, columns: { income: { min: 0 } } }]',
  )
  accepts(BINARY, 'contract: off')
})

test('that a column is gone is for the rule of kinds to say', () => {
  accepts(BINARY, 'contract: [{ rule: column-kinds, columns: { gone: numeric } }]')
})

test('fairness goes by a class of the label', () => {
  const fair = (outcome: string) => `gates: [{ gate: fairness, feature: age${outcome} }]`
  const at = 'models.churn.gates[0].outcome'
  accepts(BINARY, fair(', outcome: yes'))
  accepts(SEVERAL, fair(', outcome: mid'))
  expect(complaints(BINARY, fair(', outcome: maybe'))).toEqual([`${at} must be one of no, yes; got 'maybe'`])
  expect(complaints(SEVERAL, fair(''))).toEqual([
    `${at} must be given, one of low, mid, high; of several none is the positive one`,
  ])
  expect(complaints({ kind: 'regression' }, fair(''))[0]).toContain(`${at} cannot be asked for`)
})

test('metrics and estimates are those of the task that the label turned out to be', () => {
  expect(complaints({ kind: 'regression' }, 'gates: [{ gate: absolute-metric, metric: auc, limit: 0.7 }]')[0]).toMatch(
    /^models\.churn\.gates\[0\]\.metric must be a metric for regression tasks: .*; got 'auc'$/,
  )
  const hint = (detector: string) =>
    `triggers: [{ trigger: all-of, of: [{ trigger: psi-drift }, { trigger: estimated-performance, detector: ${detector} }] }]`
  const at = 'models.churn.triggers[0].of[1].detector'
  expect(complaints({ kind: 'regression' }, hint('cbpe'))).toEqual([
    `${at} must be one that estimates regression tasks: dle; got 'cbpe'`,
  ])
  expect(complaints(BINARY, hint('dle'))).toEqual([
    `${at} must be one that estimates binary tasks: cbpe, pape; got 'dle'`,
  ])
  accepts(BINARY, hint('pape'))
  accepts({ kind: 'regression' }, hint('dle'))
})

test('every slip is told at once', () => {
  expect(
    complaints(BINARY, 'gates: [{ gate: fairness, feature: a }]', 'contract: [{ rule: source-cap, column: b }]'),
  ).toHaveLength(2)
})
