import { expect, test } from 'vitest'
import { BAD, BREACH, loopConfig, loopLife } from '../../test/support/loop-life.ts'
import { startLoop } from './state.ts'
import { step } from './step.ts'

const CONFIG = loopConfig()
const closed = { kind: 'window-closed', now: null, evidence: [] } as const
const matured = { kind: 'labels-matured', now: null, evidence: [BAD], labelledRows: 100, breaches: [] } as const

test('while a breach stops everything, nothing is decided on any window; it ends with a window that has none', () => {
  const late = startLoop(1, 9, null)
  const first = step(late, { ...closed, window: 11, breaches: [BREACH], stops: BREACH }, CONFIG)
  expect(first.decisions.map(({ kind }) => kind)).toEqual(['quarantine'])
  const older = step(first.state, { ...matured, window: 10 }, CONFIG)
  expect(older.decisions).toMatchObject([{ kind: 'blocked', because: [{ by: 'contract' }] }])
  expect(older.decisions[0]?.because[0]?.text).toContain(BREACH.text)
  expect(older.effects).toEqual([])
  const next = step(older.state, { ...closed, window: 13, breaches: [] }, CONFIG)
  expect(step(next.state, { ...matured, window: 12 }, CONFIG).decisions.map(({ kind }) => kind)).toEqual(['retrain'])
})

test('a breach that only quarantines stops no other window', () => {
  const { state } = step(startLoop(1, 9, null), { ...closed, window: 11, breaches: [BREACH] }, CONFIG)
  expect(step(state, { ...matured, window: 10 }, CONFIG).decisions.map(({ kind }) => kind)).toEqual(['retrain'])
})

test('while labels stop everything, nobody starts a training by hand either', () => {
  const blocked = { ...matured, window: 10, breaches: [BREACH], stops: BREACH }
  const { state } = step(startLoop(1, 9, null), blocked, CONFIG)
  const asked = { kind: 'command', command: 'retrain', actor: 'ann', reason: 'now' } as const
  const { decisions, effects } = step(state, asked, CONFIG)
  expect(effects).toEqual([])
  expect(decisions.map(({ kind }) => kind)).toEqual(['blocked'])
})

test('a breach that passes is written down and stops nothing', () => {
  const { state, decisions } = step(
    startLoop(1, 9, null),
    { ...closed, window: 10, breaches: [], noted: [BREACH] },
    CONFIG,
  )
  expect(decisions).toMatchObject([{ kind: 'noted', because: [BREACH], aboutWindow: 10 }])
  expect(state.quarantined).toEqual([])
  expect(step(state, { ...matured, window: 10 }, CONFIG).decisions.map(({ kind }) => kind)).toEqual(['retrain'])
})

test('a life without a contract knows no stop', () => {
  expect(loopLife(CONFIG).state.contractStop).toEqual({ rows: null, labels: null })
})
